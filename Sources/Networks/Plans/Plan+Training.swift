import Tensors

extension Plan {
  /// A value going forward, with its way back.
  private struct Forward {
    let value: Value
    /// From the gradient of the result to those of the operands; nil where none can flow.
    let back: ((Gradient, [Bool]) throws -> [Gradient?])?
  }

  /// A gradient as a plan carries it.
  enum Gradient {
    case slot(Program.Slot)
    case box(Box)
  }

  /// Adds the steps that compute the graph's output, a single number, and the gradients of its tracked leaves.
  ///
  /// `use` is called with each leaf's gradient as soon as all parts of it have been added up, in the layout in which
  /// the leaf is packed.
  func planGradients(_ use: (_ leaf: Int, Gradient) throws -> Void) throws -> Value {
    var ways: [Int: (Gradient, [Bool]) throws -> [Gradient?]] = [:]
    var fused: Set<Int> = []
    for (number, entry) in graph.entries.enumerated() {
      guard let operation = entry.node.operation, !fused.contains(number) else { continue }
      for operand in entry.operands { remaining[operand] -= 1 }
      let forward = try lowerForTraining(operation, entry.operands, number, &fused)
      values[number] = forward.value
      ways[number] = forward.back
    }
    guard let result = values[graph.output] else { preconditionFailure("every entry has a value") }

    var gradients: [Int: [Gradient]] = [:]
    gradients[graph.output] = [.box(try ones(graph.entries[graph.output].node.spec))]
    for (number, entry) in graph.entries.enumerated().reversed() {
      guard entry.node.isTracked, let parts = gradients.removeValue(forKey: number) else { continue }
      let gradient = try total(parts, entry.node)
      if entry.node.operation == nil {
        try use(number, gradient)
        continue
      }
      if passing.contains(number) {
        gradients[entry.operands[0], default: []].append(gradient)
        continue
      }
      guard let back = ways[number] else { continue }
      let wanted = entry.operands.map { graph.entries[$0].node.isTracked }
      for (operand, part) in zip(entry.operands, try back(gradient, wanted)) {
        if let part, graph.entries[operand].node.isTracked { gradients[operand, default: []].append(part) }
      }
    }
    return result
  }

  private func ones(_ spec: TensorSpec) throws -> Box {
    let box = Box()
    box.tensor = try .ones(spec.shape, spec.dtype)
    return box
  }

  /// Gradients from several users, added up.
  private func total(_ parts: [Gradient], _ node: Node) throws -> Gradient {
    guard parts.count > 1 else { return parts[0] }
    return .slot(
      try program.sum(
        parts.map { part in
          if let parameter = node.parameter { return try packedGradient(parameter, part).1 }
          return try slot(part, node.spec.shape)
        }))
  }

  /// A gradient in the program's memory.
  func slot(_ gradient: Gradient, _ shape: Shape) throws -> Program.Slot {
    switch gradient {
    case .slot(let slot): return slot
    case .box(let box):
      let slot = try program.temporary(shape)
      program.add("write", reads: [], writes: [slot]) { program in
        program.write(try box.value(), to: slot)
      }
      return slot
    }
  }

  private func forward(_ made: (result: Program.Slot, back: Program.Back), shape: Shape) -> Forward {
    Forward(
      value: .slot(made.result),
      back: { [unowned self] gradient, wanted in
        try made.back(slot(gradient, shape), wanted).map { $0.map(Gradient.slot) }
      })
  }

