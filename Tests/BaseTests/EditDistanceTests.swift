import Base
import Testing

@Suite struct EditDistanceTests {
  static let names = [
    "print", "plot", "conv2d", "Conv2D", "maxPool2d", "avgPool2d", "softmax", "argmax", "max", "min", "mean",
    "zeros", "ones", "image", "filters", "randn", "rand", "tensor", "reshape", "allClose", "batchNorm", "a",
    "fn", "nonMaxSuppression", "gradient", "gramMatrix",
  ]

  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 1), ("kitten", "sitting", 3),
    ("ca", "abc", 3), ("pritn", "print", 1), ("é", "e", 1), ("flaw", "lawn", 2),
  ])
  func countsSlips(_ a: String, _ b: String, _ expected: Int) {
    #expect(EditDistance.distance(a, b) == expected)
    #expect(EditDistance.distance(b, a) == expected)
    #expect(EditDistance.distance(a, b, limit: expected) == expected)
    if expected > 0 { #expect(EditDistance.distance(a, b, limit: expected - 1) == nil) }
  }

  @Test(arguments: [
    ("pritn", "print"), ("prnt", "print"), ("Print", "print"), ("PRINT", "print"), ("println", "print"),
    ("conv2D", "conv2d"), ("CONV2d", "Conv2D"), ("conv2", "conv2d"), ("max_pool2d", "maxPool2d"),
    ("maxpool2d", "maxPool2d"), ("zeroes", "zeros"), ("images", "image"), ("fitlers", "filters"),
    ("soft_max", "softmax"), ("tensro", "tensor"), ("nonMaxSupression", "nonMaxSuppression"),
    ("allclose", "allClose"), ("nonMax", "nonMaxSuppression"), ("grad", "gradient"),
    ("BatchNorm", "batchNorm"), ("mx", "none"), ("maen", "mean"),
  ])
  func findsWhatWasMeant(_ typed: String, _ meant: String) {
    #expect(EditDistance.best(for: typed, among: Self.names) == (meant == "none" ? nil : meant))
  }

  @Test(arguments: [
    "", "x", "b", "fm", "i", "foo", "house", "result", "photo", "gra", "photograph", "_", "cat", "display",
  ])
  func staysSilentWhereNothingIsLikely(_ typed: String) {
    #expect(EditDistance.best(for: typed, among: Self.names) == nil)
  }

  @Test func theChoiceDoesNotDependOnOrder() {
    for typed in ["rnd", "randm", "conv2D", "mxx", "meen"] {
      let forward = EditDistance.best(for: typed, among: Self.names)
      #expect(EditDistance.best(for: typed, among: Self.names.reversed()) == forward)
    }
  }

  @Test func longNamesCostLittle() {
    let long = String(repeating: "a", count: 1_000_000)
    let start = ContinuousClock.now
    #expect(EditDistance.best(for: long, among: [long + "b"]) == nil)
    #expect(EditDistance.best(for: "abc", among: [long]) == nil)
    #expect(ContinuousClock.now - start < .seconds(5))
  }
}
