import Base
import Foundation
import Networks
import Tensors
import Testing

@Suite struct CSVFolderTests {
  private func read(_ files: [String: String]) throws -> NamedTensors {
    try withTemporaryFile { folder in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
      return try CSVFolder.read(folder: folder)
    }
  }

  private func message(_ text: String) -> String? {
    do {
      _ = try read(["a.csv": text])
      return nil
    } catch let error as any PlainError {
      // The folder's name is another one each time.
      return error.message.replacing(/`[^`]*a\.csv`/, with: "a.csv")
    } catch { return "\(error)" }
  }

  @Test func shapes() throws {
    let weights = try read([
      "row.csv": "1,2.5,-3e-1\n", "column.csv": "1\r\n2\r\n\r\n3", "matrix.csv": "# x\n1, 2\n3\t4\n5 6\n",
      "one.csv": "+.5", "odd.CSV": "\u{FEFF}inf,-nan,0x1p-2,1e-400,1e400,5.", "notes.txt": "not read",
      ".a.csv": "x",
    ])
    #expect(weights.names == ["column", "matrix", "odd", "one", "row"])
    expect(try #require(weights["row"]), [1, 2.5, Double(Float(-0.3))], shape: [3], .float32)
    expect(try #require(weights["column"]), [1, 2, 3], shape: [3], .float32)
    expect(try #require(weights["matrix"]), [1, 2, 3, 4, 5, 6], shape: [3, 2], .float32)
    expect(try #require(weights["one"]), [0.5], shape: [1], .float32)
    let odd = try #require(weights["odd"]).doubles()
    #expect(odd[0] == .infinity && odd[1].isNaN && odd[2] == 0.25 && odd[3] == 0)
    #expect(odd[4] == .infinity && odd[5] == 5)
  }

  @Test func mistakes() {
    #expect(
      message("1,2\n3\n")
        == "The rows of a.csv must have the same length, but the first has 2 and line 2 has 1.")
    #expect(
      message("1\nx\u{1B}\n") == "The file a.csv should hold numbers, but in line 2, entry 1, `x?` came.")
    #expect(
      message("1,,2") == "The file a.csv should hold numbers, but in line 1, entry 2, nothing stands there.")
    #expect(
      message("1,2,\n") == "The file a.csv should hold numbers, but in line 1, entry 3, nothing stands there."
    )
    #expect(message("1;2") == "The file a.csv should hold numbers, but in line 1, entry 1, `1;2` came.")
    #expect(message("\n\n") == "The file a.csv holds no numbers.")
    #expect(throws: TensorError.self) { try read(["a.txt": "1"]) }
    #expect(throws: TensorError.self) { try CSVFolder.read(folder: "/nowhere") }
    #expect(throws: TensorError.self) { try CSVFolder.read(folder: "a\0b") }
  }
}
