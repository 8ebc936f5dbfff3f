extension Machine {
  // MARK: Reading

  func getIndex(_ i: Instruction, _ r: UnsafeMutablePointer<Value>, _ point: UnsafePointer<Instruction>)
    throws
  {
    try get(r + i.b, subscripts: r + i.c, count: 1, i, r, givesUpSubscript: i.x & Instruction.givesUpC != 0)
  }

  func getElements(_ i: Instruction, _ r: UnsafeMutablePointer<Value>, _ point: UnsafePointer<Instruction>)
    throws
  {
    try get(r + i.b, subscripts: r + i.c, count: i.x >> 2, i, r, givesUpSubscript: false)
  }

  private func get(
    _ base: UnsafeMutablePointer<Value>, subscripts: UnsafeMutablePointer<Value>, count: Int,
    _ i: Instruction,
    _ r: UnsafeMutablePointer<Value>, givesUpSubscript: Bool
  ) throws {
    let result = try element(of: base.pointee, subscripts, count)
    if givesUpSubscript { store(.absent, in: subscripts) }
    if i.x & Instruction.givesUpB != 0, base != r + i.a { store(.absent, in: base) }
    store(result, in: r + i.a)
  }

  /// `base[subscripts...]`, owned by the caller.
  func element(of base: Value, _ subscripts: UnsafeMutablePointer<Value>, _ count: Int) throws -> Value {
    if base.kind == .host {
      if let value = ElementAccess.read(base.object(HostObject.self), subscripts, count) { return value }
      guard let result = try base.hostValue?.element(at: try self.subscripts(subscripts, count)) else {
        throw ScriptError(.type, "a \(base.typeName) cannot be indexed")
      }
      return result
    }
    guard count == 1 else {
      let hint =
        base.isArray ? "an array of arrays is indexed one by one: `a[i][j]`; a tensor can be `t[i, j]`" : nil
      throw ScriptError(.type, "\(base.describedType) takes one index, but got \(count)", suggestion: hint)
    }
    let index = subscripts.pointee
    switch base.kind {
    case .array, .tuple:
      guard let elements = base.elements else { break }
      if index.isInteger {
        return elements[try position(index.asInteger, count: elements.count, base)].retained()
      }
      if let bounds = index.rangeBounds {
        let slice = try slice(bounds, count: elements.count, base)
        return .array(slice.map { elements[$0].retained() })
      }
    case .string:
      let text = base.object(StringObject.self)
      if index.isInteger { return .string(try character(text, index.asInteger, base)) }
      if let bounds = index.rangeBounds { return .string(try substring(text, bounds, base)) }
    case .dictionary:
      return try base.dictionaryValue(for: index)?.retained() ?? .none
    case .range:
      if index.isInteger, let bounds = base.rangeBounds, let lower = bounds.lower {
        let count = bounds.upper.map { $0 &- lower } ?? Int.max
        return Value(lower &+ (try position(index.asInteger, count: count, base)))
      }
    case .none:
      throw ScriptError(
        .type, "this is nil, so it has no elements", suggestion: "use `x?[0]` where nil is expected")
    default:
      throw ScriptError(.type, "\(base.describedType) has no elements to index")
    }
    throw ScriptError(
      .type, "\(base.describedType) is indexed by an integer or a range, but this is \(index.describedType)")
  }

  /// A position counted from the end when negative, checked.
  func position(_ index: Int, count: Int, _ base: Value) throws -> Int {
    let position = index < 0 ? index &+ count : index
    guard position >= 0, position < count else { throw outOfBounds(index, count: count, base) }
    return position
  }

  private func outOfBounds(_ index: Int, count: Int, _ base: Value) -> ScriptError {
    let what = base.describedType.split(separator: " ").last.map(String.init) ?? "value"
    guard count > 0 else {
      return ScriptError(.index, "the index \(index) is out of range: the \(what) is empty")
    }
    return ScriptError(
      .index,
      "the index \(index) is out of range: the \(what) has \(count) element\(count == 1 ? "" : "s"), with the indices 0 to \(count - 1)",
      suggestion: index == count ? "the last element is `[\(count - 1)]` or `[-1]`" : nil)
  }

  /// A half-open slice with negative sides counted from the end, checked.
  func slice(_ bounds: (lower: Int?, upper: Int?), count: Int, _ base: Value) throws -> Range<Int> {
    let lower = bounds.lower.map { $0 < 0 ? $0 &+ count : $0 } ?? 0
    let upper = bounds.upper.map { $0 < 0 ? $0 &+ count : $0 } ?? count
    guard lower >= 0, lower <= count, upper <= count else {
      let wrong = lower < 0 || lower > count ? bounds.lower ?? 0 : bounds.upper ?? 0
      throw ScriptError(
        .index,
        "the slice reaches to \(wrong), but \(base.describedType) here has \(count) element\(count == 1 ? "" : "s")"
      )
    }
    return lower..<max(lower, upper)
  }

  private func character(_ text: UnsafeMutablePointer<StringObject>, _ index: Int, _ base: Value) throws
    -> String
  {
    if text.pointee.isASCII {
      let utf8 = text.pointee.text.utf8
      let position = try position(index, count: utf8.count, base)
      return String(text.pointee.text[utf8.index(utf8.startIndex, offsetBy: position)])
    }
    let characters = text.pointee.text
    let position = try position(index, count: characters.count, base)
    return String(characters[characters.index(characters.startIndex, offsetBy: position)])
  }

  private func substring(
    _ text: UnsafeMutablePointer<StringObject>, _ bounds: (lower: Int?, upper: Int?), _ base: Value
  ) throws -> String {
    let characters = text.pointee.text
    let range = try slice(
      bounds, count: text.pointee.isASCII ? characters.utf8.count : characters.count, base)
    let start = characters.index(characters.startIndex, offsetBy: range.lowerBound)
    let end = characters.index(start, offsetBy: range.count)
    return String(characters[start..<end])
  }

  /// Subscripts as the engine takes them.
  func subscripts(_ values: UnsafeMutablePointer<Value>, _ count: Int) throws -> [Subscript] {
    try (0..<count).map { index in
      let value = values[index]
      guard let bounds = value.rangeBounds else { return .value(value) }
      if value.isEllipsis { return .ellipsis }
      if let lower = bounds.lower, let upper = bounds.upper, lower > upper, upper >= 0 {
        throw reversedRange(lower, upper, isClosed: false)
      }
      return .range(lower: bounds.lower, upper: bounds.upper)
    }
  }

  // MARK: Writing

  /// `base[subscripts...] = value` where the base is a variable.
  func setElement(
    _ base: UnsafeMutablePointer<Value>, subscripts: UnsafeMutablePointer<Value>, count: Int,
    value: UnsafeMutablePointer<Value>, _ i: Instruction
  ) throws {
    if base.pointee.kind == .host, base.pointee.isUnique,
      ElementAccess.write(base.pointee.object(HostObject.self), subscripts, count, value.pointee)
    {
      return
    }
    let owned: Value
    if i.x & Instruction.givesUpC != 0 {
      owned = value.pointee
      value.pointee = .absent
    } else {
      owned = value.pointee.retained()
    }
    try assign(owned, to: base, subscripts, count)
  }

  /// Puts a value into an element of what a place holds; takes over one count of the value.
  func assign(
    _ value: Value, to base: UnsafeMutablePointer<Value>, _ subscripts: UnsafeMutablePointer<Value>,
    _ count: Int
  ) throws {
    do {
      switch base.pointee.kind {
      case .host:
        try makeUnique(base)
        if ElementAccess.write(base.pointee.object(HostObject.self), subscripts, count, value) {
          value.release()
          return
        }
        let host = base.pointee.hostValue
        defer { ElementAccess.forgetView(base.pointee.object(HostObject.self)) }
        guard try host?.assign(value, at: try self.subscripts(subscripts, count)) ?? false else {
          throw ScriptError(.type, "the elements of a \(base.pointee.typeName) cannot be assigned to")
        }
        value.release()
        return
      case .dictionary where count == 1:
        try makeUnique(base)
        if value.isNone {
          try base.pointee.removeDictionaryValue(for: subscripts.pointee)?.release()
        } else {
          try base.pointee.setDictionaryValue(value.retained(), for: subscripts.pointee)
          value.release()
        }
        return
      case .array where count == 1 && subscripts.pointee.rangeBounds != nil:
        try replaceSlice(base, subscripts.pointee, value)
        value.release()
        return
      default:
        let slot = try elementSlot(base, subscripts, count)
        store(value, in: slot)
      }
    } catch {
      value.release()
      throw error
    }
  }

  /// Where an element of a variable lives, for changes in place.
  func elementSlot(
    _ base: UnsafeMutablePointer<Value>, _ subscripts: UnsafeMutablePointer<Value>, _ count: Int
  ) throws -> UnsafeMutablePointer<Value> {
    let index = subscripts.pointee
    switch base.pointee.kind {
    case .array where count == 1 && index.isInteger:
      let elements = base.pointee.elements?.count ?? 0
      let position = try position(index.asInteger, count: elements, base.pointee)
      try makeUnique(base)
      return base.pointee.object(ArrayObject.self).pointee.items + position
    case .dictionary where count == 1:
      try makeUnique(base)
      let object = base.pointee.object(DictionaryObject.self)
      guard let row = object.pointee.row(of: index, hash: try Values.hash(index)) else {
        throw ScriptError(
          .key, "the dictionary has no entry for \(try literal(of: index, limits: .init(characters: 60)))",
          suggestion: "set one first: `d[key] = ...`")
      }
      // The entry's address holds until the dictionary grows, and nothing runs in between.
      return UnsafeMutableRawPointer(object.pointee.entries + row).advanced(
        by: DictionaryObject.Entry.valueOffset
      )
      .assumingMemoryBound(to: Value.self)
    case .string:
      throw ScriptError(
        .type, "the characters of a text cannot be assigned to one by one",
        suggestion: "build a new text: `s[0..<i] + \"x\" + s[(i + 1)...]`")
    case .tuple:
      throw ScriptError(.type, "the parts of a tuple are set by name: `t.0 = ...`")
    case .none: throw ScriptError(.type, "this is nil, so it has no elements")
    case .array:
      throw ScriptError(.type, "an array is indexed by one integer, but this is \(index.describedType)")
    default: throw ScriptError(.type, "\(base.pointee.describedType) has no elements to assign to")
    }
  }

  private func replaceSlice(_ base: UnsafeMutablePointer<Value>, _ range: Value, _ value: Value) throws {
    guard let bounds = range.rangeBounds, let elements = base.pointee.elements else { return }
    guard let new = value.elements else {
      throw ScriptError(
        .type, "a slice of an array is replaced by an array, but this is \(value.describedType)")
    }
    let slice = try slice(bounds, count: elements.count, base.pointee)
    var result = elements[..<slice.lowerBound].map { $0.retained() }
    result += new.map { $0.retained() }
    result += elements[slice.upperBound...].map { $0.retained() }
    store(.array(result), in: base)
  }

  /// Gives a variable a value of its own where it shares one with others.
  func makeUnique(_ slot: UnsafeMutablePointer<Value>) throws {
    let value = slot.pointee
    guard value.isObject, !value.isUnique else { return }
    switch value.kind {
    case .array: store(try value.copiedArray(), in: slot)
    case .dictionary: store(try value.copiedDictionary(), in: slot)
    case .instance: store(value.copiedInstance(), in: slot)
    case .tuple:
      store(
        .tuple(
          (value.elements ?? .init(start: nil, count: 0)).map { $0.retained() }, labels: value.tupleLabels),
        in: slot)
    case .host:
      guard let host = value.hostValue else { return }
      store(.host(host.copy()), in: slot)
    default: break
    }
  }
}

extension DictionaryObject.Entry {
  static var valueOffset: Int { MemoryLayout<DictionaryObject.Entry>.offset(of: \.value) ?? 0 }
}
