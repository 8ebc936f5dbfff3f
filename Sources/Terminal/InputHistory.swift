/// What was entered before, to go back to while editing. It is read when it is first needed.
package struct InputHistory {
  private let load: () -> [String]
  private var loaded: [String]?
  /// What was entered here.
  private var added: [String] = []
  private var entries: [String] = []
  /// Where one is: behind the last entry is the text being written.
  private var position = 0
  private var draft = ""
  /// What the entries one goes through start with, and the one that was shown last.
  private var prefix = ""
  private var shown: String?

  /// Oldest first.
  package init(_ entries: [String]) { load = { entries } }

  /// Oldest first, when they are needed.
  package init(loading load: @escaping () -> [String]) { self.load = load }

  package mutating func append(_ entry: String) {
    if added.last != entry { added.append(entry) }
    if loaded != nil, entries.last != entry { entries.append(entry) }
    rewind()
  }

  /// The entry before, other than the text itself. Whoever starts to go back behind some text goes through
  /// the entries that start with it, if there are any.
  package mutating func previous(replacing current: String, prefix typed: String = "") -> String? {
    prepare()
    if shown == nil || shown != current {
      if position == entries.count { draft = current }
      prefix = entries[..<position].contains { $0 != current && $0.hasPrefix(typed) } ? typed : ""
    }
    guard let found = entries[..<position].lastIndex(where: { $0 != current && $0.hasPrefix(prefix) }) else {
      return nil
    }
    position = found
    shown = entries[found]
    return entries[found]
  }

  package mutating func next(replacing current: String) -> String? {
    prepare()
    guard position < entries.count else { return nil }
    position =
      entries[(position + 1)...].firstIndex { $0 != current && $0.hasPrefix(prefix) } ?? entries.count
    shown = position < entries.count ? entries[position] : nil
    return shown ?? draft
  }

  /// The newest entry before a place (nil: the end) that holds the text.
  package mutating func search(_ text: String, before place: Int? = nil) -> Int? {
    prepare()
    let end = min(place ?? entries.count, entries.count)
    return entries[..<max(end, 0)].lastIndex { $0.contains(text) }
  }

  /// The oldest entry behind a place that holds the text.
  package mutating func search(_ text: String, after place: Int) -> Int? {
    prepare()
    guard place + 1 < entries.count, place >= -1 else { return nil }
    return entries[(place + 1)...].firstIndex { $0.contains(text) }
  }

  package func entry(_ index: Int) -> String { entries.indices.contains(index) ? entries[index] : "" }

  /// Forgets where one was.
  package mutating func rewind() {
    position = entries.count
    draft = ""
    prefix = ""
    shown = nil
  }

  private mutating func prepare() {
    guard loaded == nil else { return }
    let before = load()
    loaded = before
    // What was entered here may have come back with what was stored.
    let here = Set(added)
    entries = before.filter { !here.contains($0) } + added
    entries = entries.enumerated().filter { $0 == 0 || $1 != entries[$0 - 1] }.map(\.element)
    position = entries.count
  }
}
