import Testing

@Suite("The engine's suggestions in the language's words") struct EngineWordingTests {
  @Test(
    arguments: [
      ("crossEntropy([[0.0, 1.0]], [1.0])", "labels.converted(to: .int64)"),
      ("gather([1, 2], [0.5])", "indices.converted(to: .int64)"),
      ("nonMaxSuppression([0, 0, 1, 1], [1])", "a list of one box: boxes.reshaped([1, 4])"),
      ("nonMaxSuppression([[0, 0, 1, 1]], [[1]])", "scores.flattened"),
    ])
  func suggestion(_ code: String, _ expected: String) {
    #expect(Sandbox().suggestion(for: code) == expected)
  }
}
