extension Machine {
  // MARK: From native code

  /// Calls what is in `window[0]` with the arguments behind it; the result goes to `target`.
  func enter(_ window: UnsafeMutablePointer<Value>, count: Int, target: UnsafeMutablePointer<Value>) throws {
    let depth = frameCount
    do {
      let callee = window.pointee
      let pushed: Bool
      if callee.kind == .closure, callee.object(ClosureObject.self).pointee.hot.pointee.plainArity == count {
        try push(callee.object(ClosureObject.self), base: window + 1, target: target, returnPoint: nil)
        pushed = true
      } else {
        pushed = try begin(window, count: count, site: nil, target: target, returnPoint: nil)
      }
      if pushed {
        frames[frameCount - 1].isEntry = true
        try runFrames()
      }
    } catch {
      precondition(frameCount == depth)
      for index in 0...count {
        let value = window[index]
        window[index] = .absent
        value.release()
      }
      throw error
    }
  }

  /// A call of any value. True when a frame was pushed.
  func call(
    _ window: UnsafeMutablePointer<Value>, _ frame: Frame, _ i: Instruction, _ r: UnsafeMutablePointer<Value>,
    _ point: UnsafePointer<Instruction>
  ) throws -> Bool {
    currentCall = (frame.function, point - 1)
    return try frame.hot.pointee.callSites[i.c]._withUnsafeGuaranteedRef { site in
      try begin(
        window, count: i.x == 255 ? site.argumentCount : i.x, site: site, target: r + i.a, returnPoint: point)
    }
  }

  // MARK: Any callee

  /// Starts a call: a frame for the program's own functions (true), the whole call for native ones (false).
  private func begin(
    _ window: UnsafeMutablePointer<Value>, count: Int, site: CallSite?, target: UnsafeMutablePointer<Value>,
    returnPoint: UnsafePointer<Instruction>?
  ) throws -> Bool {
    let callee = window.pointee
    switch callee.kind {
    case .closure:
      let closure = callee.object(ClosureObject.self)
      let code = closure.pointee.function.takeUnretainedValue()
      if code.isMethod, count > 0 {
        // A getter or method called from native code, with its receiver as first argument.
        return try beginMethod(
          window, count: count - 1, site: site, target: target, returnPoint: returnPoint, place: -1)
      }
      try bind(window + 1, count: count, site: site, to: code)
      try push(closure, base: window + 1, target: target, returnPoint: returnPoint)
      return true
    case .boundMethod:
      let bound = callee.object(BoundMethodObject.self)
      let receiver = bound.pointee.receiver.retained()
      let method = bound.pointee.method.retained()
      shiftUp(window + 1, count: count)
      window[1] = receiver
      store(method, in: window)
      return try beginMethod(
        window, count: count, site: site, target: target, returnPoint: returnPoint, place: -1)
    case .instance:
      guard let type = callee.structType, let method = type.methods["callAsFunction"] else { break }
      let receiver = callee
      shiftUp(window + 1, count: count)
      window[1] = receiver
      window[0] = method.retained()
      return try beginMethod(
        window, count: count, site: site, target: target, returnPoint: returnPoint, place: -1)
    case .host:
      guard let payload = callee.hostValue, !payload.callParameters.isEmpty else { break }
      let name = payload.typeName
      // Only its name and parameters count; the value itself does the work.
      let builtin = Builtin(name, payload.callParameters, "") { _ in .none }
      try callNative(builtin, window + 1, count: count, site: site, target: target) { call in
        guard let result = try payload.call(call) else {
          throw ScriptError(.type, "a \(name) cannot be called")
        }
        return result
      }
      store(.absent, in: window)
      return false
    case .reference:
      if let builtin = callee.object(ReferenceObject.self).pointee.builtin {
        try builtin._withUnsafeGuaranteedRef { builtin in
          try callNative(builtin, window + 1, count: count, site: site, target: target)
        }
        store(.absent, in: window)
        return false
      }
      switch callee.referenced {
      case let type as StructType:
        return try beginInitializer(
          type, window, count: count, site: site, target: target, returnPoint: returnPoint)
      case let type as EnumType:
        try makeEnumCase(type, window, count: count, target: target)
        return false
      default: break
      }
    default: break
    }
    throw ScriptError(
      .type, "this is \(callee.describedKind), not a function, so it cannot be called",
      suggestion: callee.isArray || callee.kind == .host ? "elements are read with brackets: `x[0]`" : nil)
  }

