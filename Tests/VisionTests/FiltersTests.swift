import Tensors
import Testing
import Vision

@Suite struct FiltersTests {
  @Test(arguments: [(1, 1.0), (5, 1.0), (7, 0.3), (3, 1e-200), (3, 1e200)])
  func gaussianSumsToOne(size: Int, sigma: Double) throws {
    let filter = try Filters.gaussian(size: size, sigma: sigma)
    #expect(filter.shape.sizes == [size, size])
    #expect(abs(filter.doubles().reduce(0, +) - 1) < 1e-5)
    let values = filter.floats()
    #expect(values == values.reversed())
    #expect(values.max() == values[values.count / 2])
  }

  @Test(arguments: [1, 2, 3, 9])
  func boxIsAMean(size: Int) throws {
    let filter = try Filters.box(size)
    #expect(filter.dtype == .float32)
    #expect(filter.shape.sizes == [size, size])
    #expect(abs(filter.doubles().reduce(0, +) - 1) < 1e-5)
  }

  @Test func edgeTurnsFromVerticalToHorizontal() throws {
    #expect(try Filters.edge(angle: 0).allClose(try Filters.sobel.asType(.float32), absolute: 1e-6))
    #expect(
      try Filters.edge(angle: 90).allClose(try Filters.sobelHorizontal.asType(.float32), absolute: 1e-6))
  }

  @Test func filtersForEdgesIgnoreFlatPictures() throws {
    let names = [
      "vertical", "horizontal", "sobel", "sobelHorizontal", "scharr", "scharrHorizontal", "laplacian",
    ]
    for entry in Filters.all {
      let sum = try entry.filter.integers().reduce(0, +)
      #expect(sum == (names.contains(entry.name) ? 0 : 1), "\(entry.name)")
    }
  }

  @Test func verticalFindsTheCourseEdge() throws {
    let row: [Float] = [10, 10, 10, 0, 0, 0]
    let picture = try Tensor([[Float]](repeating: row, count: 6))
    let edges = try picture.conv2d(try Filters.vertical.asType(.float32))
    #expect(edges.floats() == [Float]((0..<4).flatMap { _ in [0, 30, 30, 0] as [Float] }))
  }
}
