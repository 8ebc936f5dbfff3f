import Base
import CKernels
import COneDNN

/// A fixed sequence of prepared operations over memory that was laid out beforehand.
///
/// Whoever builds one calls the layer functions (`convolution`, `pooling`, ...), which choose oneDNN
/// primitives, add changes of layout where two of them disagree and answer with slots. `finish` then gives every
/// slot its place in one arena; slots that are never alive together share memory. From then on `run`
/// allocates nothing.
///
/// A program belongs to the thread that built it, as oneDNN's primitives do.
package final class Program {
  /// A tensor inside a program.
  package struct Slot: Hashable, Sendable {
    let index: Int
  }

  enum Home {
    /// Memory of its own, which survives a run.
    case own(Storage)
    /// A part of the arena.
    case arena
    /// The caller's memory, named before each run.
    case outside
    /// The memory of another slot.
    case alias(Int)
  }

  struct Entry {
    let layout: DNNLayout
    /// As users see it: pictures are (batch, height, width, channels).
    let shape: Shape
    var home: Home
    var first = Int.max
    var last = -1
  }

  struct Step {
    let name: String
    /// Nil where `body` is ours.
    let primitive: DNNPrimitive?
    let arguments: [(role: DNNRole, slot: Int)]
    let reads: [Int]
    let writes: [Int]
    /// Memory that the primitive uses while it runs.
    var scratch: Int?
    let body: ((Program) throws -> Void)?
  }

  private struct Prepared {
    let primitive: DNNPrimitive?
    let arguments: [dnnl_exec_arg_t]
    let body: ((Program) throws -> Void)?
  }

  let handle: DNNHandle
  private(set) var entries: [Entry] = []
  private(set) var steps: [Step] = []
  private var converted: [Int: [Slot]] = [:]
  private var viewed: Set<Int> = []
  private var kept: Set<Int> = []
  /// Results of ReLUs.
  var rectified: Set<Slot> = []
  /// Gradients that have passed the ReLU of a result already.
  var masked: [Slot: Slot] = [:]
  private var prepared: [Prepared] = []
  private var memories: [DNNMemory] = []
  private var bases: [UnsafeMutableRawPointer?] = []
  private var arena: Storage?
  private(set) package var arenaBytes = 0
  private var runs = 0
  /// Whether steps change what other programs see.
  package var changesWeights = false
  /// Whether convolutions hand pictures on in blocks of 16 channels, as Winograd's algorithm reads them.
  package var carriesBlocks = false

  /// Nil when oneDNN cannot be used on this machine.
  package init?() {
    ComputeThread.current.startTeam()
    guard let handle = ComputeThread.current.dnn?.handle else { return nil }
    self.handle = handle
  }

  // MARK: Slots

  /// How a tensor of this shape lies in memory when users see it.
  static func plainLayout(_ shape: Shape) -> DNNLayout? {
    switch shape.rank {
    case 4: .pictures([shape[0], shape[3], shape[1], shape[2]])
    case 2: .matrix(shape[0], shape[1])
    default: .line(shape.elementCount)
    }
  }

  func slot(_ layout: DNNLayout, _ shape: Shape, _ home: Home = .arena) -> Slot {
    entries.append(Entry(layout: layout, shape: shape, home: home))
    return Slot(index: entries.count - 1)
  }

  func layout(_ slot: Slot) -> DNNLayout { entries[slot.index].layout }
  package func shape(_ slot: Slot) -> Shape { entries[slot.index].shape }

  /// A tensor in row-major order that the caller names before each run.
  package func input(_ shape: Shape) throws -> Slot {
    slot(try plain(shape), shape, .outside)
  }

  /// Memory in row-major order that survives from run to run.
  package func persistent(_ shape: Shape) throws -> Slot {
    let layout = try plain(shape)
    return slot(layout, shape, .own(try Program.zeroed(layout.bytes, "what a network keeps")))
  }

  /// Memory in row-major order inside the arena.
  package func temporary(_ shape: Shape) throws -> Slot { slot(try plain(shape), shape) }

  /// The same numbers in row-major order.
  package func plain(_ slot: Slot) throws -> Slot { try converted(slot, to: plain(shape(slot))) }

  /// The same memory under another shape with as many elements.
  package func view(_ slot: Slot, _ shape: Shape) throws -> Slot {
    let source = try plain(slot)
    return alias(of: source, try plain(shape), shape)
  }

  /// The memory of a slot in another layout.
  func alias(of source: Slot, _ layout: DNNLayout, _ shape: Shape) -> Slot {
    viewed.insert(root(source.index))
    return slot(layout, shape, .alias(source.index))
  }

  /// Whether a slot's memory is the arena's and nobody sees it under another shape.
  func isTemporary(_ slot: Slot) -> Bool {
    let place = root(slot.index)
    guard case .arena = entries[place].home else { return false }
    return !viewed.contains(place)
  }

  func plain(_ shape: Shape) throws -> DNNLayout {
    guard let layout = Program.plainLayout(shape) else { throw Unsupported() }
    return layout
  }

  static func zeroed(_ bytes: Int, _ purpose: String) throws -> Storage {
    let storage = try Storage(bytes: max(bytes, 64), for: purpose)
    storage.base.initializeMemory(as: UInt8.self, repeating: 0, count: max(bytes, 64))
    return storage
  }

  /// The same numbers in another layout.
  func converted(_ source: Slot, to layout: DNNLayout) throws -> Slot {
    if self.layout(source).matches(layout) { return source }
    // Weights change under the steps, so only what the program computes is converted once.
    if let known = converted[source.index]?.first(where: { self.layout($0).matches(layout) }) { return known }
    guard let reorder = DNNPrimitive(from: self.layout(source), to: layout, handle) else {
      throw Unsupported()
    }
    let target = slot(layout, shape(source))
    add("reorder", reorder, [(.from, source), (.to, target)], writes: [target])
    converted[source.index, default: []].append(target)
    return target
  }

  /// oneDNN has no way to do this; the caller takes another.
  package struct Unsupported: Error {
    package init() {}
  }

  // MARK: Steps

  func add(
    _ name: String, _ primitive: DNNPrimitive, _ arguments: [(DNNRole, Slot)], writes: [Slot],
    alsoReads: [Slot] = []
  ) {
    let written = Set(writes.map(\.index))
    let room = primitive.scratch
    let scratch = room.bytes > 0 ? slot(room, Shape(trusted: [room.bytes])) : nil
    steps.append(
      Step(
        name: name, primitive: primitive,
        arguments: arguments.map { ($0.0, $0.1.index) } + (scratch.map { [(.scratch, $0.index)] } ?? []),
        reads: arguments.map(\.1.index).filter { !written.contains($0) } + alsoReads.map(\.index),
        writes: writes.map(\.index), scratch: scratch?.index, body: nil))
  }

  /// A step of our own, which reads and writes slots through `pointer`.
  package func add(
    _ name: String, reads: [Slot], writes: [Slot], _ body: @escaping (Program) throws -> Void
  ) {
    steps.append(
      Step(
        name: name, primitive: nil, arguments: [], reads: reads.map(\.index), writes: writes.map(\.index),
        body: body))
  }

  /// Keeps a slot's memory untouched until the end of a run.
  package func keep(_ slot: Slot) { kept.insert(slot.index) }

  /// The name of each step and of the implementation that runs it.
  package var listing: [String] {
    steps.map { step in
      guard let primitive = step.primitive else { return step.name }
      let shapes = step.writes.map { "\(entries[$0].shape)" }.joined(separator: " ")
      return "\(step.name) \(shapes) \(primitive.implementation)"
    }
  }

  /// Whether some step runs oneDNN's plain loops.
  var usesReference: Bool { steps.contains { $0.primitive?.isReference ?? false } }

  // MARK: Memory

  private func root(_ index: Int) -> Int {
    var index = index
    while case .alias(let other) = entries[index].home { index = other }
    return index
  }

  /// Drops the steps whose results nobody reads.
  private func dropUnused() {
    var needed = Set(self.kept.map(root))
    var kept: [Step] = []
    for step in steps.reversed() {
      let changesOutside = step.writes.contains { index in
        switch entries[root(index)].home {
        case .own, .outside: true
        case .arena, .alias: false
        }
      }
      let isNeeded =
        step.primitive == nil || changesOutside || step.writes.contains { needed.contains(root($0)) }
      guard isNeeded else { continue }
      needed.formUnion(step.reads.map(root))
      kept.append(step)
    }
    steps = kept.reversed()
  }

  /// Lays out the memory and prepares every step. Results that are wanted after a run have been named by `keep`.
  package func finish() throws {
    dropUnused()
    for (number, step) in steps.enumerated() {
      for index in step.reads + step.writes + (step.scratch.map { [$0] } ?? []) {
        let place = root(index)
        entries[place].first = min(entries[place].first, number)
        entries[place].last = max(entries[place].last, number)
      }
    }
    for index in kept {
      let place = root(index)
      entries[place].first = min(entries[place].first, steps.count)
      entries[place].last = steps.count
    }
    let offsets = place()
    let arena = try Storage(bytes: max(arenaBytes, 64), for: "the layers of a network")
    cnn_advise_huge_pages(arena.base, arena.bytes)
    self.arena = arena
    for (index, entry) in entries.enumerated() {
      guard let memory = DNNMemory(entry.layout, handle) else { throw Unsupported() }
      memories.append(memory)
      let place = root(index)
      switch entries[place].home {
      case .own(let storage): bases.append(storage.base)
      case .arena: bases.append(offsets[place].map { arena.base + $0 })
      case .outside, .alias: bases.append(nil)
      }
      if let base = bases[index] { memory.point(to: base) }
    }
    for step in steps {
      prepared.append(
        Prepared(
          primitive: step.primitive, arguments: step.arguments.map { $0.role.argument(memories[$0.slot]) },
          body: step.body))
    }
    if ProgramLog.level == .plans { ProgramLog.write(self) }
  }

  /// Gives each slot of the arena an offset: the largest first, each at the lowest place where it meets none
  /// that is alive at the same time.
  private func place() -> [Int: Int] {
    var offsets: [Int: Int] = [:]
    var placed: [(offset: Int, bytes: Int, first: Int, last: Int)] = []
    let candidates = entries.indices.filter {
      if case .arena = entries[$0].home { entries[$0].last >= 0 } else { false }
    }
    for index in candidates.sorted(by: { entries[$0].layout.bytes > entries[$1].layout.bytes }) {
      let entry = entries[index]
      // A line of the cache apart from its neighbour's, plus one, so that equal sizes do not share cache sets.
      let bytes = (entry.layout.bytes + 63) / 64 * 64 + 64
      let meeting = placed.filter { $0.first <= entry.last && entry.first <= $0.last }
        .sorted { $0.offset < $1.offset }
      var offset = 0
      for other in meeting {
        if offset + bytes <= other.offset { break }
        offset = max(offset, other.offset + other.bytes)
      }
      offsets[index] = offset
      placed.append((offset, bytes, entry.first, entry.last))
      arenaBytes = max(arenaBytes, offset + bytes)
    }
    return offsets
  }

  // MARK: Running

  /// Where a slot lies; valid in a step's body and after a run for slots that are kept.
  package func pointer(_ slot: Slot) -> UnsafeMutableRawPointer {
    guard let base = bases[slot.index] else { preconditionFailure("a slot has a place when its step runs") }
    return base
  }

  package func floats(_ slot: Slot) -> UnsafeMutablePointer<Float> {
    pointer(slot).assumingMemoryBound(to: Float.self)
  }

  /// The number of floats that a slot's memory holds, those that fill up blocks included.
  package func storedCount(_ slot: Slot) -> Int { layout(slot).bytes / 4 }

  /// Runs every step.
  ///
  /// - Parameter inputs: The tensors that input slots stand for, of their shapes, in float32.
  package func run(_ inputs: [(slot: Slot, tensor: Tensor)]) throws {
    for (slot, tensor) in inputs {
      precondition(tensor.dtype == .float32 && tensor.elementCount == shape(slot).elementCount)
      point(slot.index, to: tensor.storage.base)
    }
    let state = cnn_flush_denormals()
    defer { cnn_restore_denormals(state) }
    runs += 1
    if ProgramLog.level == .steps, runs == ProgramLog.timedRun {
      return try withExtendedLifetime(inputs) { try ProgramLog.time(self, prepared.count, run(step:)) }
    }
    try withExtendedLifetime(inputs) {
      // A training step is done whole or not at all.
      let check = changesWeights ? nil : Safepoint.check
      for number in prepared.indices {
        try check?()
        try run(step: number)
      }
    }
  }

  private func run(step number: Int) throws {
    let step = prepared[number]
    if let primitive = step.primitive {
      guard handle.run(primitive, step.arguments) else {
        throw TensorError(.memory, "oneDNN could not run a layer: the memory for it was refused.")
      }
    } else if let body = step.body {
      try body(self)
    }
  }

  private func point(_ index: Int, to base: UnsafeMutableRawPointer) {
    for other in entries.indices where root(other) == index {
      bases[other] = base
      memories[other].point(to: base)
    }
  }

  /// A copy of a slot's numbers; the slot is in row-major order.
  package func read(_ slot: Slot) throws -> Tensor {
    let result = try Tensor(uninitialized: shape(slot), .float32)
    result.storage.base.copyMemory(from: pointer(slot), byteCount: result.byteCount)
    return result
  }

  /// Writes a tensor's numbers into a slot that is in row-major order.
  package func write(_ tensor: Tensor, to slot: Slot) {
    precondition(tensor.dtype == .float32 && tensor.elementCount == shape(slot).elementCount)
    withExtendedLifetime(tensor.storage) {
      pointer(slot).copyMemory(from: tensor.storage.base, byteCount: tensor.byteCount)
    }
  }

  func memory(_ slot: Slot) -> DNNMemory { memories[slot.index] }
}

extension Optional {
  func orThrow() throws -> Wrapped {
    guard let self else { throw Program.Unsupported() }
    return self
  }
}
