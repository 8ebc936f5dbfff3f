import Base
import Tensors

/// How `fit` goes about training.
public struct FitOptions {
  public var epochs = 1
  public var batchSize = 32
  public var shuffle = true
  /// Stops when the validation loss (without validation, the training loss) has not fallen for so many epochs.
  public var patience: Int?
  /// Goes back to the weights of the best epoch at the end, when `patience` is set.
  public var restoreBest = true
  /// Where the weights are written after each epoch that was the best so far.
  public var checkpoint: String?
  /// Called after each batch.
  public var progress: ((TrainingProgress) throws -> Void)?
  /// Changes a batch of pictures before it is trained on.
  public var augment: (@Sendable (Tensor, inout PhiloxGenerator) throws -> Tensor)?

  public init(epochs: Int = 1, batchSize: Int = 32) {
    self.epochs = epochs
    self.batchSize = batchSize
  }
}

/// Trains a network: mini-batches, in a new order each epoch, one step of the optimizer for each.
///
///     let history = try fit(
///       network, digits.train.images, digits.train.labels, optimizer: Adam(), loss: .crossEntropy,
///       options: FitOptions(epochs: 3, batchSize: 64), validation: (digits.test.images, digits.test.labels))
///
/// An error or an interrupt ends training and leaves the weights as the last whole step left them.
///
/// - Parameters:
///   - network: Its trainable parameters are changed in place.
///   - inputs: Samples along the first axis.
///   - targets: One for each sample, along the first axis.
///   - optimizer: Makes the steps; what it has gathered in an earlier call still counts.
///   - loss: What is made smaller.
///   - options: Epochs, batches, and when to stop.
///   - validation: Samples that are not trained on, with their targets; the network is judged by them after
///     each epoch.
public func fit(
  _ network: some Layer, _ inputs: Tensor, _ targets: Tensor, optimizer: Optimizer,
  loss: Loss = .crossEntropy,
  options: FitOptions = FitOptions(), validation: (inputs: Tensor, targets: Tensor)? = nil
) throws -> TrainingHistory {
  try Trainer(network, optimizer, loss, options).run(inputs, targets, validation)
}

/// The mean loss, and the part that is answered rightly, over a data set.
///
///     let (loss, accuracy) = try evaluate(network, digits.test.images, digits.test.labels)
public func evaluate(
  _ network: some Layer, _ inputs: Tensor, _ targets: Tensor, loss: Loss = .crossEntropy, batchSize: Int = 64
) throws -> (loss: Double, accuracy: Double?) {
  try Samples.check(inputs, targets, batchSize)
  var (sum, right, counts) = (0.0, 0, false)
  let count = inputs.shape[0]
  for first in stride(from: 0, to: count, by: batchSize) {
    try Safepoint.poll()
    let part = [TensorIndex.range(lower: first, upper: min(count, first + batchSize), step: 1)]
    let (x, y) = (try inputs.slice(part), try targets.slice(part))
    let output = try network.predict(x)
    sum += try loss(Variable(output), Variable(y)).tensor().item().doubleValue * Double(x.shape[0])
    if let correct = try loss.correct(output, y) {
      right += correct
      counts = true
    }
  }
  return (sum / Double(count), counts ? Double(right) / Double(count) : nil)
}

/// Samples and their targets.
enum Samples {
  static func check(_ inputs: Tensor, _ targets: Tensor, _ batchSize: Int) throws {
    guard inputs.rank > 0, targets.rank > 0, inputs.shape[0] == targets.shape[0] else {
      throw TensorError.shape(
        "Training needs one target for each sample along the first axis, but the samples have shape "
          + "\(inputs.shape) and the targets \(targets.shape).")
    }
    guard inputs.shape[0] > 0 else { throw TensorError.value("Training needs at least one sample.") }
    guard batchSize > 0 else {
      throw TensorError.value("A batch has at least one sample, but \(batchSize) came.")
    }
  }
}

/// One run of `fit`.
private final class Trainer<Network: Layer> {
  let network: Network
  let optimizer: Optimizer
  let loss: Loss
  let options: FitOptions
  private var history = TrainingHistory()
  private var best: (loss: Double, epoch: Int, weights: [(Parameter, Tensor)])?

  init(_ network: Network, _ optimizer: Optimizer, _ loss: Loss, _ options: FitOptions) {
    self.network = network
    self.optimizer = optimizer
    self.loss = loss
    self.options = options
  }

