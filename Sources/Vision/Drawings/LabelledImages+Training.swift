import Networks
import Tensors

/// Trains a network with pictures and the classes that they show.
///
/// ```swift
/// let digits = try Digits.draw()
/// let history = try fit(
///   network, digits.train, optimizer: Adam(), options: FitOptions(epochs: 3), validation: digits.test)
/// ```
///
/// As `fit` with tensors, which says more about what it does.
public func fit(
  _ network: some Layer, _ images: LabelledImages, optimizer: Optimizer, loss: Loss = .crossEntropy,
  options: FitOptions = FitOptions(), validation: LabelledImages? = nil
) throws -> TrainingHistory {
  try fit(
    network, images.images, images.labels, optimizer: optimizer, loss: loss, options: options,
    validation: validation.map { ($0.images, $0.labels) })
}

/// The mean loss, and the part of the pictures whose class a network names rightly.
///
///     let (loss, accuracy) = try evaluate(network, digits.test)
public func evaluate(
  _ network: some Layer, _ images: LabelledImages, loss: Loss = .crossEntropy, batchSize: Int = 64
) throws -> (loss: Double, accuracy: Double?) {
  try evaluate(network, images.images, images.labels, loss: loss, batchSize: batchSize)
}
