import CMachine

/// Questions about values that may nest arbitrarily deep; answered without recursion.
package enum Values {
  /// `==` as dictionary keys and array elements see it: numbers by value, containers element by element.
  package static func areEqual(_ a: Value, _ b: Value) -> Bool {
    if let answer = flatComparison(a, b) { return answer }
    var pending = [(a, b)]
    while let (a, b) = pending.popLast() {
      if let answer = flatComparison(a, b) {
        if !answer { return false }
        continue
      }
      switch a.kind {
      case .array, .tuple:
        guard let left = a.elements, let right = b.elements, left.count == right.count else { return false }
        for index in 0..<left.count { pending.append((left[index], right[index])) }
      case .dictionary:
        let left = a.object(DictionaryObject.self)
        let right = b.object(DictionaryObject.self)
        guard left.pointee.count == right.pointee.count else { return false }
        for row in 0..<left.pointee.used where left.pointee.entries[row].key.kind != .absent {
          let entry = left.pointee.entries[row]
          guard let other = right.pointee.row(of: entry.key, hash: entry.hash) else { return false }
          pending.append((entry.value, right.pointee.entries[other].value))
        }
      case .instance:
        let left = a.object(InstanceObject.self)
        let right = b.object(InstanceObject.self)
        guard left.pointee.type.toOpaque() == right.pointee.type.toOpaque() else { return false }
        for index in 0..<left.pointee.fieldCount { pending.append((left.fields[index], right.fields[index])) }
      default: return false
      }
    }
    return true
  }

  /// The answer where it needs no look inside; nil for two containers of the same kind.
  @inline(__always)
  private static func flatComparison(_ a: Value, _ b: Value) -> Bool? {
    if a.kind != b.kind {
      if a.isInteger, b.isDouble { return Double(a.asInteger) == b.asDouble }
      if a.isDouble, b.isInteger { return a.asDouble == Double(b.asInteger) }
      if a.kind == .enumCase, b.kind == .implicitMember { return a.enumCaseName == b.asString }
      if a.kind == .implicitMember, b.kind == .enumCase { return a.asString == b.enumCaseName }
      return false
    }
    switch a.kind {
    case .double: return a.asDouble == b.asDouble
    case .bool, .integer, .none, .absent, .moved: return a.payload == b.payload
    case .string, .implicitMember: return a.payload == b.payload || a.asString == b.asString
    case .range:
      let left = a.object(RangeObject.self).pointee
      let right = b.object(RangeObject.self).pointee
      return left.lower == right.lower && left.upper == right.upper
    case .enumCase:
      let left = a.object(EnumCaseObject.self).pointee
      let right = b.object(EnumCaseObject.self).pointee
      return left.type.toOpaque() == right.type.toOpaque() && left.index == right.index
    case .host:
      if a.payload == b.payload { return true }
      return a.object(HostObject.self).pointee.payload.isEqual(to: b.object(HostObject.self).pointee.payload)
    case .reference:
      return a.object(ReferenceObject.self).pointee.object.toOpaque()
        == b.object(ReferenceObject.self).pointee.object.toOpaque()
    case .closure, .boundMethod, .box: return a.payload == b.payload
    case .array, .tuple, .dictionary, .instance:
      // Sharing proves equality except where a NaN may hide inside, which is worth the speed.
      return a.payload == b.payload ? true : nil
    }
  }

  /// A hash that agrees with `areEqual`. Throws for values that cannot be keys.
  static func hash(_ value: Value) throws -> UInt64 {
    switch value.kind {
    case .integer: return mix(value.payload)
    case .string: return value.stringHash
    default: break
    }
    var hash: UInt64 = 0x51_7C_C1_B7_27_22_0A_95
    var pending = [value]
    while let value = pending.popLast() {
      let part: UInt64
      switch value.kind {
      case .integer, .bool, .none: part = mix(value.payload)
      case .double:
        let number = value.asDouble
        if let integer = Int(exactly: number) {
          part = mix(UInt64(bitPattern: Int64(integer)))
        } else {
          part = mix(number.bitPattern)
        }
      case .string, .implicitMember: part = value.stringHash
      case .enumCase: part = Value.hash(ofText: value.enumCaseName)
      case .range:
        let bounds = value.object(RangeObject.self).pointee
        part =
          mix(UInt64(bitPattern: Int64(bounds.lower ?? .min)))
          ^ mix(UInt64(bitPattern: Int64(bounds.upper ?? .max)))
      case .array, .tuple:
        guard let elements = value.elements else { continue }
        part = mix(UInt64(elements.count))
        for element in elements { pending.append(element) }
      case .instance:
        let object = value.object(InstanceObject.self)
        part = mix(UInt64(object.pointee.fieldCount))
        for index in 0..<object.pointee.fieldCount { pending.append(object.fields[index]) }
      case .host:
        var hasher = Hasher()
        value.object(HostObject.self).pointee.payload.hash(into: &hasher)
        part = UInt64(bitPattern: Int64(hasher.finalize()))
      case .closure, .boundMethod, .reference, .dictionary, .box, .absent, .moved:
        throw ScriptError(
          .key, "a \(value.typeName) cannot be a dictionary key",
          suggestion: "numbers, strings, booleans, enum cases, and arrays, tuples or structs of them can")
      }
      if value.kind == .double || value.kind == .implicitMember || value.kind == .enumCase, pending.isEmpty,
        hash == 0x51_7C_C1_B7_27_22_0A_95
      {
        return part
      }
      hash = mix(hash ^ part) &+ 0x9E37_79B9_7F4A_7C15
    }
    return hash
  }

  @inline(__always)
  private static func mix(_ bits: UInt64) -> UInt64 { vm_mix(bits) }
}