  func run(
    _ inputs: Tensor, _ targets: Tensor, _ validation: (inputs: Tensor, targets: Tensor)?
  ) throws -> TrainingHistory {
    try Samples.check(inputs, targets, options.batchSize)
    guard options.epochs >= 1 else {
      throw TensorError.value("Training takes at least one epoch, but \(options.epochs) came.")
    }
    for epoch in 0..<options.epochs {
      try train(epoch, inputs, targets, validation)
      if let reason = try judge(epoch) {
        history.stoppedEarly = reason
        break
      }
    }
    if options.patience != nil, options.restoreBest, let best {
      for (parameter, value) in best.weights { parameter.value = value }
    }
    return history
  }

  private func train(
    _ epoch: Int, _ inputs: Tensor, _ targets: Tensor, _ validation: (inputs: Tensor, targets: Tensor)?
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let count = inputs.shape[0]
    let size = min(options.batchSize, count)
    let batches = BatchQueue(
      inputs, targets, order: try order(count), size: size, augment: options.augment)
    var (sum, seen) = (0.0, 0)
    var index = 0
    let rate = optimizer.currentRate
    while let (x, y) = try batches.next() {
      try Safepoint.poll()
      let value = try trainingStep(optimizer, inputs: [x, y]) { [network, loss] inputs in
        let output = try network(inputs[0])
        guard case .custom = loss, let scope = GradientScope.current else {
          return try loss(output, inputs[1])
        }
        // A loss of one's own may ask another network, which is not to learn.
        return try scope.limited(to: network.parameters) { try loss(output, inputs[1]) }
      }.item().doubleValue
      guard value.isFinite else {
        throw TensorError.arithmetic(
          "The loss became \(value.isNaN ? "nan" : "\(value)") in epoch \(epoch + 1), batch \(index + 1): training has run away.",
          suggestion: "a smaller learning rate, or clipNorm: 1")
      }
      sum += value * Double(x.shape[0])
      seen += x.shape[0]
      index += 1
      history.batchLosses.append(value)
      try options.progress?(
        TrainingProgress(
          epoch: epoch + 1, epochs: options.epochs, batch: index, batches: batches.count,
          loss: sum / Double(seen), accuracy: nil, history: history))
    }
    let sample = min(count, 2_000)
    let part = [TensorIndex.range(lower: 0, upper: sample, step: 1)]
    let training = try evaluate(network, inputs.slice(part), targets.slice(part), loss: loss)
    let held = try validation.map { try evaluate(network, $0.inputs, $0.targets, loss: loss) }
    let elapsed = (clock.now - start).components
    history.epochs.append(
      TrainingHistory.Epoch(
        loss: sum / Double(max(1, seen)), accuracy: training.accuracy, validationLoss: held?.loss,
        validationAccuracy: held?.accuracy,
        seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18, learningRate: rate))
    try options.progress?(
      TrainingProgress(
        epoch: epoch + 1, epochs: options.epochs, batch: index, batches: batches.count,
        loss: sum / Double(max(1, seen)), accuracy: training.accuracy, history: history))
  }

  private func order(_ count: Int) throws -> [Int] {
    guard options.shuffle else { return Array(0..<count) }
    var generator = RandomStreams.generator(.shuffling)
    var order = Array(0..<count)
    // Fisher and Yates, with the remainder's tiny bias of a 32-bit draw.
    for last in stride(from: count - 1, to: 0, by: -1) {
      let group = generator.nextGroup()
      order.swapAt(last, Int((UInt64(group.0) << 32 | UInt64(group.1)) % UInt64(last + 1)))
    }
    return order
  }

  /// Remembers the best epoch; says why training should stop now.
  private func judge(_ epoch: Int) throws -> String? {
    guard let last = history.epochs.last else { return nil }
    let value = last.validationLoss ?? last.loss
    if best.map({ value < $0.loss }) ?? true {
      let keeps = options.patience != nil && options.restoreBest
      best = (value, epoch, keeps ? network.parameters.map { ($0, $0.value) } : [])
      if let path = options.checkpoint { try network.saveWeights(to: path) }
    }
    guard let patience = options.patience, let best, epoch - best.epoch >= patience else { return nil }
    return
      "the loss has not fallen for \(counted(patience, "epoch")); the best one was epoch \(best.epoch + 1)"
  }
}
