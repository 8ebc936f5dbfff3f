import Tensors
import Testing
import Vision

@Suite struct DrawingsTests {
  @Test(arguments: [(320, 240), (16, 16), (33, 70)])
  func houseHasItsSizeAndRange(width: Int, height: Int) throws {
    let house = try Drawings.house(width: width, height: height)
    #expect(house.shape.sizes == [height, width, 3])
    #expect(house.dtype == .float32)
    #expect(house.floats().allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func houseIsTheSameEveryTime() throws {
    let first = try Drawings.house(width: 64, height: 48)
    #expect(first.isEqual(to: try Drawings.house(width: 64, height: 48)))
  }

  @Test(arguments: [0.0, 45, 90, 135])
  func houseHasEdges(angle: Double) throws {
    let house = try Drawings.house()
    let edges = try house.mean(axes: [2]).conv2d(try Filters.edge(angle: angle))
    let values = edges.floats()
    let strong = values.count { abs($0) > 1 }
    #expect(strong > values.count / 200)
    // The sky is flat, so most of the picture answers weakly.
    #expect(strong < values.count / 2)
  }

  @Test func chessboardAlternates() throws {
    let board = try Drawings.chessboard(cells: 2, size: 4)
    #expect(board.floats() == [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1])
  }

  @Test func chessboardOfUnevenFieldsHasBothColours() throws {
    let board = try Drawings.chessboard(cells: 3, size: 7)
    #expect(board.shape.sizes == [7, 7])
    #expect(Set(board.floats()) == [0, 1])
  }
}
