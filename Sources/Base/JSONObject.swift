extension JSON {
  /// The members of a JSON object in their order. A key given twice keeps its first place and its last value.
  ///
  /// Keys are told apart by their bytes, not by Unicode equivalence as Swift's strings are: `é` written in
  /// two ways is two keys.
  public struct Object: Sendable, ExpressibleByDictionaryLiteral {
    public private(set) var entries: [(key: String, value: JSON)] = []
    /// Where each key is, once there are too many members to look through.
    private var positions: [ByteKey: Int]?

    private static let linearLimit = 16

    public init() {}

    public init(_ entries: some Sequence<(key: String, value: JSON)>) {
      for (key, value) in entries { self[key] = value }
    }

    public typealias Key = String
    public typealias Value = JSON

    public init(dictionaryLiteral elements: (String, JSON)...) {
      for (key, value) in elements { self[key] = value }
    }

    public var count: Int { entries.count }
    public var isEmpty: Bool { entries.isEmpty }
    public var keys: [String] { entries.map(\.key) }

    /// The value of a key. Assigning a new key appends it; assigning nil removes the member.
    public subscript(key: String) -> JSON? {
      get { position(of: key).map { entries[$0].value } }
      set {
        switch (position(of: key), newValue) {
        case (let position?, let value?): entries[position].value = value
        case (let position?, nil): remove(at: position)
        case (nil, let value?): append(key, value)
        case (nil, nil): break
        }
      }
    }

    /// The members in the order of their keys' code points, nested objects too.
    public var sortedByKey: Object {
      var sorted = Object()
      sorted.entries =
        entries
        .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { ($0.key, $0.value.sortedByKey) }
      sorted.indexIfLarge()
      return sorted
    }

    private func position(of key: String) -> Int? {
      if let positions { return positions[ByteKey(text: key)] }
      return entries.firstIndex { ByteKey.same($0.key, key) }
    }

    private mutating func append(_ key: String, _ value: JSON) {
      entries.append((key, value))
      if positions != nil {
        positions?[ByteKey(text: key)] = entries.count - 1
      } else {
        indexIfLarge()
      }
    }

    private mutating func remove(at position: Int) {
      entries.remove(at: position)
      positions = nil
      indexIfLarge()
    }

    private mutating func indexIfLarge() {
      guard entries.count > Self.linearLimit else { return }
      var found: [ByteKey: Int] = [:]
      found.reserveCapacity(entries.count * 2)
      for (position, entry) in entries.enumerated() { found[ByteKey(text: entry.key)] = position }
      positions = found
    }

    /// A text compared and hashed by its UTF-8 bytes.
    private struct ByteKey: Hashable {
      let text: String

      static func same(_ a: String, _ b: String) -> Bool {
        a.utf8.count == b.utf8.count && a.utf8.elementsEqual(b.utf8)
      }

      static func == (a: ByteKey, b: ByteKey) -> Bool { same(a.text, b.text) }

      func hash(into hasher: inout Hasher) {
        var copy = text
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      }
    }
  }
}

extension JSON.Object: Equatable {
  /// Objects are equal when they have the same members, in whatever order.
  public static func == (a: JSON.Object, b: JSON.Object) -> Bool {
    a.count == b.count && a.entries.allSatisfy { b[$0.key] == $0.value }
  }
}
