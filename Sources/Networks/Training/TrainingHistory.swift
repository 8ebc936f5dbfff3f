/// What training went through, epoch by epoch.
public struct TrainingHistory: Sendable {
  /// One pass over the training data.
  public struct Epoch: Sendable {
    /// The mean loss of the epoch's batches.
    public let loss: Double
    /// The part of the samples answered rightly while training; nil where there is no right and wrong.
    public let accuracy: Double?
    /// The same on data kept for validation, after the epoch.
    public let validationLoss: Double?
    public let validationAccuracy: Double?
    public let seconds: Double
    public let learningRate: Double
  }

  public internal(set) var epochs: [Epoch] = []
  /// The loss of each batch, in order.
  public internal(set) var batchLosses: [Double] = []
  /// Why training ended before its last epoch; nil when it did not.
  public internal(set) var stoppedEarly: String?

  public var losses: [Double] { epochs.map(\.loss) }
  public var accuracies: [Double] { epochs.compactMap(\.accuracy) }
  public var validationLosses: [Double] { epochs.compactMap(\.validationLoss) }
  public var validationAccuracies: [Double] { epochs.compactMap(\.validationAccuracy) }
}

/// How far training has come, for a progress bar.
public struct TrainingProgress: Sendable {
  public let epoch, epochs: Int
  public let batch, batches: Int
  /// The mean loss of the running epoch so far.
  public let loss: Double
  public let accuracy: Double?
  public let history: TrainingHistory
}
