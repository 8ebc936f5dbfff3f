import Foundation
import Pictures
import Testing

@Suite struct FileTests {
  @Test func writtenAndReadBack() throws {
    try withTemporaryFolder { folder in
      let picture = try fixture("rgba.png")
      try Picture.write(picture, to: "\(folder)/a.png")
      #expect(try Picture.read("\(folder)/a.png") == picture)
      try Picture.write(picture, to: "\(folder)/a.JPG")
      #expect(try Picture.information("\(folder)/a.JPG").format == .jpeg)
      // Nothing else is left behind.
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.JPG", "a.png"])
    }
  }

  @Test func theContentDecidesNotTheName() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.copyItem(atPath: "\(fixtures)/rgb.jpg", toPath: "\(folder)/photo.png")
      #expect(try Picture.information("\(folder)/photo.png").format == .jpeg)
    }
  }

  @Test func replacingKeepsLinksAndRights() throws {
    try withTemporaryFolder { folder in
      let picture = try fixture("grey.png")
      let manager = FileManager.default
      _ = manager.createFile(
        atPath: "\(folder)/real.png", contents: Data([1]), attributes: [.posixPermissions: 0o640])
      try manager.createSymbolicLink(atPath: "\(folder)/link.png", withDestinationPath: "real.png")
      try Picture.write(picture, to: "\(folder)/link.png")
      #expect(try Picture.read("\(folder)/real.png") == picture)
      #expect(try manager.destinationOfSymbolicLink(atPath: "\(folder)/link.png") == "real.png")
      let rights = try manager.attributesOfItem(atPath: "\(folder)/real.png")[.posixPermissions] as? Int
      #expect(rights == 0o640)
    }
  }

  @Test func missingFiles() throws {
    try withTemporaryFolder { folder in
      let picture = try fixture("grey.png")
      try Picture.write(picture, to: "\(folder)/house.png")
      func read(_ name: String) -> String { complaint { try Picture.read("\(folder)/\(name)", named: name) } }
      #expect(read("hause.png") == "FileError: there is no file \"hause.png\" [did you mean \"house.png\"?]")
      #expect(read("House.PNG") == "FileError: there is no file \"House.PNG\" [did you mean \"house.png\"?]")
      #expect(read("zebra.jpg") == "FileError: there is no file \"zebra.jpg\" [there are \"house.png\"]")
      #expect(
        read("photos/house.png")
          == "FileError: there is no file \"photos/house.png\": the folder \"photos\" does not exist")
      #expect(
        read("a\0b") == "FileError: the file name \"a\0b\" contains a zero byte, which no file name can")
      for number in 1...7 { try Picture.write(picture, to: "\(folder)/pic\(number)0\(number).png") }
      #expect(
        read("wolf.jpg")
          == "FileError: there is no file \"wolf.jpg\" [there are \"house.png\", \"pic101.png\", \"pic202.png\", "
          + "\"pic303.png\", \"pic404.png\" and 3 more]")
    }
  }

  @Test func onlyRegularFilesAreOpened() throws {
    try withTemporaryFolder { folder in
      #expect(complaint { try Picture.read(folder, named: "x") } == "FileError: x is a folder, not a file")
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      #expect(
        complaint { try Picture.read("\(folder)/pipe", named: "pipe") }
          == "FileError: pipe is a pipe; only regular files are opened")
      #expect(
        complaint { try Picture.read("/dev/zero") }
          == "FileError: /dev/zero is a device; only regular files are opened")
      let picture = try fixture("grey.png")
      try FileManager.default.createDirectory(atPath: "\(folder)/d.png", withIntermediateDirectories: false)
      #expect(
        complaint { try Picture.write(picture, to: "\(folder)/d.png", named: "d.png") }
          == "FileError: d.png is a folder, not a file")
    }
  }

  @Test func whereNothingCanBeWritten() throws {
    let picture = try fixture("grey.png")
    #expect(
      complaint { try Picture.write(picture, to: "/nowhere/at/all.png") }
        == "FileError: /nowhere/at/all.png cannot be written: there is no folder \"/nowhere/at\"")
    #expect(
      complaint { try Picture.write(picture, to: "out/chart.gif") }
        == "ValueError: a picture is written as PNG or JPEG, but \"out/chart.gif\" ends in neither .png nor .jpg "
        + "[give it a name such as \"out/chart.png\"]")
    #expect(
      complaint { try Picture.write(picture, to: "chart") }
        == "ValueError: a picture is written as PNG or JPEG, but \"chart\" ends in neither .png nor .jpg "
        + "[give it a name such as \"chart.png\"]")
  }

  @Test func filesThatAreTooLarge() throws {
    try withTemporaryFolder { folder in
      // Sparse: takes no room on the disk.
      _ = FileManager.default.createFile(atPath: "\(folder)/huge.png", contents: nil)
      truncate("\(folder)/huge.png", 300_000_000)
      #expect(
        complaint { try Picture.read("\(folder)/huge.png", named: "huge.png") }
          == "FileError: huge.png has 300 MB; files of up to 256 MB are read")
    }
  }
}