  /// A method in `window[0]` with its receiver in `window[1]` and `count` arguments behind.
  private func beginMethod(
    _ window: UnsafeMutablePointer<Value>, count: Int, site: CallSite?, target: UnsafeMutablePointer<Value>,
    returnPoint: UnsafePointer<Instruction>?, place: Int
  ) throws -> Bool {
    let method = window.pointee
    if let builtin = method.referenced as? Builtin {
      try callNative(builtin, window + 1, count: count + 1, site: site, target: target, hasReceiver: true)
      store(.absent, in: window)
      return false
    }
    guard method.kind == .closure else {
      throw ScriptError(.type, "this is \(method.describedKind), not a method")
    }
    let closure = method.object(ClosureObject.self)
    let code = closure.pointee.function.takeUnretainedValue()
    try bind(window + 2, count: count, site: site, to: code)
    try push(closure, base: window + 1, target: target, returnPoint: returnPoint, place: place)
    return true
  }

  private func push(
    _ closure: UnsafeMutablePointer<ClosureObject>, base: UnsafeMutablePointer<Value>,
    target: UnsafeMutablePointer<Value>, returnPoint: UnsafePointer<Instruction>?, place: Int = -1
  ) throws {
    try poll()
    let hot = closure.pointee.hot
    guard frameCount < Machine.frameCapacity, base + hot.pointee.registerCount + 64 < stackEnd else {
      throw tooDeep()
    }
    (frames + frameCount).initialize(
      to: Frame(
        function: closure.pointee.function, hot: hot, captures: closure.captures, base: base,
        returnPoint: returnPoint ?? UnsafePointer(hot.pointee.code), target: target, place: place,
        isEntry: false))
    frameCount += 1
  }

  /// Moves arguments one register up, to make room for a receiver.
  private func shiftUp(_ arguments: UnsafeMutablePointer<Value>, count: Int) {
    // A temporary may have been left there.
    store(.absent, in: arguments + count)
    var index = count
    while index > 0 {
      arguments[index] = arguments[index - 1]
      index -= 1
    }
    arguments[0] = .absent
  }

  // MARK: Native functions

  func callNative(
    _ builtin: Builtin, _ arguments: UnsafeMutablePointer<Value>, count: Int, site: CallSite?,
    target: UnsafeMutablePointer<Value>, hasReceiver: Bool = false, body: ((Call) throws -> Value)? = nil
  ) throws {
    try bind(arguments, count: count, site: site, to: builtin, hasReceiver: hasReceiver)
    let saved = top
    let end = arguments + builtin.parameterCount
    top = max(end, freeWindow)
    let caller = currentCall
    defer { top = saved }
    do {
      let call = Call(machine: self, builtin: builtin, arguments: arguments)
      let result = try body?(call) ?? builtin.body(call)
      if result.kind == .host, let caller { noteOrigin(result, caller) }
      releaseArguments(arguments, builtin.parameterCount, keepingFirst: builtin.isMutating)
      store(result, in: target)
    } catch {
      releaseArguments(arguments, builtin.parameterCount, keepingFirst: builtin.isMutating)
      throw placed(error, site, hasReceiver: hasReceiver)
    }
  }

  private func releaseArguments(_ arguments: UnsafeMutablePointer<Value>, _ count: Int, keepingFirst: Bool) {
    for index in (keepingFirst ? 1 : 0)..<max(count, keepingFirst ? 1 : 0) {
      let value = arguments[index]
      arguments[index] = .absent
      value.release()
    }
  }

