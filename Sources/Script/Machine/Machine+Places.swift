extension Machine {
  func place(_ frame: Frame, _ index: Int) -> Place {
    frame.function._withUnsafeGuaranteedRef { $0.places[index] }
  }

  // MARK: Roots

  /// Where the variable of a place lives.
  private func root(_ place: Place, _ frame: Frame) throws -> UnsafeMutablePointer<Value> {
    let slot: UnsafeMutablePointer<Value>
    switch place.root {
    case .register(let register): slot = frame.base + register
    case .box(let register): slot = try boxSlot(frame.base[register])
    case .captureBox(let capture): slot = try boxSlot(frame.captures[capture])
    case .global(let index):
      slot = globals.values + index
      if slot.pointee.isAbsent { throw missingGlobal(index) }
    }
    if slot.pointee.kind == .moved { throw beingChanged(place.name) }
    if slot.pointee.isAbsent { throw ScriptError(.name, "`\(place.name)` has no value yet") }
    return slot
  }

  private func boxSlot(_ box: Value) throws -> UnsafeMutablePointer<Value> {
    guard box.kind == .box else { throw notYetDefined() }
    let offset = MemoryLayout<BoxObject>.offset(of: \.value) ?? 0
    return UnsafeMutableRawPointer(box.object(BoxObject.self)).advanced(by: offset)
      .assumingMemoryBound(to: Value.self)
  }

  private func refuseConstant(_ place: Place) throws {
    guard place.isLet else { return }
    throw ScriptError(
      .type, "`\(place.name)` is a constant: it was declared with `let`, so it cannot change",
      suggestion: "declare it with `var \(place.name)`")
  }

  // MARK: Walking

  /// The slot a place names, every container on the way made the variable's own.
  private func slot(_ place: Place, _ frame: Frame, steps: ArraySlice<Place.Step>) throws
    -> UnsafeMutablePointer<Value>
  {
    var slot = try root(place, frame)
    for (number, step) in steps.enumerated() {
      switch step {
      case .member(let name):
        if let part = sharedMember(slot.pointee, name) {
          store(part, in: sharedElement)
          slot = sharedElement
        } else {
          slot = try memberSlot(slot, name, frame, (place.path, number))
        }
      case .index(let first, let count):
        if let host = slot.pointee.hostValue, host.isShared {
          // The element is an object too, so that any value that refers to it will do.
          let element = try element(of: slot.pointee, frame.base + first, count)
          store(element, in: sharedElement)
          slot = sharedElement
        } else {
          slot = try elementSlot(slot, frame.base + first, count)
        }
      }
      if slot.pointee.kind == .moved { throw beingChanged(place.name) }
    }
    return slot
  }

  /// A stored member that is an object of the engine, owned; `let` fixes which one, not what it holds.
  private func sharedMember(_ base: Value, _ name: String) -> Value? {
    guard let type = base.structType, let index = type.fieldIndex(name) else { return nil }
    let value = base.object(InstanceObject.self).fields[index]
    return value.hostValue.flatMap { $0.isShared ? value.retained() : nil }
  }

  private func memberSlot(
    _ base: UnsafeMutablePointer<Value>, _ name: String, _ frame: Frame,
    _ site: (path: PlacePath, step: Int)? = nil
  ) throws -> UnsafeMutablePointer<Value> {
    if base.pointee.kind == .tuple {
      let count = base.pointee.elements?.count ?? 0
      let index = Int(name) ?? base.pointee.tupleLabels?.firstIndex(of: name) ?? -1
      guard index >= 0, index < count else { throw ScriptError(.name, "the tuple has no part `\(name)`") }
      try makeUnique(base)
      return base.pointee.object(TupleObject.self).items + index
    }
    guard let type = base.pointee.structType else {
      throw ScriptError(
        .type, "the member `\(name)` of \(base.pointee.describedType) cannot be changed in place")
    }
    guard let index = type.fieldIndex(name) else {
      if type.getters[name] != nil {
        throw ScriptError(
          .type, "`\(name)` of `\(type.name)` is computed, so its parts cannot be changed in place")
      }
      _ = try requiredMember(name, of: base.pointee)
      throw ScriptError(.type, "`\(name)` of `\(type.name)` is a method and cannot be assigned to")
    }
    let isInitializing = frame.function._withUnsafeGuaranteedRef { $0.isInitializer }
    if type.fields[index].isLet, !isInitializing {
      throw ScriptError(
        .type, "`\(name)` of `\(type.name)` is a constant: it was declared with `let`",
        suggestion: "declare it with `var \(name)` in the struct")
    }
    try makeUnique(base)
    site?.path.remember(type, field: index, step: site?.step ?? 0)
    return base.pointee.object(InstanceObject.self).fields + index
  }

  // MARK: Reading and assigning

  func readPlace(_ place: Place, _ frame: Frame) throws -> Value {
    var value = try root(place, frame).pointee.retained()
    for step in place.steps {
      let next: Value
      do {
        switch step {
        case .member(let name): next = try requiredMember(name, of: value)
        case .index(let first, let count): next = try element(of: value, frame.base + first, count)
        }
      } catch {
        value.release()
        throw error
      }
      value.release()
      value = next
    }
    return value
  }

  /// Takes over one count of the value.
  func assignPlace(_ place: Place, _ value: Value, _ frame: Frame) throws {
    guard let last = place.steps.last else {
      let slot: UnsafeMutablePointer<Value>
      do {
        try refuseConstant(place)
        slot = try root(place, frame)
      } catch {
        value.release()
        throw error
      }
      store(value, in: slot)
      return
    }
    var owned: Value? = value
    do {
      let base = try slot(place, frame, steps: place.steps.dropLast())
      if base.pointee.kind != .host { try refuseConstant(place) }
      switch last {
      case .member(let name):
        if base.pointee.kind == .host, let host = base.pointee.hostValue {
          guard try host.setMember(name, value) else {
            throw ScriptError(.type, "a \(base.pointee.typeName) has no member `\(name)` that can be set")
          }
        } else if let setter = base.pointee.structType?.setters[name] {
          try callSetter(setter, base, value)
        } else if try setStatic(base.pointee, name, value) {
          owned = nil
        } else {
          let slot = try memberSlot(base, name, frame, (place.path, place.steps.count - 1))
          let converted = try converted(value, base.pointee, name)
          if converted.payload != value.payload || converted.kind != value.kind { value.release() }
          owned = nil
          store(converted, in: slot)
        }
      case .index(let first, let count):
        if base.pointee.kind == .host { try refuseConstant(place) }
        owned = nil
        try assign(value, to: base, frame.base + first, count)
      }
      owned?.release()
    } catch {
      owned?.release()
      throw error
    }
  }

  private func setStatic(_ base: Value, _ name: String, _ value: Value) throws -> Bool {
    guard let type = base.referenced as? StructType, type.statics[name] != nil else { return false }
    type.install(value, in: .staticValue(name))
    return true
  }

  /// The value as the annotation of a member wants it.
  private func converted(_ value: Value, _ base: Value, _ name: String) throws -> Value {
    guard let type = base.structType, let index = type.fieldIndex(name), let wanted = type.fields[index].type
    else {
      return value
    }
    return try fitted(value, wanted)
  }

  private func callSetter(_ setter: Value, _ base: UnsafeMutablePointer<Value>, _ value: Value) throws {
    // The setter changes a copy of its own, which then takes the variable's place.
    let saved = top
    let window = freeWindow
    guard stackEnd - window > 16, nativeDepth < Machine.nativeDepthLimit else { throw tooDeep() }
    nativeDepth += 1
    defer { nativeDepth -= 1 }
    for index in 0..<6 { (window + index).initialize(to: .absent) }
    // The changed self, the setter's own result, then its window.
    window[2] = setter.retained()
    window[3] = base.pointee.retained()
    window[4] = value.retained()
    top = window + 6
    defer { top = saved }
    guard let code = setter.functionCode else { return }
    let closure = setter.object(ClosureObject.self)
    (frames + frameCount).initialize(
      to: Frame(
        function: Unmanaged.passUnretained(code), hot: code.hot, captures: closure.captures, base: window + 3,
        returnPoint: UnsafePointer(code.code), target: window + 1, place: Machine.selfToTarget, isEntry: true)
    )
    frameCount += 1
    try runFrames()
    let changed = window[0]
    window[0] = .absent
    store(.absent, in: window + 1)
    store(changed, in: base)
  }

  /// Marks the frame of a setter called from native code, whose `self` goes three registers below its window.
  static let selfToTarget = Int.max

  /// `place op= value`
  func updatePlace(
    _ i: Instruction, _ r: UnsafeMutablePointer<Value>, _ frame: Frame, _ point: UnsafePointer<Instruction>
  ) throws {
    let place = place(frame, i.c)
    let operation = BinaryOperator(code: i.b)
    let amount = r[i.a]
    defer { store(.absent, in: r + i.a) }
    if place.steps.isEmpty {
      try refuseConstant(place)
      let slot = try root(place, frame)
      if operation == .add, try appendInPlace(slot.pointee, amount) { return }
      store(try Operators.apply(operation, slot.pointee, amount), in: slot)
      return
    }
    if operation == .add, let slot = try? slot(place, frame, steps: place.steps[...]), !place.isLet,
      try appendInPlace(slot.pointee, amount)
    {
      return
    }
    let old = try readPlace(place, frame)
    let result: Value
    do { result = try Operators.apply(operation, old, amount) } catch {
      old.release()
      throw error
    }
    old.release()
    try assignPlace(place, result, frame)
  }

  // MARK: Methods that change their receiver

  /// Takes the value out of its place, so that a method can change it without a copy.
  func takePlace(_ place: Place, _ frame: Frame) throws -> Value {
    try refuseConstant(place)
    let slot = try slot(place, frame, steps: place.steps[...])
    try makeUnique(slot)
    let value = slot.pointee
    slot.pointee = .moved
    return value
  }

  /// Puts a value back where `takePlace` took it from.
  func putBack(_ register: UnsafeMutablePointer<Value>, _ frame: Frame, _ index: Int) {
    let value = register.pointee
    register.pointee = .absent
    guard let slot = emptySlot(place(frame, index), frame) else {
      value.release()
      return
    }
    if value.kind == .host { ElementAccess.forgetView(value.object(HostObject.self)) }
    store(value, in: slot)
  }

  /// The slot that `takePlace` emptied; nil when it is no longer there.
  private func emptySlot(_ place: Place, _ frame: Frame) -> UnsafeMutablePointer<Value>? {
    if place.steps.isEmpty {
      switch place.root {
      case .register(let register): return frame.base + register
      case .box(let register): return try? boxSlot(frame.base[register])
      case .captureBox(let capture): return try? boxSlot(frame.captures[capture])
      case .global(let index): return globals.values + index
      }
    }
    guard let base = try? slot(place, frame, steps: place.steps.dropLast()), let last = place.steps.last
    else { return nil }
    switch last {
    case .member(let name): return try? memberSlot(base, name, frame)
    case .index(let first, let count): return try? elementSlot(base, frame.base + first, count)
    }
  }

  /// After a mutating method of the program's own: `self` goes back to the caller's variable.
  func writeBackSelf(_ frame: Frame) {
    let own = frame.base[0]
    let value: Value
    if own.kind == .box {
      value = own.object(BoxObject.self).pointee.value.retained()
    } else {
      value = own
      frame.base[0] = .absent
    }
    if frame.place == Machine.selfToTarget {
      store(value, in: frame.base - 3)
      return
    }
    let caller = frames[frameCount - 2]
    let holder = frame.base - 1
    let callee = holder.pointee
    holder.pointee = value
    putBack(holder, caller, frame.place)
    holder.pointee = callee
  }
}
