import Tensors

/// What a network consists of and what it costs, layer by layer, found without computing anything.
///
/// ```swift
/// print(try Zoo.leNet5().summary(input: [32, 32, 1]))
/// ```
///
///     layer          settings    output       activations  parameters  multiply-adds
///     Input                      (32, 32, 1)        1,024
///     Conv2D         6 5x5, tanh (28, 28, 6)        4,704         156        117,600
///     ...
public struct Summary: Sendable, Hashable {
  /// A layer, or the input.
  public struct Row: Sendable, Hashable {
    /// What the layer is called: "Conv2D".
    public let label: String
    /// What it was made with: "8 5x5, relu".
    public let settings: String
    /// The shape of what it gives for one sample, without the batch: [28, 28, 8]; empty for a row of
    /// parameters that belong to no layer.
    public let outputShape: [Int]
    /// How many numbers it gives for each sample.
    public let activations: Int
    /// How many numbers it keeps; for BatchNorm four for each channel.
    public let parameters: Int
    /// How many of these training changes.
    public let trainableParameters: Int
    /// How many of these are statistics, which it keeps by itself.
    public let statistics: Int
    /// How many multiplications, each followed by an addition, it takes for each sample.
    public let multiplyAdds: Int
    /// The memory of its output for each sample.
    public let activationBytes: Int
    /// The memory of its parameters.
    public let parameterBytes: Int
    /// Whether an earlier row has its parameters, at least some of them.
    public let isShared: Bool

    /// Whether it has parameters beside its statistics, and training changes none of them.
    public var isFrozen: Bool { parameters > statistics && trainableParameters == 0 }
  }

  /// The input, then every layer in the order in which it is run.
  public let rows: [Row]
  /// All parameters, each counted once, however many layers share it.
  public let parameters: Int
  /// Those that training changes.
  public let trainableParameters: Int
  /// Those that are statistics of normalisations.
  public let statistics: Int
  /// The memory of the parameters.
  public let parameterBytes: Int

  /// Parameters that training does not change: statistics and frozen ones.
  public var nonTrainableParameters: Int { parameters - trainableParameters }
  /// Parameters that training would change, had they not been frozen.
  public var frozenParameters: Int { nonTrainableParameters - statistics }
  /// Multiplications, each followed by an addition, for each sample.
  public var multiplyAdds: Int { Summary.sum(rows.map(\.multiplyAdds)) }
  /// Numbers that all layers and the input give for each sample.
  public var activations: Int { Summary.sum(rows.map(\.activations)) }
  /// The memory of all layers' outputs and the input, for each sample.
  public var activationBytes: Int { Summary.sum(rows.map(\.activationBytes)) }

  /// Sizes of networks that fit no memory need not fit an integer either.
  fileprivate static func sum(_ counts: some Sequence<Int>) -> Int {
    counts.reduce(0) { total, count in
      let (sum, overflow) = total.addingReportingOverflow(count)
      return overflow ? .max : sum
    }
  }

  fileprivate static func product(_ sizes: some Sequence<Int>) -> Int {
    sizes.reduce(1) { total, size in
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      return overflow ? .max : product
    }
  }
}

extension Layer {
  /// What the network consists of, for one input of this shape.
  ///
  ///     try network.summary(input: [32, 32, 3]).parameters     // 62006
  ///
  /// Layers make their parameters, but no numbers are drawn for them yet.
  ///
  /// - Parameter input: The shape of one sample without the batch: (height, width, channels).
  /// - Throws: The layers' errors where the shapes do not fit.
  public func summary(input: [Int]) throws -> Summary {
    let sample = try Tensor.zeros(Shape([1] + input))
    let trace = LayerTrace()
    let scope = GradientScope([], isDeferred: true)
    let output = try TrainingMode.$isOn.withValue(false) {
      try GradientScope.$current.withValue(scope) {
        try LayerTrace.$current.withValue(trace) { try self(Deferral.input(sample)) }
      }
    }
    return Summary(of: self, input: TensorSpec(sample), output: output.spec, trace)
  }
}

extension Summary {
  fileprivate init(of network: some Layer, input: TensorSpec, output: TensorSpec, _ trace: LayerTrace) {
    var seen: Set<Parameter> = []
    var all: [Parameter] = []
    var rows = [Row(label: "Input", output: input)]
    for (layer, input, output) in trace.entries {
      let parameters = layer.parameters
      rows.append(
        Row(
          label: layer.label, settings: layer.settings, output: output, parameters: parameters,
          multiplyAdds: Int(exactly: layer.multiplications(input.shape, output.shape).rounded()) ?? .max,
          isShared: parameters.contains(where: seen.contains)))
      all += parameters.filter { seen.insert($0).inserted }
    }
    // A learner's own struct may hold parameters itself, or layers that this input does not reach.
    let others = network.parameters.filter { seen.insert($0).inserted }
    if rows.last?.outputShape != Array(output.shape.dropFirst()) {
      rows.append(Row(label: "Output", output: output))
    }
    if !others.isEmpty { rows.append(Row(label: "Others", parameters: others)) }
    all += others
    self.rows = rows
    parameters = Summary.sum(all.map(\.count))
    trainableParameters = Summary.sum(all.filter(\.isTrainable).map(\.count))
    statistics = Summary.sum(all.filter(\.isStatistic).map(\.count))
    parameterBytes = Summary.sum(all.map { $0.count * $0.dtype.size })
  }
}

extension Summary.Row {
  fileprivate init(
    label: String, settings: String = "", output: TensorSpec? = nil, parameters: [Parameter] = [],
    multiplyAdds: Int = 0, isShared: Bool = false
  ) {
    self.label = label
    self.settings = settings
    outputShape = output.map { Array($0.shape.dropFirst()) } ?? []
    activations = output.map { Summary.product($0.shape.dropFirst()) } ?? 0
    self.parameters = Summary.sum(parameters.map(\.count))
    trainableParameters = Summary.sum(parameters.filter(\.isTrainable).map(\.count))
    statistics = Summary.sum(parameters.filter(\.isStatistic).map(\.count))
    self.multiplyAdds = multiplyAdds
    activationBytes = Summary.product([activations, output?.dtype.size ?? 0])
    parameterBytes = Summary.sum(parameters.map { $0.count * $0.dtype.size })
    self.isShared = isShared
  }
}
