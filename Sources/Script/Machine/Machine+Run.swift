import Base
import CMachine

/// Puts a value into a register, giving up the one before. Takes over one count.
@inline(__always)
func store(_ value: Value, in register: UnsafeMutablePointer<Value>) {
  let old = register.pointee
  register.pointee = value
  old.release()
}

extension Machine {
  /// Runs frames until the entry frame on top returns.
  ///
  /// The fast half runs what it can; each instruction at which it stops is run here the general way.
  func runFrames() throws {
    var pc = UnsafePointer(frames[frameCount - 1].hot.pointee.code)
    while let point = vm_run(core, pc.words) {
      pc = UnsafePointer(words: point) + 1
      do {
        guard try step((pc - 1).pointee, &pc) else { return }
        // A request that came meanwhile is answered at the next loop round or call.
        if safepoint.isRaised { core.pointee.countdown = 0 }
      } catch {
        let error = ScriptError.wrapping(error)
        guard let resumption = unwind(error, at: pc) else { throw error }
        pc = resumption
      }
    }
  }

  /// Runs one instruction, behind which `pc` stands. False when the entry frame has returned.
  private func step(_ i: Instruction, _ pc: inout UnsafePointer<Instruction>) throws -> Bool {
    let frame = runningFrame
    let r = frame.base
    switch i.operation {
    case .move: store(r[i.b].retained(), in: r + i.a)
    case .take:
      let value = r[i.b]
      r[i.b] = .absent
      store(value, in: r + i.a)
    case .loadConstant: store(frame.hot.pointee.constants[i.wide].retained(), in: r + i.a)
    case .loadInteger: store(Value(i.wide), in: r + i.a)
    case .loadNone: store(.none, in: r + i.a)
    case .loadBool: store(Value(i.x != 0), in: r + i.a)
    case .loadAbsent: store(.absent, in: r + i.a)
    case .getGlobal:
      let value = globals.values[i.wide]
      if value.kind.rawValue <= Value.Kind.moved.rawValue { throw missingGlobal(i.wide) }
      store(value.retained(), in: r + i.a)
    case .setGlobal:
      let value = r[i.a]
      r[i.a] = .absent
      store(value, in: globals.values + i.wide)
    case .makeBox:
      let value = r[i.a]
      r[i.a] = boxes.makeBox(value)
      if boxes.count > boxes.limit { collectCyclesWhileRunning() }
    case .getBox: store(try boxed(r[i.b]).retained(), in: r + i.a)
    case .setBox:
      let value = r[i.b]
      r[i.b] = .absent
      setBox(r[i.a], value)
    case .getCapture:
      let value = frame.captures[i.wide]
      if value.kind.rawValue <= Value.Kind.moved.rawValue { throw notYetDefined() }
      store(value.retained(), in: r + i.a)
    case .getCaptureBox: store(try boxed(frame.captures[i.wide]).retained(), in: r + i.a)
    case .setCaptureBox:
      let value = r[i.a]
      r[i.a] = .absent
      setBox(frame.captures[i.wide], value)
    case .makeClosure: makeClosure(frame, i, r)

    // MARK: Arithmetic
    case .add: try operate(.add, i, r, pc)
    case .subtract: try operate(.subtract, i, r, pc)
    case .multiply: try operate(.multiply, i, r, pc)
    case .divide: try operate(.divide, i, r, pc)
    case .remainder: try operate(.remainder, i, r, pc)
    case .addI: try operateImmediate(.add, i, r, pc)
    case .subtractI: try operateImmediate(.subtract, i, r, pc)
    case .multiplyI: try operateImmediate(.multiply, i, r, pc)
    case .divideI: try operateImmediate(.divide, i, r, pc)
    case .remainderI: try operateImmediate(.remainder, i, r, pc)
    case .addK: try operateConstant(.add, i, r, frame, pc)
    case .subtractK: try operateConstant(.subtract, i, r, frame, pc)
    case .multiplyK: try operateConstant(.multiply, i, r, frame, pc)
    case .divideK: try operateConstant(.divide, i, r, frame, pc)
    case .remainderK: try operateConstant(.remainder, i, r, frame, pc)
    case .binary:
      let operation = BinaryOperator(code: pc.pointee.wide)
      pc += 1
      try operate(operation, i, r, pc - 1)
    case .equal: try operate(.equal, i, r, pc)
    case .notEqual: try operate(.notEqual, i, r, pc)
    case .less: try operate(.less, i, r, pc)
    case .lessOrEqual: try operate(.lessOrEqual, i, r, pc)
    case .negate: try negate(i, r, pc)
    case .not: try not(i, r, pc)

    // MARK: Control
    case .jump: pc += i.wide
    case .loop:
      // Before the jump, so that an interrupt names the loop.
      try poll()
      pc += i.wide
    case .jumpIfFalse: if try !truth(r[i.a]) { pc += i.wide }
    case .jumpIfTrue: if try truth(r[i.a]) { pc += i.wide }
    case .jumpIfNone: if r[i.a].isNone { pc += i.wide }
    case .jumpIfNotNone: if !r[i.a].isNone { pc += i.wide }
    case .jumpIfPresent: if !r[i.a].isAbsent { pc += i.wide }
    case .jumpUnlessLess: if try !holds(.less, r[i.a], r[i.b]) { pc += i.wide }
    case .jumpUnlessLessOrEqual: if try !holds(.lessOrEqual, r[i.a], r[i.b]) { pc += i.wide }
    case .jumpUnlessEqual: if try !holds(.equal, r[i.a], r[i.b]) { pc += i.wide }
    case .jumpUnlessNotEqual: if try !holds(.notEqual, r[i.a], r[i.b]) { pc += i.wide }
    case .jumpUnlessLessI: if try !holds(.less, r[i.a], Value(i.immediateB)) { pc += i.wide }
    case .jumpUnlessLessOrEqualI: if try !holds(.lessOrEqual, r[i.a], Value(i.immediateB)) { pc += i.wide }
    case .jumpUnlessGreaterI: if try !holds(.greater, r[i.a], Value(i.immediateB)) { pc += i.wide }
    case .jumpUnlessGreaterOrEqualI:
      if try !holds(.greaterOrEqual, r[i.a], Value(i.immediateB)) { pc += i.wide }
    case .jumpUnlessEqualI: if try !holds(.equal, r[i.a], Value(i.immediateB)) { pc += i.wide }
    case .jumpUnlessNotEqualI: if try !holds(.notEqual, r[i.a], Value(i.immediateB)) { pc += i.wide }
    case .forPrepare: if try prepareCountedLoop(i, r) { pc += i.wide }
    case .forLoop:
      let next = r[i.a].asInteger &+ 1
      if next < r[i.a + 1].asInteger {
        r[i.a] = Value(next)
        store(Value(next), in: r + (i.a + 2))
        pc += i.wide
        try poll()
      }
    case .iterationPrepare: try prepareIteration(r + i.a)
    case .iterationNext: if try !nextElement(r + i.a) { pc += i.wide }

    // MARK: Calls
    case .call:
      if try call(r + i.b, frame, i, r, pc) { pc = UnsafePointer(frames[frameCount - 1].hot.pointee.code) }
    case .callMethod, .callPlaceMethod:
      if try callMethod(r + i.b, frame, i, r, pc) {
        pc = UnsafePointer(frames[frameCount - 1].hot.pointee.code)
      }
    case .returnValue, .returnNone, .returnSelf:
      leave(frame, with: try returnedValue(i, r, frame))
      if frame.isEntry { return false }
      pc = frame.returnPoint

    // MARK: Parts of values
    case .getMember: try getMember(i, r, frame, pc)
    case .getIndex: try getIndex(i, r, pc)
    case .getElements: try getElements(i, r, pc)
    case .setIndex: try setElement(r + i.a, subscripts: r + i.b, count: 1, value: r + i.c, i)
    case .setElements: try setElement(r + i.a, subscripts: r + i.b, count: i.x >> 2, value: r + i.c, i)
    case .getPlace: store(try readPlace(place(frame, i.wide), frame), in: r + i.a)
    case .setPlace:
      let value = r[i.a]
      r[i.a] = .absent
      try assignPlace(place(frame, i.wide), value, frame)
    case .updatePlace: try updatePlace(i, r, frame, pc)

    // MARK: Building
    case .makeArray, .extendArray, .makeDictionary, .extendDictionary: try makeContainer(i, r)
    case .makeTuple: makeTuple(i, r, frame)
    case .makeRange: try makeRange(i, r)
    case .interpolate: try interpolate(i, r)
    case .destructure: try destructure(i, r)
    case .checkType: try checkType(r + i.a, frame, i.wide)
    case .testType:
      let answer = fits(r[i.b], type(frame, i.c))
      store(Value(answer), in: r + i.a)
    case .unwrap:
      if r[i.a].isNone {
        throw ScriptError(
          .value, "this is nil, so there is nothing to unwrap with `!`",
          suggestion: "give a value for that case with `??`, or test it with `if let`")
      }
    case .matches: store(Value(try matches(r[i.b], pattern: r[i.c])), in: r + i.a)
    case .noMatch:
      throw ScriptError(
        .value, "no case matches \(try literal(of: r[i.a], limits: .init(characters: 80)))",
        suggestion: "add a `default:`")
    case .defineStruct, .defineEnum: defineType(i, r, frame)
    case .installMember: installMember(i, r, frame)

    // MARK: Errors
    case .throwValue: throw try thrownError(r + i.a)
    case .rethrow: throw caughtError(r + i.a)
    case .showHelp: try showHelp(r[i.a], frame.hot.pointee.constants[i.wide].stringValue ?? "")
    }
    return true
  }
}

extension UnsafePointer where Pointee == Instruction {
  /// The same place in the other half's words.
  fileprivate var words: UnsafePointer<UInt64> {
    UnsafeRawPointer(self).assumingMemoryBound(to: UInt64.self)
  }

  fileprivate init(words: UnsafePointer<UInt64>) {
    self = UnsafeRawPointer(words).assumingMemoryBound(to: Instruction.self)
  }
}