  /// Marks the argument that an error is about, when the call shows it.
  private func placed(_ error: any Error, _ site: CallSite?, hasReceiver: Bool) -> ScriptError {
    let error = ScriptError.wrapping(error)
    guard error.frames.isEmpty, error.underline == nil, let site, let parameter = error.argument else {
      return error
    }
    let wanted = parameter - (hasReceiver ? 1 : 0)
    let position =
      site.labels.isEmpty && site.trailingClosures == 0
      ? wanted : site.binding.firstIndex(of: parameter) ?? -1
    if site.argumentRanges.indices.contains(position) { error.underline = site.argumentRanges[position] }
    return error
  }

  private func noteOrigin(
    _ value: Value, _ call: (function: Unmanaged<FunctionCode>, point: UnsafePointer<Instruction>)
  ) {
    let object = value.object(HostObject.self)
    guard object.pointee.origin == nil else { return }
    object.pointee.origin = call.function._withUnsafeGuaranteedRef {
      Origin(source: $0.source, range: $0.range(at: call.point))
    }
  }

  // MARK: Types

  private func beginInitializer(
    _ type: StructType, _ window: UnsafeMutablePointer<Value>, count: Int, site: CallSite?,
    target: UnsafeMutablePointer<Value>, returnPoint: UnsafePointer<Instruction>?
  ) throws -> Bool {
    let initializer = try chooseInitializer(of: type, count: count, site: site)
    shiftUp(window + 1, count: count)
    window[1] = .instance(of: type)
    store(initializer.retained(), in: window)
    return try beginMethod(
      window, count: count, site: site, target: target, returnPoint: returnPoint, place: -1)
  }

  /// The first initialiser whose labels and number of parameters fit; the only one when there is one.
  private func chooseInitializer(of type: StructType, count: Int, site: CallSite?) throws -> Value {
    guard let first = type.initializers.first else {
      throw ScriptError(.type, "`\(type.name)` cannot be made yet: its declaration has not finished")
    }
    guard type.initializers.count > 1 else {
      site?.remember(type, initializer: first)
      return first
    }
    return type.initializers.first { candidate in
      guard let code = candidate.functionCode else { return false }
      return (try? Binding.find(count: count, site: site, code.bindingParameters, name: code.name)) != nil
    } ?? first
  }

  private func makeEnumCase(
    _ type: EnumType, _ window: UnsafeMutablePointer<Value>, count: Int, target: UnsafeMutablePointer<Value>
  ) throws {
    guard count == 1 else {
      throw ScriptError(.type, "`\(type.name)` is made from one raw value: `\(type.name)(rawValue: ...)`")
    }
    let index = type.rawValues.firstIndex { Values.areEqual($0, window[1]) }
    store(.absent, in: window + 1)
    store(.absent, in: window)
    store(index.map { Value.enumCase(type, $0) } ?? .none, in: target)
  }

  // MARK: Methods

  /// A method call; true when a frame was pushed.
  func callMethod(
    _ window: UnsafeMutablePointer<Value>, _ frame: Frame, _ i: Instruction, _ r: UnsafeMutablePointer<Value>,
    _ point: UnsafePointer<Instruction>
  ) throws -> Bool {
    try frame.hot.pointee.callSites[i.c]._withUnsafeGuaranteedRef { site in
      try callMethod(window, site, frame, i, r, point)
    }
  }

