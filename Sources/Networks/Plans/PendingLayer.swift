import Tensors

/// A convolution or a dense layer at inference, with what is fused into it so far.
final class PendingLayer {
  enum Kind {
    case convolution(ConvolutionGeometry, groups: Int)
    case dense
  }

  let kind: Kind
  private let source: Program.Slot
  private let filters: Parameter
  private let bias: Parameter?
  /// A normalisation with fixed statistics: scale, shift, mean, variance.
  private var normalization: (parameters: [Parameter], epsilon: Double)?
  private var residual: (slot: Program.Slot, isKept: Bool)?
  private var activation: Activation?

  init(_ kind: Kind, source: Program.Slot, filters: Parameter, bias: Parameter?) {
    self.kind = kind
    self.source = source
    self.filters = filters
    self.bias = bias
  }

  /// Takes a normalisation in; false when it cannot.
  func normalize(_ parameters: [Parameter], epsilon: Double) -> Bool {
    guard case .convolution = kind, normalization == nil, residual == nil, activation == nil else {
      return false
    }
    normalization = (parameters, epsilon)
    return true
  }

  /// Takes the addition of another value in; false when it cannot.
  func add(_ slot: Program.Slot, isKept: Bool) -> Bool {
    guard case .convolution = kind, residual == nil, activation == nil else { return false }
    residual = (slot, isKept)
    return true
  }

  /// Takes a function of each element in; false when it cannot.
  func activate(_ function: Activation) -> Bool {
    guard activation == nil else { return false }
    activation = function
    return true
  }

  func finish(_ plan: Plan) throws -> Program.Slot {
    switch kind {
    case .dense:
      if plan.program.shape(source)[0] == 1 {
        return try plan.program.denseRow(
          source, plan.direct(filters), bias: bias.map { try plan.packed($0, .line) }, activation: activation)
      }
      return try plan.program.dense(
        source, plan.packed(filters, .dense), bias: bias.map { try plan.packed($0, .line) },
        activation: activation
      ).result
    case .convolution(let geometry, let groups):
      let weights: PackedWeights
      let shift: PackedWeights?
      if let normalization {
        (weights, shift) = try folded(normalization.parameters, normalization.epsilon, groups, plan)
      } else {
        weights = try plan.packed(filters, .filters(groups: groups))
        shift = try bias.map { try plan.packed($0, .line) }
      }
      return try plan.program.convolution(
        source, weights, bias: shift, geometry, residual: residual?.slot,
        keepsResidual: residual?.isKept ?? true, activation: activation
      ).result
    }
  }

  /// Filters and bias with the normalisation multiplied in: w' = w s / sqrt(v + e), b' = (b - m) s / sqrt(v + e) +
  /// shift.
  private func folded(
    _ parameters: [Parameter], _ epsilon: Double, _ groups: Int, _ plan: Plan
  ) throws -> (PackedWeights, PackedWeights) {
    let (scale, shift, mean, variance) = (parameters[0], parameters[1], parameters[2], parameters[3])
    let (filters, bias) = (self.filters, self.bias)
    func factor() throws -> Tensor {
      try scale.value.flatten().asType(.float64)
        / (variance.value.flatten().asType(.float64) + .double(epsilon)).sqrt()
    }
    let weights = try plan.packed(
      filters.shape, .filters(groups: groups), from: [filters, scale, variance]
    ) { try filters.value * factor().asType(.float32) }
    let sources = [scale, shift, mean, variance] + (bias.map { [$0] } ?? [])
    let line = try plan.packed(shift.shape, .line, from: sources) {
      let start = try bias?.value.flatten() ?? .zeros([shift.count])
      return try ((start - mean.value.flatten()).asType(.float64) * factor() + shift.value.flatten())
        .asType(.float32)
    }
    return (weights, line)
  }
}
