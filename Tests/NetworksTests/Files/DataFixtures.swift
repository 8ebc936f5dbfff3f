import Foundation
import Tensors
import Testing

/// A file of the folder that `make_data.py` filled.
func fixture(_ name: String) -> String {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return folder.appending(path: "DataFixtures/\(name)").path
}

/// 0, 0.125, 0.25, ... as the fixtures hold it.
func ramp(_ count: Int, from start: Double = 0) -> [Double] { (0..<count).map { start + Double($0) / 8 } }

/// Whether a tensor is exactly this.
func expect(
  _ tensor: Tensor, _ values: [Double], shape: [Int], _ dtype: DType,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(tensor.shape.sizes == shape, sourceLocation: sourceLocation)
  #expect(tensor.dtype == dtype, sourceLocation: sourceLocation)
  #expect(tensor.doubles() == values, sourceLocation: sourceLocation)
}

/// Gives the name of a file that does not exist yet and is gone afterwards.
func withTemporaryFile<Result>(_ body: (String) throws -> Result) rethrows -> Result {
  let path = FileManager.default.temporaryDirectory.appending(path: "data-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}
