import Base

extension Machine {
  /// Takes an error out through the frames: to the nearest handler, whose first instruction is returned, or to
  /// the native caller (nil).
  func unwind(_ error: ScriptError, at point: UnsafePointer<Instruction>) -> UnsafePointer<Instruction>? {
    var point = point
    while true {
      let frame = frames[frameCount - 1]
      let code = frame.function.takeUnretainedValue()
      let index = point - UnsafePointer(frame.hot.pointee.code) - 1
      note(error, code, index)
      for handler in code.handlers where handler.start <= index && index < handler.end {
        guard handler.isDefer || error.kind != .interrupted && error.kind != .memory else { continue }
        let register = frame.base + handler.register
        store(error.thrown?.retained() ?? .error(error), in: register)
        store(.error(error), in: register + 1)
        return UnsafePointer(frame.hot.pointee.code) + handler.target
      }
      if frame.place >= 0, frameCount > 1 { writeBackSelf(frame) }
      for register in 0..<frame.hot.pointee.registerCount { store(.absent, in: frame.base + register) }
      let isEntry = frame.isEntry
      point = frame.returnPoint
      // The callee goes last: it may be all that keeps the code alive.
      store(.absent, in: frame.base - 1)
      frameCount -= 1
      if isEntry { return nil }
    }
  }

  /// Frames beyond these are counted, not kept.
  private static let keptFrames = 40

  private func note(_ error: ScriptError, _ code: FunctionCode, _ index: Int) {
    guard error.frames.count < Machine.keptFrames else {
      error.omittedFrames += 1
      return
    }
    var range = code.ranges.indices.contains(index) ? code.ranges[index] : code.range
    if error.frames.isEmpty, let underline = error.underline { range = underline }
    let isCell = code.name == code.source.name
    error.frames.append(TraceFrame(functionName: isCell ? nil : code.name, source: code.source, range: range))
  }

  // MARK: throw and catch

  func thrownError(_ register: UnsafeMutablePointer<Value>) throws -> ScriptError {
    let value = register.pointee
    if let error = value.referenced as? ScriptError { return error }
    let message = try text(of: value)
    register.pointee = .absent
    return ScriptError(throwing: value, message: message)
  }

  /// The error a handler stored behind the value that programs see.
  func caughtError(_ register: UnsafeMutablePointer<Value>) -> ScriptError {
    guard let error = register[1].referenced as? ScriptError else {
      preconditionFailure("a handler stores the error it took")
    }
    return error
  }

  // MARK: Names

  func missingGlobal(_ index: Int) -> ScriptError {
    let name = globals.infos[index].name
    if globals.values[index].kind == .moved { return beingChanged(name) }
    if name == "_" {
      return ScriptError(.name, "there is no last result yet: `_` is what the last cell showed")
    }
    if name.hasPrefix("$") {
      return ScriptError(.name, "`\(name)` belongs inside a closure: `{ \(name) * 2 }`")
    }
    if globals.infos[index].cell != 0 {
      return ScriptError(.name, "`\(name)` has no value yet")
    }
    return ScriptError(
      .name, "there is no `\(name)`",
      suggestion: Habits.translation(ofName: name)
        ?? EditDistance.best(for: name, among: globals.knownNames).map { "did you mean `\($0)`?" })
  }

  func beingChanged(_ name: String) -> ScriptError {
    ScriptError(
      .value, "`\(name)` is being changed by a method that still runs, so it cannot be used here",
      suggestion: "inside the method, use `self`")
  }

  func notYetDefined() -> ScriptError {
    ScriptError(.name, "this is used before it is defined")
  }

  // MARK: Boxes

  func boxed(_ box: Value) throws -> Value {
    guard box.kind == .box else { throw notYetDefined() }
    let value = box.object(BoxObject.self).pointee.value
    if value.isAbsent { throw notYetDefined() }
    if value.kind == .moved { throw beingChanged("self") }
    return value
  }

  /// Takes over one count of the value.
  func setBox(_ box: Value, _ value: Value) {
    let object = box.object(BoxObject.self)
    let old = object.pointee.value
    object.pointee.value = value
    old.release()
  }
}

/// What people coming from Python write, and what it is called here.
enum Habits {
  static func translation(ofName name: String) -> String? {
    switch name {
    case "True": "booleans are written `true` and `false`"
    case "False": "booleans are written `true` and `false`"
    case "None", "null", "NULL": "no value is written `nil`"
    case "len": "the number of elements is `x.count`; a tensor's sizes are `x.shape`"
    case "np", "numpy", "tf", "torch", "keras", "plt", "cv2", "jnp":
      "nothing needs to be imported: write `zeros(3)`, `conv2d(x, k)`, `plot(y)` without a prefix"
    case "str": "text is made with `String(x)` or `\"\\(x)\"`"
    case "int": "integers are made with `Int(x)`"
    case "float": "numbers are made with `Double(x)`"
    case "bool": "truth values are made with `Bool(x)`"
    case "list", "tuple": "an array is written `[1, 2, 3]`"
    case "dict": "a dictionary is written `[\"a\": 1]`, an empty one `[:]`"
    case "elif": "write `else if`"
    case "pass": "an empty body is written `{ }`"
    case "lambda": "a function without a name is written `{ x in x * 2 }`"
    case "and", "or", "not": "logic is written `&&`, `||` and `!`"
    case "xrange": "ranges are written `0..<n`"
    case "isinstance": "types are tested with `x is Int`"
    case "raise": "errors are thrown with `throw \"message\"`"
    case "printf", "println", "puts", "echo", "console": "text is written with `print(...)`"
    case "imread": "pictures are read with `image(\"photo.png\")`"
    case "imshow": "pictures are shown with `show(picture)`"
    case "this": "inside a struct's methods write `self`"
    default: nil
    }
  }
}
