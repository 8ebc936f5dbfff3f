import Tensors

/// Changes parameters against their gradients, step by step: `SGD`, `RMSProp`, `Adam`, `AdamW`.
public class Optimizer: @unchecked Sendable {
  /// How far a step goes.
  public var learningRate: Double
  /// How the rate changes from step to step; constant where there is none.
  public var schedule: Schedule?
  /// L2 regularisation: so much of each weight is added to its gradient. Biases and normalisations are left out.
  public let weightDecay: Double
  /// The largest length that all gradients together may have; nil for any.
  public let clipNorm: Double?
  /// How many steps have been made.
  public private(set) var steps = 0

  private var memory: [Parameter: [Parameter]] = [:]

  init(learningRate: Double, schedule: Schedule?, weightDecay: Double, clipNorm: Double?) throws {
    guard learningRate >= 0, learningRate.isFinite else {
      throw TensorError(.value, "A learning rate is a number of 0 or more, but \(learningRate) came.")
    }
    guard weightDecay >= 0, weightDecay.isFinite else {
      throw TensorError(.value, "A weight decay is a number of 0 or more, but \(weightDecay) came.")
    }
    if let clipNorm, !(clipNorm > 0) {
      throw TensorError(.value, "Gradients are clipped to a length above 0, but \(clipNorm) came.")
    }
    self.learningRate = learningRate
    self.schedule = schedule
    self.weightDecay = weightDecay
    self.clipNorm = clipNorm
  }

  /// The rate of the coming step.
  public var currentRate: Double { schedule?.rate(learningRate, step: steps) ?? learningRate }

  /// The rule of the step that has just begun.
  func rule(decay: Double) -> UpdateRule { preconditionFailure("each optimizer has a rule") }

  /// What the rule remembers of each weight.
  func state(of parameter: Parameter) throws -> [Parameter] {
    if let known = memory[parameter] { return known }
    let made = try (0..<rule(decay: 0).stateCount).map {
      Parameter(
        "\(parameter.name) memory \($0)", try .zeros(parameter.shape, parameter.dtype), isStatistic: true)
    }
    memory[parameter] = made
    return made
  }

  /// Begins a step.
  func advance() { steps += 1 }

  /// The rule for one parameter: vectors, which are biases and normalisations, do not decay.
  func rule(for parameter: Parameter) -> UpdateRule {
    rule(decay: parameter.shape.rank > 1 ? weightDecay : 0)
  }

  /// What gradients of the given total length are multiplied with.
  func scale(norm: Double) -> Double {
    guard let clipNorm, norm > clipNorm else { return 1 }
    return clipNorm / norm
  }

  /// Makes one step with gradients that have been computed.
  ///
  ///     let result = try valueWithGradients { _ in try loss() }
  ///     try optimizer.update(result.parameters)
  public func update(_ gradients: [Parameter: Tensor]) throws {
    advance()
    try apply(gradients.sorted { $0.key.identity < $1.key.identity }.map { ($0.key, $0.value) })
  }

  /// Changes parameters in a step that has begun.
  func apply(_ gradients: [(parameter: Parameter, gradient: Tensor)]) throws {
    var norm = 0.0
    if clipNorm != nil {
      let squares = try gradients.reduce(0.0) {
        try $0 + $1.gradient.asType(.float64).square().sum().item().doubleValue
      }
      norm = squares.squareRoot()
    }
    let scale = scale(norm: norm)
    for (parameter, gradient) in gradients where parameter.isTrainable {
      let memory = try state(of: parameter)
      let gradient = try gradient.asType(parameter.dtype)
      // Taken out, so that they are changed in place; put back whatever happens.
      var states = memory.map { $0.take() }
      defer { for (place, state) in zip(memory, states) { place.value = state } }
      var weights = parameter.take()
      defer { parameter.value = weights }
      try rule(for: parameter).apply(&weights, gradient: gradient, state: &states, scale: scale)
    }
  }
}

/// Stochastic gradient descent, with momentum if asked for.
public final class SGD: Optimizer, @unchecked Sendable {
  let momentum: Double
  let nesterov: Bool

  public init(
    _ learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0,
    clipNorm: Double? = nil, schedule: Schedule? = nil
  ) throws {
    self.momentum = momentum
    self.nesterov = nesterov
    try super.init(
      learningRate: learningRate, schedule: schedule, weightDecay: weightDecay, clipNorm: clipNorm)
  }

