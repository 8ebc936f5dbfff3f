import Tensors
import Testing
import Vision

@Suite struct DigitsTests {
  /// FNV-1a over the pixels as bytes and the labels: pins every shade of every picture.
  private func fingerprint(_ set: LabelledImages) throws -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    let bytes =
      set.images.floats().map { UInt8($0 * 255 + 0.5) } + (try set.labels.integers()).map(UInt8.init)
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }

  @Test func digitsAreTheSameOnEveryMachine() throws {
    let digits = try Digits.draw(train: 200, test: 100, seed: 7)
    #expect(try fingerprint(digits.train) == 0x0E8D_3D74_FCB9_003F)
    #expect(try fingerprint(digits.test) == 0x0774_DE20_5CC5_ADA3)
  }

  @Test func shapesTypesAndClasses() throws {
    let digits = try Digits.draw(train: 30, test: 20)
    #expect(digits.train.images.shape.sizes == [30, 32, 32, 1])
    #expect(digits.train.images.dtype == .float32)
    #expect(digits.test.labels.shape.sizes == [20])
    #expect(digits.test.labels.dtype == .int64)
    #expect(digits.train.classes == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"])
    #expect(digits.train.count == 30)
  }

  @Test func everyDigitComesEquallyOften() throws {
    let labels = try Digits.draw(train: 203, test: 0).train.labels.integers()
    let counts = (0..<10).map { digit in labels.count { $0 == digit } }
    #expect(counts == [21, 21, 21, 20, 20, 20, 20, 20, 20, 20])
    // In random order: neither sorted nor in turn.
    #expect(zip(labels, labels.dropFirst()).count { ($0 + 1) % 10 == $1 } < 60)
  }

  @Test(arguments: [8, 20, 32, 47, 96])
  func everyPictureUsesItsRange(size: Int) throws {
    let images = try Digits.draw(train: 60, test: 0, size: size, seed: 3).train.images
    #expect(images.shape.sizes == [60, size, size, 1])
    let pixels = images.floats()
    #expect(pixels.allSatisfy { $0 >= 0 && $0 <= 1 })
    for first in stride(from: 0, to: pixels.count, by: size * size) {
      let picture = pixels[first..<first + size * size]
      #expect((picture.max() ?? 0) - (picture.min() ?? 0) > 0.3)
    }
  }

  @Test(arguments: [Int.min, -1, 1, Int.max])
  func seedsGiveDifferentPictures(seed: Int) throws {
    let first = try Digits.draw(train: 20, test: 0).train
    let second = try Digits.draw(train: 20, test: 0, seed: seed).train
    #expect(!first.images.isEqual(to: second.images))
    #expect(try first.labels.integers() != second.labels.integers())
  }

  @Test func trainAndTestShareNoPicture() throws {
    let digits = try Digits.draw(train: 100, test: 100)
    let pixels = 32 * 32
    let (train, test) = (digits.train.images.floats(), digits.test.images.floats())
    let known = Set((0..<100).map { Array(train[$0 * pixels..<($0 + 1) * pixels]) })
    #expect(known.count == 100)
    #expect((0..<100).allSatisfy { !known.contains(Array(test[$0 * pixels..<($0 + 1) * pixels])) })
  }

  /// The nearest known picture must say something, but not enough: there has to be something to learn.
  @Test func nearestNeighbourIsFairButNotGood() throws {
    let digits = try Digits.draw(train: 2000, test: 300)
    let train = try digits.train.images.reshape([2000, 1024])
    let test = try digits.test.images.reshape([300, 1024])
    let squares = try (train * train).sum(axes: [1])
    let distances = try squares - test.matmul(train.transposed()) * .double(2)
    let nearest = try distances.argMin(axis: 1).integers()
    let (known, asked) = (try digits.train.labels.integers(), try digits.test.labels.integers())
    let hits = zip(nearest, asked).count { known[$0] == $1 }
    #expect(hits > 300 * 60 / 100)
    #expect(hits < 300 * 92 / 100)
  }

  @Test func rangeKeepsPicturesAndLabelsTogether() throws {
    let train = try Digits.draw(train: 40, test: 0).train
    let part = try train[10..<15]
    #expect(part.images.shape.sizes == [5, 32, 32, 1])
    #expect(try part.labels.integers() == Array(train.labels.integers()[10..<15]))
    #expect(part.images.floats() == Array(train.images.floats()[10 * 1024..<15 * 1024]))
    #expect(try train[40..<40].count == 0)
  }

  @Test func emptySetsAreAllowed() throws {
    let digits = try Digits.draw(train: 0, test: 0)
    #expect(digits.train.images.shape.sizes == [0, 32, 32, 1])
    #expect(digits.test.count == 0)
  }

  // MARK: What is wrong is said

  @Test func negativeCount() throws {
    let error = try #require(throws: TensorError.self) { try Digits.draw(train: -5) }
    #expect(error.message == "Digits expects 0 or more pictures in each set, but train was -5.")
  }

  @Test(arguments: [Int.min, 0, 7, 1025, Int.max])
  func unfitSize(size: Int) throws {
    let error = try #require(throws: TensorError.self) { try Digits.draw(size: size) }
    #expect(
      error.message == "Digits draws pictures with a side from 8 to 1024 pixels, but size was \(size).")
  }

  @Test func moreThanFitsIsRefused() {
    #expect(throws: (any Error).self) { try Digits.draw(train: Int.max) }
    #expect(throws: (any Error).self) { try Digits.draw(train: 1 << 50) }
    #expect(throws: (any Error).self) { try Digits.draw(train: 10, test: 1 << 40) }
  }

  @Test func rangeBeyondTheEnd() throws {
    let train = try Digits.draw(train: 10, test: 0).train
    let error = try #require(throws: TensorError.self) { try train[5..<11] }
    #expect(error.message == "There are 10 pictures, so a range lies within 0..<10, but 5..<11 came.")
  }

  @Test func labelsThatDoNotFit() throws {
    let images = try Tensor.zeros(Shape([2, 8, 8, 1]))
    #expect(throws: TensorError.self) {
      try LabelledImages(images: images, labels: Tensor([0, 1, 0]), classes: ["a", "b"])
    }
    #expect(throws: TensorError.self) {
      try LabelledImages(images: images, labels: Tensor([0, 2]), classes: ["a", "b"])
    }
    #expect(throws: TensorError.self) {
      try LabelledImages(images: images, labels: Tensor([0.0, 1.0]), classes: ["a", "b"])
    }
  }
}