  private func lowerForTraining(
    _ operation: any Operation, _ operands: [Int], _ number: Int, _ fused: inout Set<Int>
  ) throws -> Forward {
    let spec = graph.entries[number].node.spec
    let shape = spec.shape
    let first = graph.entries[operands[0]].node.spec
    do {
      switch operation {
      case let convolution as Convolution:
        guard let (filters, bias) = weights(operands) else { break }
        let geometry = try convolution.geometry(operands.map { graph.entries[$0].node.spec })
        let relu = reluBehind(number)
        let way = forward(
          try program.convolution(
            slot(operands[0]), packed(filters, .filters(groups: convolution.settings.groups)),
            bias: bias.map { try packed($0, .line) }, geometry, activation: relu == nil ? nil : .relu,
            for: use(of: filters, operands)), shape: shape)
        if let relu { fuse(relu, into: number, way.value, &fused) }
        return way
      case is DenseProduct:
        guard let (filters, bias) = weights(operands) else { break }
        let relu = reluBehind(number)
        let way = forward(
          try program.dense(
            slot(operands[0]), packed(filters, .dense), bias: bias.map { try packed($0, .line) },
            activation: relu == nil ? nil : .relu, isTraining: true), shape: shape)
        if let relu { fuse(relu, into: number, way.value, &fused) }
        return way
      case let normalization as BatchNormalization:
        guard let scale = parameter(operands[1]), let shift = parameter(operands[2]), shape.rank == 4 else {
          break
        }
        let relu = reluBehind(number)
        let statistics = normalization.statistics
        let made = try program.batchNormalization(
          slot(operands[0]), scale: packed(scale, .line), shift: packed(shift, .line),
          epsilon: Float(normalization.epsilon), relu: relu != nil
        ) { mean, variance, count in
          try? statistics?.observe(
            mean: Tensor(Array(UnsafeBufferPointer(start: mean, count: count))),
            variance: Tensor(Array(UnsafeBufferPointer(start: variance, count: count))))
        }
        let way = forward(made, shape: shape)
        if let relu { fuse(relu, into: number, way.value, &fused) }
        return way
      case let function as ActivationFunction:
        return forward(
          try program.activation(function.activation, slot(operands[0]), isTraining: true), shape: shape)
      case let pointwise as Pointwise where pointwise.operation == .relu:
        return forward(
          try program.activation(.relu, slot(operands[0]), isTraining: true), shape: shape)
      case let sum as Arithmetic
      where sum.operation == .add && operands.allSatisfy { graph.entries[$0].node.spec == spec }:
        if let relu = reluBehind(number) {
          let way = forward(try program.sumAndRelu(slot(operands[0]), slot(operands[1])), shape: shape)
          fuse(relu, into: number, way.value, &fused)
          return way
        }
        return Forward(
          value: .slot(try program.sum([slot(operands[0]), slot(operands[1])])), back: { g, _ in [g, g] })
      case let pool as Pool:
        return forward(
          try program.pooling(
            slot(operands[0]), pool.geometry(first.shape), largest: pool.largest, isTraining: true),
          shape: shape)
      case let transpose as Transpose where transpose.order == [1, 0]:
        return forward(
          (
            try program.transposed(slot(operands[0])),
            { [unowned self] g, _ in [try program.transposed(g)] }
          ), shape: shape)
      case is MatrixProduct where operands.allSatisfy { graph.entries[$0].node.spec.shape.rank == 2 }:
        return forward(try program.matrixProduct(slot(operands[0]), slot(operands[1])), shape: shape)
      case is Reshape:
        return Forward(
          value: .slot(try program.view(slot(operands[0]), shape)),
          back: { [unowned self] g, _ in [.slot(try program.view(slot(g, shape), first.shape))] })
      case let reduce as Reduce:
        guard let geometry = try globalPool(reduce, first) else { break }
        let made = try program.pooling(
          slot(operands[0]), geometry, largest: reduce.reduction == .max, isTraining: true)
        let kept = program.shape(made.result)
        return Forward(
          value: .slot(reduce.keepsAxes ? made.result : try program.view(made.result, shape)),
          back: { [unowned self] g, wanted in
            let gradient = try slot(g, shape)
            return try made.back(reduce.keepsAxes ? gradient : program.view(gradient, kept), wanted)
              .map { $0.map(Gradient.slot) }
          })
      default: break
      }
    } catch is Program.Unsupported {}
    return try fallbackForTraining(operation, operands, spec)
  }

  /// Whether a convolution's filters change while the plan is in use.
  private func use(of filters: Parameter, _ operands: [Int]) -> Program.ConvolutionUse {
    guard !operands.dropFirst().contains(where: { graph.entries[$0].node.isTracked }) else {
      return .training
    }
    return .fixed { [unowned self] in
      let shape = filters.shape
      return try packed(
        Shape([shape[0], shape[1], shape[3], shape[2]]), .filters(groups: 1), from: [filters]
      ) { try filters.value.flip([0, 1]).transposed([0, 1, 3, 2]) }
    }
  }

  /// Makes a ReLU part of the entry before it: the gradient arrives there and is passed on unchanged.
  private func fuse(_ relu: Int, into number: Int, _ value: Value, _ fused: inout Set<Int>) {
    fused.insert(relu)
    passing.insert(relu)
    values[relu] = value
    remaining[number] -= 1
  }

  /// The only reader of an entry, when it is a ReLU.
  private func reluBehind(_ number: Int) -> Int? {
    guard graph.uses[number] == 1, number != graph.output,
      let reader = graph.entries.indices.first(where: { graph.entries[$0].operands.contains(number) })
    else { return nil }
    switch graph.entries[reader].node.operation {
    case let function as ActivationFunction where function.activation == .relu: return reader
    case let pointwise as Pointwise where pointwise.operation == .relu: return reader
    default: return nil
    }
  }

  /// An operation as it runs on its own, forward and back.
  private func fallbackForTraining(
    _ operation: any Operation, _ operands: [Int], _ spec: TensorSpec
  ) throws -> Forward {
    let sources = try operands.map { try tensor($0) }
    let specs = operands.map { graph.entries[$0].node.spec }
    let box = Box()
    let kept = KeptRun()
    program.add(operation.name, reads: sources.compactMap(\.slot), writes: []) { program in
      var extras: [Tensor] = []
      let values = try sources.map { try $0.read(program) }
      let result = try operation.forward(values, extras: &extras)
      box.tensor = result
      kept.extras = extras
      if operation.keeps.contains(.operands) { kept.operands = values }
      if operation.keeps.contains(.result) { kept.result = result }
    }
    return Forward(
      value: .box(box),
      back: { [unowned self] gradient, wanted in
        let source: (slot: Program.Slot?, read: (Program) throws -> Tensor)
        switch gradient {
        case .box(let box): source = (nil, { _ in try box.value() })
        case .slot(let slot):
          let plain = try program.plain(slot)
          source = (plain, { try $0.read(plain) })
        }
        let boxes = wanted.map { $0 ? Box() : nil }
        program.add("\(operation.name) back", reads: source.slot.map { [$0] } ?? [], writes: []) { program in
          let record = Record(
            operands: kept.operands, kept: kept.result, extras: kept.extras, specs: specs, wanted: wanted)
          let parts = try operation.backward(source.read(program), record)
          for (box, part) in zip(boxes, parts) { box?.tensor = part }
          kept.operands = []
          kept.extras = []
          kept.result = nil
        }
        return boxes.map { $0.map(Gradient.box) }
      })
  }

  private final class KeptRun {
    var operands: [Tensor] = []
    var result: Tensor?
    var extras: [Tensor] = []
  }
}
