import Networks
import Tensors
import Testing
import Vision

@Suite("A detector learns drawn scenes", .serialized) struct YOLOTrainingTests {
  /// A few scenes learned by heart: targets, loss, planned training, decoding and suppression together.
  @Test func findsWhatItHasSeen() throws {
    let size = 64.0
    let scenes = try SceneSamples.draw(train: 12, test: 0, width: 64, seed: 5).train
    let cells = try scenes.sizes() / .double(size / 8)
    let yolo = try YOLO(rows: 8, columns: 8, anchors: Anchors.clustered(cells, count: 4).anchors, classes: 3)
    // Seeds of their own: other tests draw from the common streams at the same time.
    func convolution(_ filters: Int, _ size: Pair, stride: Pair = 1, seed: Int) -> Conv2D {
      Conv2D(
        filters, size, stride: stride, padding: .same, activation: .leakyRelu(slope: 0.1),
        initializer: .glorotUniform.seeded(seed))
    }
    let network = Sequential(
      convolution(16, 5, stride: 2, seed: 1), MaxPool2D(2), convolution(32, 3, seed: 2), MaxPool2D(2),
      convolution(96, 3, seed: 3), Conv2D(yolo.outputChannels, 1, initializer: .glorotUniform.seeded(4)))
    let targets = try yolo.targets(scenes.objects, width: size, height: size)

    func judged() throws -> Double {
      let found = try yolo.detections(
        inBatch: network.predict(scenes.images), threshold: 0.1, width: size, height: size)
      return try meanAveragePrecision(found, scenes.objects, classes: 3).mean
    }
    try network.build(input: scenes.images.shape)
    #expect(try judged() < 0.1)
    let history = try fit(
      network, scenes.images, targets, optimizer: Adam(0.003), loss: yolo.lossFunction(),
      options: FitOptions(epochs: 500, batchSize: 12))
    let first = try #require(history.batchLosses.first)
    let last = try #require(history.batchLosses.last)
    #expect(last < first / 50, "\(first) to \(last)")
    #expect(try judged() > 0.8)
  }
}
