import Tensors

extension Plan {
  /// Adds the steps that compute the graph's output, and nothing for a way back.
  func planForward() throws -> Value {
    for (number, entry) in graph.entries.enumerated() {
      guard let operation = entry.node.operation else { continue }
      for operand in entry.operands { remaining[operand] -= 1 }
      values[number] = try lower(operation, entry.operands, number)
    }
    guard let result = values[graph.output] else { preconditionFailure("every entry has a value") }
    return result
  }

  private func lower(_ operation: any Operation, _ operands: [Int], _ number: Int) throws -> Value {
    let spec = graph.entries[number].node.spec
    do {
      switch operation {
      case let convolution as Convolution:
        guard let (filters, bias) = weights(operands) else { break }
        let specs = operands.map { graph.entries[$0].node.spec }
        return .pending(
          PendingLayer(
            .convolution(try convolution.geometry(specs), groups: convolution.settings.groups),
            source: try slot(operands[0]), filters: filters, bias: bias))
      case is DenseProduct:
        guard let (filters, bias) = weights(operands) else { break }
        return .pending(PendingLayer(.dense, source: try slot(operands[0]), filters: filters, bias: bias))
      case let normalization as FixedNormalization:
        let parameters = operands.dropFirst().compactMap { parameter($0) }
        guard parameters.count == 4, let layer = pending(operands[0]),
          layer.normalize(parameters, epsilon: normalization.epsilon)
        else { break }
        return .pending(layer)
      case let function as ActivationFunction:
        if let layer = pending(operands[0]), layer.activate(function.activation) { return .pending(layer) }
        return .slot(try program.activation(function.activation, slot(operands[0])).result)
      case is Pointwise where (operation as? Pointwise)?.operation == .relu:
        if let layer = pending(operands[0]), layer.activate(.relu) { return .pending(layer) }
        return .slot(try program.activation(.relu, slot(operands[0])).result)
      case let sum as Arithmetic
      where sum.operation == .add && operands.allSatisfy { graph.entries[$0].node.spec == spec }:
        // The later one is likely to be the longer branch.
        for (layerPlace, other) in [(1, 0), (0, 1)] where operands[0] != operands[1] {
          guard let layer = pending(operands[layerPlace]) else { continue }
          let residual = try slot(operands[other])
          if layer.add(residual, isKept: remaining[operands[other]] > 0) { return .pending(layer) }
        }
        return .slot(try program.sum([slot(operands[0]), slot(operands[1])]))
      default:
        if let value = try lowerShared(operation, operands, spec) { return value }
      }
    } catch is Program.Unsupported {}
    return .box(try fallback(operation, operands))
  }

  /// What is planned alike with and without a way back.
  private func lowerShared(_ operation: any Operation, _ operands: [Int], _ spec: TensorSpec) throws -> Value?
  {
    switch operation {
    case let pool as Pool:
      let geometry = try pool.geometry(graph.entries[operands[0]].node.spec.shape)
      return .slot(try program.pooling(slot(operands[0]), geometry, largest: pool.largest).result)
    case is Reshape:
      return .slot(try program.view(slot(operands[0]), spec.shape))
    case let reduce as Reduce:
      guard let geometry = try globalPool(reduce, graph.entries[operands[0]].node.spec) else { return nil }
      let pooled = try program.pooling(slot(operands[0]), geometry, largest: reduce.reduction == .max).result
      return .slot(reduce.keepsAxes ? pooled : try program.view(pooled, spec.shape))
    case let join as Concatenate where join.axis == 3 && spec.shape.rank == 4:
      return .slot(try program.concatenation(operands.map(slot)))
    default: return nil
    }
  }

  /// Pooling over whole pictures as a window of their size.
  func globalPool(_ reduce: Reduce, _ spec: TensorSpec) throws -> ConvolutionGeometry? {
    guard [.mean, .max].contains(reduce.reduction), spec.shape.rank == 4, reduce.axes == [1, 2] else {
      return nil
    }
    let window = Pair(height: spec.shape[1], width: spec.shape[2])
    return try ConvolutionGeometry(
      "globalPool", picture: spec.shape, filters: spec.shape[3], window: window, stride: 1, padding: .valid)
  }

  func parameter(_ number: Int) -> Parameter? {
    if case .parameter(let parameter) = values[number] { parameter } else { nil }
  }

  func weights(_ operands: [Int]) -> (Parameter, Parameter?)? {
    guard let filters = parameter(operands[1]) else { return nil }
    guard operands.count > 2 else { return (filters, nil) }
    guard let bias = parameter(operands[2]) else { return nil }
    return (filters, bias)
  }

  /// A layer that waits and that nobody else reads.
  private func pending(_ number: Int) -> PendingLayer? {
    guard remaining[number] == 0, case .pending(let layer) = values[number] else { return nil }
    return layer
  }

  /// Runs an operation as it runs on its own, on tensors.
  func fallback(_ operation: any Operation, _ operands: [Int]) throws -> Box {
    let sources = try operands.map { try tensor($0) }
    let box = Box()
    program.add(operation.name, reads: sources.compactMap(\.slot), writes: []) { program in
      var extras: [Tensor] = []
      box.tensor = try operation.forward(sources.map { try $0.read(program) }, extras: &extras)
    }
    return box
  }
}
