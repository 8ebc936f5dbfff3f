import Base
import Tensors
import Testing
import Vision

@Suite struct SceneSamplesTests {
  /// FNV-1a over pixels, boxes in 64ths of a pixel, and classes.
  private func fingerprint(_ set: LabelledScenes) throws -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var numbers = set.images.floats().map { Int($0 * 255 + 0.5) }
    for objects in set.objects {
      numbers += objects.boxes.floats().map { Int(($0 * 64).rounded()) }
      numbers += try objects.classes.integers()
    }
    for number in numbers { hash = (hash ^ UInt64(bitPattern: Int64(number))) &* 0x100_0000_01B3 }
    return hash
  }

  @Test func scenesAreTheSameOnEveryMachine() throws {
    let scenes = try SceneSamples.draw(train: 12, test: 6, width: 96, height: 64, seed: 7)
    #expect(try fingerprint(scenes.train) == 0x4025_4701_AE0F_5A98)
    #expect(try fingerprint(scenes.test) == 0xF8ED_B084_3555_2355)
  }

  @Test func shapesAndClasses() throws {
    let scenes = try SceneSamples.draw(train: 5, test: 3, width: 80, height: 60)
    #expect(scenes.train.images.shape == [5, 60, 80, 3])
    #expect(scenes.train.images.dtype == .float32)
    #expect(scenes.test.count == 3)
    #expect(scenes.train.classes == ["pedestrian", "car", "motorcycle"])
    #expect((scenes.train.width, scenes.train.height) == (80, 60))
    #expect(try SceneSamples.draw(train: 0, test: 0).train.images.shape == [0, 128, 128, 3])
    #expect(scenes.train.images.floats().allSatisfy { $0 >= 0 && $0 <= 1 })
    let part = try scenes.train[1..<3]
    #expect(part.count == 2)
    #expect(part.objects[0].boxes.isEqual(to: scenes.train.objects[1].boxes))
    #expect(try part.images.row(1).isEqual(to: scenes.train.images.row(2)))
  }

  /// Several objects of several classes, overlapping, four-fold different in size, all boxes in the picture.
  @Test func whatThePicturesHold() throws {
    let scenes = try SceneSamples.draw(train: 200, test: 0, width: 48).train
    var perClass = [0, 0, 0]
    var overlapping = 0
    var severalClasses = 0
    var heights: [[Float]] = [[], [], []]
    for objects in scenes.objects {
      #expect((1...7).contains(objects.count))
      let labels = try objects.classes.integers()
      if Set(labels).count > 1 { severalClasses += 1 }
      let boxes = objects.boxes.floats()
      for (index, label) in labels.enumerated() {
        perClass[label] += 1
        let box = Array(boxes[index * 4..<index * 4 + 4])
        #expect(box[0] >= 0 && box[1] >= 0 && box[2] <= 48 && box[3] <= 48)
        #expect(box[2] - box[0] > 1 && box[3] - box[1] > 1)
        heights[label].append(box[3] - box[1])
      }
      let overlaps = try iouMatrix(objects.boxes, objects.boxes).floats()
      let high =
        overlaps.enumerated().filter { $0.offset / objects.count != $0.offset % objects.count }
        .map(\.element).max() ?? 0
      #expect(high < 0.41)
      if high > 0.05 { overlapping += 1 }
    }
    #expect(perClass.allSatisfy { $0 > 150 })
    #expect(severalClasses > 120)
    #expect(overlapping > 60)
    for list in heights { #expect((list.max() ?? 0) > 3.2 * (list.min() ?? 1)) }
    #expect(try scenes.sizes().shape == Shape([perClass.reduce(0, +), 2]))
  }

  @Test func setsAndSeedsDiffer() throws {
    let scenes = try SceneSamples.draw(train: 4, test: 4, width: 32)
    #expect(!scenes.train.images.isEqual(to: scenes.test.images))
    for seed in [Int.min, 1, Int.max] {
      let other = try SceneSamples.draw(train: 4, test: 0, width: 32, seed: seed)
      #expect(!other.train.images.isEqual(to: scenes.train.images))
    }
    // A picture does not depend on how many are drawn.
    #expect(
      try SceneSamples.draw(train: 9, test: 0, width: 32).train[0..<4].images.isEqual(to: scenes.train.images)
    )
  }

  @Test func wrongArguments() throws {
    expectBoxError(.value, "SceneSamples expects 0 or more pictures in each set, but test was -1.") {
      _ = try SceneSamples.draw(test: -1)
    }
    expectBoxError(
      .value, "SceneSamples draws pictures with sides from 32 to 1024 pixels, but height was 20."
    ) { _ = try SceneSamples.draw(height: 20) }
    #expect(throws: (any Error).self) { try SceneSamples.draw(train: .max) }
    #expect(throws: (any Error).self) { try SceneSamples.draw(train: 1 << 45) }
    let scenes = try SceneSamples.draw(train: 3, test: 0, width: 32).train
    expectBoxError(.index, "There are 3 pictures, so a range lies within 0..<3, but 2..<5 came.") {
      _ = try scenes[2..<5]
    }
    #expect(throws: TensorError.self) {
      try LabelledScenes(images: scenes.images, objects: [], classes: scenes.classes)
    }
    #expect(throws: TensorError.self) {
      try LabelledScenes(images: scenes.images, objects: scenes.objects, classes: [])
    }
  }
}
