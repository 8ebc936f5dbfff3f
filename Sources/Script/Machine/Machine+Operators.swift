extension Machine {
  /// The slow way of a binary instruction: any values, and temporaries given up.
  func operate(
    _ operation: BinaryOperator, _ i: Instruction, _ r: UnsafeMutablePointer<Value>,
    _ point: UnsafePointer<Instruction>
  ) throws {
    let a = r[i.b]
    let b = r[i.c]
    if operation == .add, i.a == i.b, try appendInPlace(a, b) {
      if i.x & Instruction.givesUpC != 0, i.c != i.a { store(.absent, in: r + i.c) }
      return
    }
    let result = try Operators.apply(operation, a, b)
    finish(result, i, r, point)
    if i.x & Instruction.givesUpC != 0, i.c != i.a { store(.absent, in: r + i.c) }
  }

  func operateImmediate(
    _ operation: BinaryOperator, _ i: Instruction, _ r: UnsafeMutablePointer<Value>,
    _ point: UnsafePointer<Instruction>
  ) throws {
    finish(try Operators.apply(operation, r[i.b], Value(i.immediate)), i, r, point)
  }

  func operateConstant(
    _ operation: BinaryOperator, _ i: Instruction, _ r: UnsafeMutablePointer<Value>, _ frame: Frame,
    _ point: UnsafePointer<Instruction>
  ) throws {
    let constant = frame.hot.pointee.constants[i.c]
    let isLeft = i.x & Instruction.isLeft != 0
    let result = try Operators.apply(operation, isLeft ? constant : r[i.b], isLeft ? r[i.b] : constant)
    finish(result, i, r, point)
  }

  private func finish(
    _ result: Value, _ i: Instruction, _ r: UnsafeMutablePointer<Value>, _ point: UnsafePointer<Instruction>
  ) {
    if result.kind == .host { noteOrigin(result, point) }
    store(result, in: r + i.a)
    if i.x & Instruction.givesUpB != 0, i.b != i.a { store(.absent, in: r + i.b) }
  }

  /// The place where an engine value was made, for messages about it.
  private func noteOrigin(_ value: Value, _ point: UnsafePointer<Instruction>) {
    let object = value.object(HostObject.self)
    guard object.pointee.origin == nil else { return }
    object.pointee.origin = frames[frameCount - 1].function._withUnsafeGuaranteedRef {
      Origin(source: $0.source, range: $0.range(at: point - 1))
    }
  }

  /// `s += t` on a text or array that nobody else holds.
  func appendInPlace(_ a: Value, _ b: Value) throws -> Bool {
    if a.kind == .string, b.kind == .string, a.isUnique {
      let text = b.asString
      try Heap.checkRoom(bytes: a.asString.utf8.count &+ text.utf8.count)
      a.appendText(text)
      return true
    }
    if a.kind == .array, b.kind == .array, a.isUnique, a.payload != b.payload, let more = b.elements {
      for element in more { try a.appendElement(element.retained()) }
      return true
    }
    return false
  }

  /// A comparison as a condition.
  func holds(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Bool {
    let answer = try Operators.apply(operation, a, b)
    defer { answer.release() }
    return try truth(answer)
  }

  func truth(_ value: Value) throws -> Bool {
    switch value.kind {
    case .bool: return value.asBool
    case .host: return try value.hostValue?.truth() ?? false
    case .none:
      throw ScriptError(
        .type, "a condition must be true or false, but this is nil",
        suggestion: "to test for a value write `x != nil`")
    default:
      throw ScriptError(
        .type, "a condition must be true or false, but this is \(value.describedType)",
        suggestion: value.number != nil
          ? "compare it: `x != 0`" : value.kind == .string || value.isArray ? "write `!x.isEmpty`" : nil)
    }
  }

  func negate(_ i: Instruction, _ r: UnsafeMutablePointer<Value>, _ point: UnsafePointer<Instruction>) throws
  {
    let value = r[i.b]
    switch value.kind {
    case .double: store(Value(-value.asDouble), in: r + i.a)
    case .integer:
      let (result, overflow) = (0).subtractingReportingOverflow(value.asInteger)
      if overflow { throw Operators.overflow(.subtract, Value(0), value) }
      store(Value(result), in: r + i.a)
    default:
      guard let result = try value.hostValue?.unary(.negate) else {
        throw ScriptError(.type, "`-` needs a number or a tensor, but this is \(value.describedType)")
      }
      finish(result, i, r, point)
    }
  }

  func not(_ i: Instruction, _ r: UnsafeMutablePointer<Value>, _ point: UnsafePointer<Instruction>) throws {
    let value = r[i.b]
    if value.kind == .bool {
      store(Value(!value.asBool), in: r + i.a)
    } else if let result = try value.hostValue?.unary(.not) {
      finish(result, i, r, point)
    } else {
      store(Value(try !truth(value)), in: r + i.a)
    }
  }
}