  override func rule(decay: Double) -> UpdateRule {
    .momentum(rate: stepRate, momentum: momentum, nesterov: nesterov, decay: decay)
  }
}

/// Divides by a running mean of the gradient's size (Hinton 2012).
public final class RMSProp: Optimizer, @unchecked Sendable {
  let rho, epsilon: Double

  public init(
    _ learningRate: Double = 0.001, rho: Double = 0.9, epsilon: Double = 1e-7, weightDecay: Double = 0,
    clipNorm: Double? = nil, schedule: Schedule? = nil
  ) throws {
    self.rho = rho
    self.epsilon = epsilon
    try super.init(
      learningRate: learningRate, schedule: schedule, weightDecay: weightDecay, clipNorm: clipNorm)
  }

  override func rule(decay: Double) -> UpdateRule {
    .rmsProp(rate: stepRate, rho: rho, epsilon: epsilon, decay: decay)
  }
}

/// Adaptive moments (Kingma and Ba 2015). `weightDecay` is L2 regularisation.
public class Adam: Optimizer, @unchecked Sendable {
  let beta1, beta2, epsilon: Double

  public init(
    _ learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
    weightDecay: Double = 0, clipNorm: Double? = nil, schedule: Schedule? = nil
  ) throws {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    try super.init(
      learningRate: learningRate, schedule: schedule, weightDecay: weightDecay, clipNorm: clipNorm)
  }

  func adam(decay: Double, shrinkage: Double) -> UpdateRule {
    let (c1, c2) = (1 - power(beta1, steps), 1 - power(beta2, steps))
    return .adam(
      rate: stepRate, beta1: beta1, beta2: beta2, epsilon: epsilon, correction1: max(c1, 1e-300),
      correction2: max(c2, 1e-300), decay: decay, shrinkage: shrinkage)
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }

  override func rule(decay: Double) -> UpdateRule { adam(decay: decay, shrinkage: 0) }
}

/// Adam whose weights shrink by themselves, apart from the gradient (Loshchilov and Hutter 2019).
public final class AdamW: Adam, @unchecked Sendable {
  public override init(
    _ learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
    weightDecay: Double = 0.01, clipNorm: Double? = nil, schedule: Schedule? = nil
  ) throws {
    try super.init(
      learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
      clipNorm: clipNorm,
      schedule: schedule)
  }

  override func rule(decay: Double) -> UpdateRule { adam(decay: 0, shrinkage: stepRate * decay) }
}

extension Optimizer {
  /// The rate of the step that has just begun.
  var stepRate: Double { schedule?.rate(learningRate, step: max(0, steps - 1)) ?? learningRate }
}

/// How a learning rate changes from step to step.
public enum Schedule: Hashable, Sendable {
  /// Multiplied by `factor` every `every` steps.
  case step(every: Int, factor: Double)
  /// Multiplied by `rate` over `steps` steps, gradually.
  case exponential(rate: Double, steps: Int)
  /// Down to `floor` times the rate along half a cosine.
  case cosine(steps: Int, floor: Double)
  /// Up from 0 over `steps` steps, then constant.
  case warmUp(steps: Int)

  func rate(_ initial: Double, step: Int) -> Double {
    switch self {
    case .step(let every, let factor):
      var rate = initial
      for _ in 0..<min(10_000, step / max(1, every)) { rate *= factor }
      return rate
    case .exponential(let rate, let steps):
      return initial * exponential(rate, Double(step) / Double(max(1, steps)))
    case .cosine(let steps, let floor):
      let progress = min(1, Double(step) / Double(max(1, steps)))
      return initial * (floor + (1 - floor) * (1 + cosine(.pi * progress)) / 2)
    case .warmUp(let steps): return initial * min(1, Double(step + 1) / Double(max(1, steps)))
    }
  }

  private func exponential(_ base: Double, _ exponent: Double) -> Double {
    (try? (Tensor(.double(base), dtype: .float64) ** .double(exponent)).item().doubleValue) ?? 1
  }
  private func cosine(_ angle: Double) -> Double {
    (try? Tensor(.double(angle), dtype: .float64).cos().item().doubleValue) ?? 1
  }
}
