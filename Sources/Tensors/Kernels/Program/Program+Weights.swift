/// The numbers of one parameter as a program holds them: in the layout of the operation that uses it first.
package final class PackedWeights {
  /// What the axes of a parameter mean.
  package enum Kind: Hashable {
    /// (h, w, in / groups, out)
    case filters(groups: Int)
    /// (in, out)
    case dense
    /// One number for each channel.
    case line
    /// Whatever they are, in row-major order.
    case plain
  }

  package let kind: Kind
  package let shape: Shape
  private let program: Program
  let user: DNNLayout
  private(set) package var slot: Program.Slot?
  private var packing, unpacking: DNNPrimitive?
  /// Whether the numbers are an input of each run, in the layout users see.
  let isInput: Bool

  init(_ shape: Shape, _ kind: Kind, _ program: Program, isInput: Bool = false) throws {
    self.isInput = isInput
    self.kind = kind
    self.shape = shape
    self.program = program
    let layout: DNNLayout?
    switch kind {
    case .filters(let groups):
      layout = .filters([shape[3] / groups, shape[2], shape[0], shape[1]], groups: groups)
    case .dense: layout = DNNLayout([shape[1], shape[0]], strides: [1, shape[1]])
    case .line: layout = .line(shape.elementCount)
    case .plain: layout = Program.plainLayout(shape)
    }
    user = try layout.orThrow()
    if isInput { slot = program.slot(user, shape, .outside) }
  }

  /// The layout to ask a primitive for: that of an earlier use, else whatever suits it.
  func wanted(_ any: DNNLayout) -> DNNLayout {
    guard let slot, !isInput else { return any }
    return program.layout(slot)
  }

  /// The slot, in the layout that its first user asks for.
  func slot(_ wanted: DNNLayout) throws -> Program.Slot {
    if let slot { return slot }
    let storage = try Program.zeroed(wanted.bytes, "the weights of a network")
    let made = program.slot(wanted, shape, .own(storage))
    slot = made
    if !wanted.matches(user) {
      packing = try DNNPrimitive(from: user, to: wanted, program.handle).orThrow()
    }
    return made
  }

  /// Numbers of the same shape in the same layout, such as an optimizer's memory of each weight.
  package func sibling() throws -> PackedWeights {
    guard let slot else { preconditionFailure("only what is used has a layout") }
    let made = try PackedWeights(shape, kind, program)
    _ = try made.slot(program.layout(slot))
    return made
  }

  /// Memory for one run in which such numbers lie in row-major order.
  package func rowMajor() -> Program.Slot { program.slot(user, shape) }

  /// Such numbers in this layout.
  package func inLayout(_ numbers: Program.Slot) throws -> Program.Slot {
    guard let slot else { preconditionFailure("only what is used has a layout") }
    return try program.converted(numbers, to: program.layout(slot))
  }

  /// The slot, in the layout users see where no operation asked for another.
  package func anySlot() throws -> Program.Slot { try slot(user) }

  /// Takes the numbers of a tensor; the program is finished.
  package func pack(_ tensor: Tensor) throws {
    guard let slot else { return }
    precondition(tensor.dtype == .float32 && tensor.elementCount == shape.elementCount)
    try withExtendedLifetime(tensor.storage) {
      guard let packing else {
        program.pointer(slot).copyMemory(from: tensor.storage.base, byteCount: tensor.byteCount)
        return
      }
      let source = try DNNMemory(user, program.handle).orThrow()
      source.point(to: tensor.storage.base)
      try move(packing, source, program.memory(slot))
    }
  }

  /// Whether the layout can be turned back; Winograd's filters cannot.
  package var isReversible: Bool {
    guard let slot, packing != nil else { return self.slot != nil }
    if unpacking == nil { unpacking = DNNPrimitive(from: program.layout(slot), to: user, program.handle) }
    return unpacking != nil
  }

  /// The numbers, or others in the same layout, as a tensor.
  package func unpack(_ other: Program.Slot? = nil) throws -> Tensor {
    let result = try Tensor(uninitialized: shape, .float32)
    guard let slot = other ?? slot else { preconditionFailure("only what is used can be unpacked") }
    guard packing != nil else {
      result.storage.base.copyMemory(from: program.pointer(slot), byteCount: result.byteCount)
      return result
    }
    if unpacking == nil {
      unpacking = try DNNPrimitive(from: program.layout(slot), to: user, program.handle).orThrow()
    }
    let target = try DNNMemory(user, program.handle).orThrow()
    target.point(to: result.storage.base)
    try withExtendedLifetime(result.storage) {
      try move(unpacking.orThrow(), program.memory(slot), target)
    }
    return result
  }

  private func move(_ reorder: DNNPrimitive, _ source: DNNMemory, _ target: DNNMemory) throws {
    let scratch = try Storage(bytes: max(64, reorder.scratch.bytes), for: "a change of layout")
    let room = DNNMemory(reorder.scratch, program.handle)
    room?.point(to: scratch.base)
    var arguments = [DNNRole.from.argument(source), DNNRole.to.argument(target)]
    if let room, reorder.scratch.bytes > 0 { arguments.append(DNNRole.scratch.argument(room)) }
    guard program.handle.run(reorder, arguments) else { throw Program.Unsupported() }
  }
}

extension Program {
  /// Frees the memory that drawing and packing weights took besides.
  package static func releaseIdleMemory() { Storage.releaseIdle() }

  /// - Parameter isInput: Whether the numbers are named before each run, instead of being packed once.
  package func weights(
    _ shape: Shape, _ kind: PackedWeights.Kind, isInput: Bool = false
  ) throws -> PackedWeights {
    try PackedWeights(shape, kind, self, isInput: isInput)
  }
}
