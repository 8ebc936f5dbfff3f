/// One step of the machine in 64 bits.
///
/// Layout from the low end: operation (8), `x` (8), `c` (16), `a` (16), `b` (16). `x` and `c` together are
/// `wide`, a signed 24-bit number for jumps and table indices. R[n] is a register of the running function.
package struct Instruction {
  var word: UInt64

  @inline(__always) var operation: Opcode { unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self) }
  @inline(__always) var x: Int { Int(UInt8(truncatingIfNeeded: word >> 8)) }
  @inline(__always) var c: Int { Int(UInt16(truncatingIfNeeded: word >> 16)) }
  @inline(__always) var a: Int { Int(UInt16(truncatingIfNeeded: word >> 32)) }
  @inline(__always) var b: Int { Int(truncatingIfNeeded: word >> 48) }
  @inline(__always) var wide: Int { Int(Int32(truncatingIfNeeded: word) >> 8) }
  /// `c` as a small signed number.
  @inline(__always) var immediate: Int { Int(Int16(truncatingIfNeeded: word >> 16)) }
  /// `b` as a small signed number.
  @inline(__always) var immediateB: Int { Int(Int16(truncatingIfNeeded: word >> 48)) }

  init(_ operation: Opcode, a: Int = 0, b: Int = 0, c: Int = 0, x: Int = 0) {
    word =
      UInt64(operation.rawValue) | UInt64(UInt8(truncatingIfNeeded: x)) << 8
      | UInt64(UInt16(truncatingIfNeeded: c)) << 16 | UInt64(UInt16(truncatingIfNeeded: a)) << 32
      | UInt64(UInt16(truncatingIfNeeded: b)) << 48
  }

  init(_ operation: Opcode, a: Int = 0, b: Int = 0, wide: Int) {
    word =
      UInt64(operation.rawValue) | UInt64(UInt32(truncatingIfNeeded: wide << 8))
      | UInt64(UInt16(truncatingIfNeeded: a)) << 32 | UInt64(UInt16(truncatingIfNeeded: b)) << 48
  }

  static let wideRange = -(1 << 23)..<(1 << 23)

  /// Bits of `x`: which operands are temporaries that the step gives up.
  static let givesUpB = 1
  static let givesUpC = 2
  /// For the operations with a constant.
  static let isLeft = 4
}

enum Opcode: UInt8, CaseIterable {
  // Moving values
  /// R[a] = R[b]
  case move
  /// R[a] = R[b], leaving R[b] absent
  case take
  /// R[a] = constants[wide]
  case loadConstant
  /// R[a] = wide
  case loadInteger
  case loadNone
  /// R[a] = x != 0
  case loadBool
  case loadAbsent
  /// R[a] = globals[wide]
  case getGlobal
  /// globals[wide] = R[a], leaving R[a] absent
  case setGlobal
  /// R[a] becomes a box around its value.
  case makeBox
  /// R[a] = value of the box R[b]
  case getBox
  /// box R[a] = R[b], leaving R[b] absent
  case setBox
  /// R[a] = captures[wide]
  case getCapture
  /// R[a] = value of the box captures[wide]
  case getCaptureBox
  /// box captures[wide] = R[a], leaving R[a] absent
  case setCaptureBox
  /// R[a] = closure of functions[wide]
  case makeClosure

  // Arithmetic: R[a] = R[b] op R[c]; the I forms take `immediate` instead of R[c].
  case add, subtract, multiply, divide, remainder
  case addI, subtractI, multiplyI, divideI, remainderI
  /// The K forms take constants[c], which is a number; on the left when x has `isLeft`.
  case addK, subtractK, multiplyK, divideK, remainderK
  /// R[a] = R[b] op R[c] with the operator in the next word; for the rarer ones.
  case binary
  case equal, notEqual, less, lessOrEqual
  case negate, not

  // Control: `wide` counts from the next instruction.
  case jump
  /// Jumps back and polls the safepoint.
  case loop
  case jumpIfFalse, jumpIfTrue
  case jumpIfNone, jumpIfNotNone
  case jumpIfPresent
  /// Jumps unless R[a] op R[b]; the I forms compare with the small number b.
  case jumpUnlessLess, jumpUnlessLessOrEqual, jumpUnlessEqual, jumpUnlessNotEqual
  case jumpUnlessLessI, jumpUnlessLessOrEqualI, jumpUnlessGreaterI, jumpUnlessGreaterOrEqualI
  case jumpUnlessEqualI, jumpUnlessNotEqualI
  /// R[a] counts up to R[a+1] and is shown to the body as R[a+2]; jumps past the loop when it is empty.
  case forPrepare
  case forLoop
  /// R[a] is a sequence; R[a+1] becomes the position.
  case iterationPrepare
  /// R[a+2] = next element, or jumps when there is none.
  case iterationNext

  // Calls: R[b] is the callee, its arguments follow; the result goes to R[a]. c names the call site; x counts
  // the arguments when none has a label, else it is 255.
  case call
  /// As `call`; R[b+1] is the receiver, the site has the method's name.
  case callMethod
  /// As `callMethod`; the receiver was read from the site's place, and a mutating method writes it back.
  case callPlaceMethod
  case returnValue
  case returnNone
  /// An initialiser returns R[0] once every member has a value.
  case returnSelf

  // Parts of values
  /// R[a] = R[b].name, with c naming the member site
  case getMember
  /// R[a] = R[b][R[c]]
  case getIndex
  /// R[a] = R[b][R[c], R[c+1], ...] with x >> 2 subscripts
  case getElements
  /// R[a][R[b]] = R[c]
  case setIndex
  /// R[a][R[b], R[b+1], ...] = R[c] with x >> 2 subscripts
  case setElements
  /// R[a] = places[wide]
  case getPlace
  /// places[wide] = R[a], leaving R[a] absent
  case setPlace
  /// places[c] = places[c] op R[a] with the operator in b
  case updatePlace

  // Building values from R[b], R[b+1], ... which are left absent
  /// R[a] = array of c elements
  case makeArray
  /// Appends c elements to the array R[a].
  case extendArray
  /// R[a] = dictionary of c pairs
  case makeDictionary
  case extendDictionary
  /// R[a] = tuple with shape tupleShapes[wide]
  case makeTuple
  /// R[a] = R[b]..<R[c]; x: 1 has lower, 2 has upper, 4 closed
  case makeRange
  /// R[a] = text of c values joined
  case interpolate
  /// R[a], R[a+1], ... = the c parts of R[b]
  case destructure

  // Checks and types
  /// R[a] fits types[wide], which asks for no more than the kind b unless that is 0; an integer becomes a double,
  /// `.name` an enum case, where the type asks for it.
  case checkType
  /// R[a] = R[b] is types[c]
  case testType
  /// Error when R[a] is nil.
  case unwrap
  /// R[a] = R[b] matches the pattern R[c] of a switch
  case matches
  /// Error: no case of a switch matched R[a].
  case noMatch
  case defineStruct
  case defineEnum
  /// Member slots[c] of the type R[a] = R[b], leaving R[b] absent
  case installMember

  // Errors
  case throwValue
  /// Throws the error R[a] again, with the places it already names.
  case rethrow
  /// Shows help for R[a]; the name is constants[wide].
  case showHelp
}
