import Networks
import Tensors
import Testing
import Vision

@Suite("A network learns the drawn digits", .serialized) struct DigitsTrainingTests {
  private func network() -> Sequential {
    Sequential(
      Conv2D(8, 5, activation: .relu), MaxPool2D(2), Conv2D(16, 5, activation: .relu), MaxPool2D(2),
      Flatten(), Dense(120, activation: .relu), Dense(84, activation: .relu), Dense(10))
  }

  @Test func reachesNinetyEightPercent() throws {
    RandomStreams.start(seed: 4)
    let digits = try Digits.draw()
    var options = FitOptions(epochs: 8, batchSize: 64)
    var calls = 0
    options.progress = { _ in calls += 1 }
    let history = try fit(
      network(), digits.train.images, digits.train.labels,
      optimizer: Adam(0.002, schedule: .cosine(steps: 1000, floor: 0.02)), options: options,
      validation: (digits.test.images, digits.test.labels))
    #expect(history.epochs.count == 8)
    #expect(history.batchLosses.count == 1000)
    #expect(calls == 1008)
    let accuracy = try #require(history.validationAccuracies.last)
    #expect(accuracy > 0.98, "\(history.validationAccuracies)")
  }

  /// Stops by itself, goes back to the best weights, writes them, and reads them into another network.
  @Test func stopsEarlyAndKeepsTheBest() throws {
    RandomStreams.start(seed: 5)
    let digits = try Digits.draw(train: 300, test: 100)
    let path = "/tmp/cnn-digits-\(UInt64.random(in: 0 ... .max)).safetensors"
    var options = FitOptions(epochs: 60, batchSize: 50)
    options.patience = 3
    options.checkpoint = path
    let network = network()
    let history = try fit(
      network, digits.train.images, digits.train.labels, optimizer: Adam(0.005), options: options,
      validation: (digits.test.images, digits.test.labels))
    #expect(history.stoppedEarly != nil)
    let best = try #require(history.validationLosses.min())
    let now = try evaluate(network, digits.test.images, digits.test.labels).loss
    #expect(abs(now - best) < 1e-4)
    let other = self.network()
    try other.build(input: [1, 32, 32, 1])
    try other.loadWeights(from: path)
    let sample = try digits.test.images.slice([.range(lower: 0, upper: 8, step: 1)])
    #expect(try other.predict(sample).allClose(network.predict(sample), relative: 1e-5, absolute: 1e-6))
  }

  /// An interrupt leaves the weights of the last whole step.
  @Test func interruptedTrainingKeepsItsWeights() throws {
    struct Stop: Error {}
    RandomStreams.start(seed: 6)
    let digits = try Digits.draw(train: 256, test: 10)
    let network = network()
    var options = FitOptions(epochs: 5, batchSize: 64)
    options.progress = { if $0.epoch == 2 { throw Stop() } }
    try network.build(input: [1, 32, 32, 1])
    let before = network.parameters.map(\.value)
    #expect(throws: Stop.self) {
      _ = try fit(network, digits.train.images, digits.train.labels, optimizer: SGD(0.05), options: options)
    }
    let moved = try zip(before, network.parameters).map { try !$0.allClose($1.value) }
    #expect(moved.allSatisfy { $0 })
    #expect(try network.predict(digits.test.images).isFinite().all().truthValue())
  }

  @Test func refusesWhatDoesNotFit() throws {
    let digits = try Digits.draw(train: 20, test: 10)
    #expect(
      throws: TensorError(
        .shape,
        "Training needs one target for each sample along the first axis, but the samples have shape "
          + "(20, 32, 32, 1) and the targets (10)."
      )
    ) { _ = try fit(network(), digits.train.images, digits.test.labels, optimizer: Adam()) }
    do {
      _ = try fit(
        Sequential(Flatten(), Dense(10), Conv2D(4, 3)), digits.train.images, digits.train.labels,
        optimizer: Adam())
      Issue.record("a dense layer's output is no picture")
    } catch let error as TensorError {
      #expect(
        error.message
          == "Layer 3, Conv2D: the input is a batch of pictures (batch, height, width, channels), but a tensor "
          + "of shape (20, 10) came.")
    }
  }
}
