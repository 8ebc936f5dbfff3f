import Foundation
import Pictures

/// The folder of small picture files beside the tests.
let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path

/// Reads a fixture; messages call it by its bare name.
func fixture(_ name: String) throws -> PixelBuffer {
  try Picture.read("\(fixtures)/\(name)", named: name)
}

/// The message and suggestion of the error that the work throws.
func complaint(_ work: () throws -> some Any) -> String {
  do {
    _ = try work()
    return "no error"
  } catch let error as PictureError {
    return error.description + (error.suggestion.map { " [\($0)]" } ?? "")
  } catch {
    return "another error: \(error)"
  }
}

/// A folder for one test, removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "pictures-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// The drawing that the colour fixtures hold: 12 x 8 pixels.
let gradient: [UInt8] = pixels(width: 12, height: 8) { x, y in
  [UInt8(x * 20), UInt8(y * 30), UInt8(truncatingIfNeeded: x * y * 3)]
}

/// The bytes of a picture whose pixels a rule gives.
func pixels(width: Int, height: Int, _ rule: (Int, Int) -> [UInt8]) -> [UInt8] {
  var bytes: [UInt8] = []
  for y in 0..<height { for x in 0..<width { bytes += rule(x, y) } }
  return bytes
}

/// The largest difference of two pictures' bytes.
func difference(_ a: [UInt8], _ b: [UInt8]) -> Int {
  guard a.count == b.count else { return .max }
  return zip(a, b).map { abs(Int($0) - Int($1)) }.max() ?? 0
}

/// The four coloured quarters that the photo fixtures hold: 24 x 16 pixels.
let quarters: [UInt8] = pixels(width: 24, height: 16) { x, y in
  switch (y < 8, x < 12) {
  case (true, true): [230, 40, 40]
  case (true, false): [40, 200, 60]
  case (false, true): [40, 60, 220]
  case (false, false): [240, 230, 60]
  }
}

/// The bytes of a fixture.
func bytes(of name: String) throws -> [UInt8] {
  try Array(Data(contentsOf: URL(filePath: "\(fixtures)/\(name)")))
}
