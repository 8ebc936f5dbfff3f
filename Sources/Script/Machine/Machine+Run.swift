import Base

/// Puts a value into a register, giving up the one before. Takes over one count.
@inline(__always)
func store(_ value: Value, in register: UnsafeMutablePointer<Value>) {
  let old = register.pointee
  register.pointee = value
  old.release()
}

extension Machine {
  /// How many loop rounds pass between two looks at the size of the heap.
  private static let budgetInterval = 1 << 14

  /// Runs frames until the entry frame on top returns.
  func runFrames() throws {
    var frame = frames[frameCount - 1]
    var r = frame.base
    var pc = UnsafePointer(frame.hot.pointee.code)
    var constants = frame.hot.pointee.constants
    var captures = frame.captures
    let globalValues = globals.values
    let safepoint = safepoint
    var rounds = 0

    while true {
      do {
        while true {
          let i = pc.pointee
          pc += 1
          switch i.operation {
          case .move: store(r[i.b].retained(), in: r + i.a)
          case .take:
            let value = r[i.b]
            r[i.b] = .absent
            store(value, in: r + i.a)
          case .loadConstant: store(constants[i.wide].retained(), in: r + i.a)
          case .loadInteger: store(Value(i.wide), in: r + i.a)
          case .loadNone: store(.none, in: r + i.a)
          case .loadBool: store(Value(i.x != 0), in: r + i.a)
          case .loadAbsent: store(.absent, in: r + i.a)
          case .getGlobal:
            let value = globalValues[i.wide]
            if value.kind.rawValue <= Value.Kind.moved.rawValue { throw missingGlobal(i.wide) }
            store(value.retained(), in: r + i.a)
          case .setGlobal:
            let value = r[i.a]
            r[i.a] = .absent
            store(value, in: globalValues + i.wide)
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
            let value = captures[i.wide]
            if value.kind.rawValue <= Value.Kind.moved.rawValue { throw notYetDefined() }
            store(value.retained(), in: r + i.a)
          case .getCaptureBox: store(try boxed(captures[i.wide]).retained(), in: r + i.a)
          case .setCaptureBox:
            let value = r[i.a]
            r[i.a] = .absent
            setBox(captures[i.wide], value)
          case .makeClosure: makeClosure(frame, i, r)

          // MARK: Arithmetic
          case .add:
            let p = r[i.b]
            let q = r[i.c]
            if p.isInteger, q.isInteger {
              let (sum, overflow) = p.asInteger.addingReportingOverflow(q.asInteger)
              if overflow { throw Operators.overflow(.add, p, q) }
              store(Value(sum), in: r + i.a)
            } else if p.isDouble, q.isDouble {
              store(Value(p.asDouble + q.asDouble), in: r + i.a)
            } else {
              try operate(.add, i, r, pc)
            }
          case .subtract:
            let p = r[i.b]
            let q = r[i.c]
            if p.isInteger, q.isInteger {
              let (difference, overflow) = p.asInteger.subtractingReportingOverflow(q.asInteger)
              if overflow { throw Operators.overflow(.subtract, p, q) }
              store(Value(difference), in: r + i.a)
            } else if p.isDouble, q.isDouble {
              store(Value(p.asDouble - q.asDouble), in: r + i.a)
            } else {
              try operate(.subtract, i, r, pc)
            }
          case .multiply:
            let p = r[i.b]
            let q = r[i.c]
            if p.isInteger, q.isInteger {
              let (product, overflow) = p.asInteger.multipliedReportingOverflow(by: q.asInteger)
              if overflow { throw Operators.overflow(.multiply, p, q) }
              store(Value(product), in: r + i.a)
            } else if p.isDouble, q.isDouble {
              store(Value(p.asDouble * q.asDouble), in: r + i.a)
            } else {
              try operate(.multiply, i, r, pc)
            }
          case .divide:
            let p = r[i.b]
            let q = r[i.c]
            if p.isDouble, q.isDouble {
              store(Value(p.asDouble / q.asDouble), in: r + i.a)
            } else {
              try operate(.divide, i, r, pc)
            }
          case .remainder:
            let p = r[i.b]
            let q = r[i.c]
            if p.isInteger, q.isInteger, q.asInteger > 0 {
              store(Value(p.asInteger % q.asInteger), in: r + i.a)
            } else {
              try operate(.remainder, i, r, pc)
            }
          case .addI:
            let p = r[i.b]
            if p.isInteger {
              let (sum, overflow) = p.asInteger.addingReportingOverflow(i.immediate)
              if overflow { throw Operators.overflow(.add, p, Value(i.immediate)) }
              store(Value(sum), in: r + i.a)
            } else if p.isDouble {
              store(Value(p.asDouble + Double(i.immediate)), in: r + i.a)
            } else {
              try operateImmediate(.add, i, r, pc)
            }
          case .subtractI:
            let p = r[i.b]
            if p.isInteger {
              let (difference, overflow) = p.asInteger.subtractingReportingOverflow(i.immediate)
              if overflow { throw Operators.overflow(.subtract, p, Value(i.immediate)) }
              store(Value(difference), in: r + i.a)
            } else if p.isDouble {
              store(Value(p.asDouble - Double(i.immediate)), in: r + i.a)
            } else {
              try operateImmediate(.subtract, i, r, pc)
            }
          case .multiplyI:
            let p = r[i.b]
            if p.isInteger {
              let (product, overflow) = p.asInteger.multipliedReportingOverflow(by: i.immediate)
              if overflow { throw Operators.overflow(.multiply, p, Value(i.immediate)) }
              store(Value(product), in: r + i.a)
            } else if p.isDouble {
              store(Value(p.asDouble * Double(i.immediate)), in: r + i.a)
            } else {
              try operateImmediate(.multiply, i, r, pc)
            }
          case .divideI:
            let p = r[i.b]
            if p.isDouble {
              store(Value(p.asDouble / Double(i.immediate)), in: r + i.a)
            } else {
              try operateImmediate(.divide, i, r, pc)
            }
          case .remainderI:
            let p = r[i.b]
            if p.isInteger, i.immediate > 0 {
              store(Value(p.asInteger % i.immediate), in: r + i.a)
            } else {
              try operateImmediate(.remainder, i, r, pc)
            }
          case .binary:
            let operation = BinaryOperator(code: pc.pointee.wide)
            pc += 1
            try operate(operation, i, r, pc - 1)
          case .equal: try compare(.equal, i, r, pc)
          case .notEqual: try compare(.notEqual, i, r, pc)
          case .less: try compare(.less, i, r, pc)
          case .lessOrEqual: try compare(.lessOrEqual, i, r, pc)
          case .negate: try negate(i, r, pc)
          case .not: try not(i, r, pc)

          // MARK: Control
          case .jump: pc += i.wide
          case .loop:
            pc += i.wide
            if safepoint.isRaised { try answerSafepoint() }
            rounds &+= 1
            if rounds & (Machine.budgetInterval - 1) == 0, Heap.isOverBudget { throw Heap.outOfBudget() }
          case .jumpIfFalse:
            let value = r[i.a]
            if value.kind == .bool {
              if !value.asBool { pc += i.wide }
            } else if try !truth(value) {
              pc += i.wide
            }
          case .jumpIfTrue:
            let value = r[i.a]
            if value.kind == .bool {
              if value.asBool { pc += i.wide }
            } else if try truth(value) {
              pc += i.wide
            }
          case .jumpIfNone: if r[i.a].isNone { pc += i.wide }
          case .jumpIfNotNone: if !r[i.a].isNone { pc += i.wide }
          case .jumpIfPresent: if !r[i.a].isAbsent { pc += i.wide }
          case .jumpUnlessLess:
            let p = r[i.a]
            let q = r[i.b]
            if p.isInteger, q.isInteger {
              if p.asInteger >= q.asInteger { pc += i.wide }
            } else if p.isDouble, q.isDouble {
              if !(p.asDouble < q.asDouble) { pc += i.wide }
            } else if try !holds(.less, p, q) {
              pc += i.wide
            }
          case .jumpUnlessLessOrEqual:
            let p = r[i.a]
            let q = r[i.b]
            if p.isInteger, q.isInteger {
              if p.asInteger > q.asInteger { pc += i.wide }
            } else if p.isDouble, q.isDouble {
              if !(p.asDouble <= q.asDouble) { pc += i.wide }
            } else if try !holds(.lessOrEqual, p, q) {
              pc += i.wide
            }
          case .jumpUnlessEqual:
            let p = r[i.a]
            let q = r[i.b]
            if p.isInteger, q.isInteger {
              if p.asInteger != q.asInteger { pc += i.wide }
            } else if try !holds(.equal, p, q) {
              pc += i.wide
            }
          case .jumpUnlessNotEqual:
            let p = r[i.a]
            let q = r[i.b]
            if p.isInteger, q.isInteger {
              if p.asInteger == q.asInteger { pc += i.wide }
            } else if try !holds(.notEqual, p, q) {
              pc += i.wide
            }
          case .jumpUnlessLessI:
            let p = r[i.a]
            if p.isInteger {
              if p.asInteger >= i.immediateB { pc += i.wide }
            } else if try !holds(.less, p, Value(i.immediateB)) {
              pc += i.wide
            }
          case .jumpUnlessLessOrEqualI:
            let p = r[i.a]
            if p.isInteger {
              if p.asInteger > i.immediateB { pc += i.wide }
            } else if try !holds(.lessOrEqual, p, Value(i.immediateB)) {
              pc += i.wide
            }
          case .jumpUnlessGreaterI:
            let p = r[i.a]
            if p.isInteger {
              if p.asInteger <= i.immediateB { pc += i.wide }
            } else if try !holds(.greater, p, Value(i.immediateB)) {
              pc += i.wide
            }
          case .jumpUnlessGreaterOrEqualI:
            let p = r[i.a]
            if p.isInteger {
              if p.asInteger < i.immediateB { pc += i.wide }
            } else if try !holds(.greaterOrEqual, p, Value(i.immediateB)) {
              pc += i.wide
            }
          case .jumpUnlessEqualI:
            let p = r[i.a]
            if p.isInteger {
              if p.asInteger != i.immediateB { pc += i.wide }
            } else if try !holds(.equal, p, Value(i.immediateB)) {
              pc += i.wide
            }
          case .jumpUnlessNotEqualI:
            let p = r[i.a]
            if p.isInteger {
              if p.asInteger == i.immediateB { pc += i.wide }
            } else if try !holds(.notEqual, p, Value(i.immediateB)) {
              pc += i.wide
            }
          case .forPrepare:
            if try prepareCountedLoop(i, r) { pc += i.wide }
          case .forLoop:
            let next = r[i.a].asInteger &+ 1
            if next < r[i.a + 1].asInteger {
              r[i.a] = Value(next)
              store(Value(next), in: r + (i.a + 2))
              pc += i.wide
              if safepoint.isRaised { try answerSafepoint() }
              rounds &+= 1
              if rounds & (Machine.budgetInterval - 1) == 0, Heap.isOverBudget { throw Heap.outOfBudget() }
            }
          case .iterationPrepare: try prepareIteration(r + i.a)
          case .iterationNext:
            if try !nextElement(r + i.a) { pc += i.wide }

          // MARK: Calls
          case .call:
            let window = r + i.b
            if window.pointee.kind == .closure {
              let closure = window.pointee.object(ClosureObject.self)
              let hot = closure.pointee.hot
              if hot.pointee.plainArity != i.x { try bindArguments(window, frame, i) }
              if safepoint.isRaised { try answerSafepoint() }
              if frameCount == Machine.frameCapacity || window + hot.pointee.registerCount + 64 > stackEnd {
                throw tooDeep()
              }
              frame = Frame(
                function: closure.pointee.function, hot: hot, captures: closure.captures, base: window + 1,
                returnPoint: pc, target: r + i.a, place: -1, isEntry: false)
              (frames + frameCount).initialize(to: frame)
              frameCount &+= 1
              r = window + 1
              pc = UnsafePointer(hot.pointee.code)
              constants = hot.pointee.constants
              captures = closure.captures
              rounds &+= 1
              if rounds & (Machine.budgetInterval - 1) == 0, Heap.isOverBudget { throw Heap.outOfBudget() }
              continue
            }
            if try callOther(window, frame, i, r, pc) {
              frame = frames[frameCount - 1]
              r = frame.base
              pc = UnsafePointer(frame.hot.pointee.code)
              constants = frame.hot.pointee.constants
              captures = frame.captures
            }
          case .callMethod, .callPlaceMethod:
            if try callMethod(r + i.b, frame, i, r, pc) {
              frame = frames[frameCount - 1]
              r = frame.base
              pc = UnsafePointer(frame.hot.pointee.code)
              constants = frame.hot.pointee.constants
              captures = frame.captures
            }
          case .returnValue, .returnNone, .returnSelf:
            let value = try returnedValue(i, r, frame)
            if frame.place >= 0 { writeBackSelf(frame) }
            for index in 0..<frame.hot.pointee.registerCount where r[index].isObject {
              let old = r[index]
              r[index] = .absent
              old.release()
            }
            let callee = r[-1]
            r[-1] = .absent
            callee.release()
            store(value, in: frame.target)
            frameCount &-= 1
            if frame.isEntry { return }
            pc = frame.returnPoint
            frame = frames[frameCount &- 1]
            r = frame.base
            constants = frame.hot.pointee.constants
            captures = frame.captures

          // MARK: Parts of values
          case .getMember: try getMember(i, r, frame, pc)
          case .getIndex:
            let base = r[i.b]
            let index = r[i.c]
            if base.isArray, index.isInteger {
              let array = base.object(ArrayObject.self)
              let position = index.asInteger
              if position >= 0, position < array.pointee.count {
                let value = array.pointee.items[position].retained()
                if i.x & Instruction.givesUpB != 0 { store(.absent, in: r + i.b) }
                store(value, in: r + i.a)
                continue
              }
            }
            try getIndex(i, r, pc)
          case .getElements: try getElements(i, r, pc)
          case .setIndex:
            let base = r[i.a]
            let index = r[i.b]
            if base.isArray, index.isInteger, base.isUnique {
              let array = base.object(ArrayObject.self)
              let position = index.asInteger
              if position >= 0, position < array.pointee.count {
                let value: Value
                if i.x & Instruction.givesUpC != 0 {
                  value = r[i.c]
                  r[i.c] = .absent
                } else {
                  value = r[i.c].retained()
                }
                store(value, in: array.pointee.items + position)
                continue
              }
            }
            try setElement(r + i.a, subscripts: r + i.b, count: 1, value: r + i.c, i)
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
          case .showHelp:
            let name = constants[i.wide].stringValue ?? ""
            try showHelp(r[i.a], name)
          }
        }
      } catch {
        let error = ScriptError.wrapping(error)
        guard let resumption = unwind(error, at: pc) else { throw error }
        frame = frames[frameCount - 1]
        r = frame.base
        constants = frame.hot.pointee.constants
        captures = frame.captures
        pc = resumption
      }
    }
  }
}
