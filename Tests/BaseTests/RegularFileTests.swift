import Base
import Foundation
import Testing

@Suite final class RegularFileTests {
  let folder = FileManager.default.temporaryDirectory.path + "/regular-file-\(UUID())"

  init() throws { try RegularFile.createFolder(folder + "/deep/er") }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  @Test func writesAndReadsBack() throws {
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    try RegularFile.replace(folder + "/deep/er/a", with: bytes)
    #expect(try RegularFile.read(folder + "/deep/er/a") == bytes)
    try RegularFile.replace(folder + "/deep/er/a", with: [])
    #expect(try RegularFile.read(folder + "/deep/er/a") == [])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/deep/er") == ["a"])
  }

  @Test func keepsPermissionsAndLinks() throws {
    let manager = FileManager.default
    try RegularFile.replace(folder + "/a", with: [1])
    try manager.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder + "/a")
    try manager.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "a")
    try RegularFile.replace(folder + "/link", with: [2])
    #expect(try RegularFile.read(folder + "/a") == [2])
    #expect(try manager.destinationOfSymbolicLink(atPath: folder + "/link") == "a")
    let permissions = try manager.attributesOfItem(atPath: folder + "/a")[.posixPermissions] as? Int
    #expect(permissions == 0o640)
  }

  @Test func saysWhyAFileCannotBeRead() throws {
    func message(_ path: String) -> String? {
      do throws(FileError) {
        _ = try RegularFile.read(path)
        return nil
      } catch { return error.message }
    }
    #expect(message(folder + "/none") == "cannot open `\(folder)/none`: there is no such file or folder")
    #expect(message(folder) == "cannot read `\(folder)`: it is a folder")
    #expect(message("/dev/zero") == "`/dev/zero` is not a regular file")
    mkfifo(folder + "/pipe", 0o600)
    #expect(message(folder + "/pipe") == "`\(folder)/pipe` is not a regular file")
  }

  @Test func leavesTheOldFileWhenTheNewOneCannotBeWritten() throws {
    #expect(throws: FileError.self) { try RegularFile.replace(folder + "/none/a", with: [1]) }
    try RegularFile.replace(folder + "/file", with: [7])
    #expect(throws: FileError.self) { try RegularFile.createFolder(folder + "/file/sub") }
    #expect(throws: FileError.self) { try RegularFile.createFolder(folder + "/file") }
    #expect(throws: FileError.self) { try RegularFile.replace("/dev/full/x", with: [1]) }
    #expect(try RegularFile.read(folder + "/file") == [7])
  }
}