  private func callMethod(
    _ window: UnsafeMutablePointer<Value>, _ site: CallSite, _ frame: Frame, _ i: Instruction,
    _ r: UnsafeMutablePointer<Value>, _ point: UnsafePointer<Instruction>
  ) throws -> Bool {
    let name = site.name ?? ""
    let count = i.x == 255 ? site.argumentCount : i.x
    let receiver = window[1]
    let target = r + i.a
    currentCall = (frame.function, point - 1)
    let placeIndex = i.operation == .callPlaceMethod ? site.place ?? -1 : -1

    if receiver.kind == .instance {
      if let method = instanceMethod(receiver, name, site) {
        let changes = method.functionCode?.isMutating ?? false
        var place = -1
        if changes, placeIndex >= 0 {
          store(.absent, in: window + 1)
          window[1] = try takePlace(self.place(frame, placeIndex), frame)
          place = placeIndex
        }
        store(method.retained(), in: window)
        do {
          return try beginMethod(
            window, count: count, site: site, target: target, returnPoint: point, place: place)
        } catch {
          if place >= 0 { putBack(window + 1, frame, place) }
          throw error
        }
      }
    } else if let builtin = nativeMethod(receiver, name, site) {
      guard builtin.isMutating, placeIndex >= 0 else {
        try callNative(builtin, window + 1, count: count + 1, site: site, target: target, hasReceiver: true)
        if builtin.isMutating { store(.absent, in: window + 1) }
        return false
      }
      store(.absent, in: window + 1)
      window[1] = try takePlace(self.place(frame, placeIndex), frame)
      defer { putBack(window + 1, frame, placeIndex) }
      try callNative(builtin, window + 1, count: count + 1, site: site, target: target, hasReceiver: true)
      return false
    }
    // A member that holds a function, or a function of a namespace or type.
    let member = try requiredMember(name, of: receiver, isCall: true)
    for index in 0..<count {
      window[1 + index].release()
      window[1 + index] = window[2 + index]
      window[2 + index] = .absent
    }
    if count == 0 { store(.absent, in: window + 1) }
    store(member, in: window)
    return try begin(window, count: count, site: site, target: target, returnPoint: point)
  }

  private func instanceMethod(_ receiver: Value, _ name: String, _ site: CallSite) -> Value? {
    guard let type = receiver.structType else { return nil }
    guard let method = type.methods[name] else { return nil }
    site.remember(type, method)
    return method
  }

  private func nativeMethod(_ receiver: Value, _ name: String, _ site: CallSite) -> Builtin? {
    if receiver.kind == site.cachedKind, receiver.kind != .host {
      return site.cachedBuiltin?.takeUnretainedValue()
    }
    guard receiver.kind != .reference, receiver.kind != .enumCase,
      let builtin = registry.types[receiver.typeName]?.methods[name]
    else { return nil }
    site.remember(builtin, for: receiver.kind)
    return builtin
  }

  // MARK: Returning

  func returnedValue(_ i: Instruction, _ r: UnsafeMutablePointer<Value>, _ frame: Frame) throws -> Value {
    switch i.operation {
    case .returnNone: return .none
    case .returnSelf:
      let value = r[0].kind == .box ? try boxed(r[0]).retained() : r[0].retained()
      if let type = value.structType {
        let object = value.object(InstanceObject.self)
        for index in 0..<object.pointee.fieldCount where object.fields[index].isAbsent {
          let name = type.fields[index].name
          value.release()
          throw ScriptError(
            .type, "the initialiser of `\(type.name)` leaves `\(name)` without a value",
            suggestion: "set it: `self.\(name) = ...`, or give it a value where it is declared")
        }
      }
      return value
    default:
      let value = r[i.a]
      r[i.a] = .absent
      return value.isAbsent ? .none : value
    }
  }

  /// Ends the frame on top: gives up its registers and hands its value, which it takes over, to the caller.
  func leave(_ frame: Frame, with value: Value) {
    if frame.place >= 0 { writeBackSelf(frame) }
    for register in 0..<frame.hot.pointee.registerCount { store(.absent, in: frame.base + register) }
    // The callee goes last: it may be all that keeps its code alive.
    store(.absent, in: frame.base - 1)
    store(value, in: frame.target)
    frameCount -= 1
  }

  func makeClosure(_ frame: Frame, _ i: Instruction, _ r: UnsafeMutablePointer<Value>) {
    let code = frame.function._withUnsafeGuaranteedRef { $0.functions[i.wide] }
    let closure = Value.closure(code, captures: code.captures.count)
    let object = closure.object(ClosureObject.self)
    for (index, source) in code.captures.enumerated() {
      switch source {
      case .register(let register): object.captures[index] = r[register].retained()
      case .capture(let outer): object.captures[index] = frame.captures[outer].retained()
      }
    }
    store(closure, in: r + i.a)
  }
}
