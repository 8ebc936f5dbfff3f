import Base
import Foundation
import Networks
import Tensors
import Testing

@Suite struct ZipTests {
  /// One small array as the content of an entry.
  private let content = npy(npyHeader("|u1", "(3,)"), [1, 2, 3])
  private var array: Tensor { get throws { try Tensor([1, 2, 3] as [UInt8]) } }

  @Test func readsWhatNumPyWrites() throws {
    let stored = try NumPyFile.read(archive: "\(arrayFixtures)/stored.npz")
    #expect(stored.names == ["conv1/W", "conv1/b"])
    expectSameTensor(
      try #require(stored["conv1/W"]), try Tensor.range(to: 6).reshape([2, 3]).asType(.float32))
    expectSameTensor(try #require(stored["conv1/b"]), try Tensor([7, 8]))
    // Its sizes stand behind the entries.
    let streamed = try NumPyFile.read(archive: "\(arrayFixtures)/streamed.npz")
    #expect(streamed.names == ["b", "größe"])
    expectSameTensor(try #require(streamed["größe"]), try Tensor.full([40, 5], 5))
  }

  @Test func readsOneArray() throws {
    let path = "\(arrayFixtures)/stored.npz"
    expectSameTensor(try NumPyFile.read("conv1/b", fromArchive: path), try Tensor([7, 8]))
    #expect(try NumPyFile.names(inArchive: path) == ["conv1/W", "conv1/b"])
    #expect(
      fileComplaint { try NumPyFile.read("conv1/B", fromArchive: path, named: "a.npz") }
        == "KeyError: a.npz has no array \"conv1/B\" [did you mean \"conv1/b\"?]")
    #expect(
      fileComplaint { try NumPyFile.read("mean", fromArchive: path, named: "a.npz") }
        == "KeyError: a.npz has no array \"mean\" [there are \"conv1/W\", \"conv1/b\"]")
  }

  @Test(arguments: [false, true], [0xFFFF_FFFE, 0, 1000])
  func roundTrips(compressed: Bool, fieldLimit: Int) throws {
    var tensors = NamedTensors()
    tensors["größe/../x"] = try Tensor.range(to: 50000).reshape([100, 500])
    tensors["none"] = try Tensor([Float](), shape: [3, 0])
    tensors["number"] = try Tensor(.bool(true))
    tensors[""] = try Tensor.linspace(from: -1, to: 1, count: 9000, dtype: .float64)
    for index in 0..<40 { tensors["layer \(index)"] = try Tensor.full([index], 1, dtype: .uint8) }
    try withArrayFolder { folder in
      let path = "\(folder)/a.npz"
      try NumPyFile.write(tensors, toArchive: path, compressed: compressed, fieldLimit: fieldLimit)
      let read = try NumPyFile.read(archive: path)
      #expect(read.names == tensors.names)
      for (a, b) in zip(read, tensors) { expectSameTensor(a.tensor, b.tensor) }
      #expect(try RegularFile.read(path).count < 300_000 || !compressed)
      // No entry became a file.
      #expect(try FileManager.default.subpathsOfDirectory(atPath: folder) == ["a.npz"])
    }
  }

  @Test func emptyArchives() throws {
    try withArrayFolder { folder in
      try NumPyFile.write(NamedTensors(), toArchive: "\(folder)/a.npz")
      #expect(try NumPyFile.read(archive: "\(folder)/a.npz").isEmpty)
    }
  }

  @Test func handmadeArchivesAreRead() throws {
    var zip = HandmadeZip(
      .init(named: "folder/", []), .init(named: "folder/a.npy", content),
      .init(named: "b", deflating: content))
    zip.comment = Array("PK\u{5}\u{6} is not the end".utf8)
    try withArrayFile(zip.bytes) { path in
      let read = try NumPyFile.read(archive: path)
      #expect(read.names == ["folder/a", "b"])
      for (_, tensor) in read { expectSameTensor(tensor, try array) }
    }
    var large = HandmadeZip.Entry(content)
    large.large = [content.count, content.count]
    (large.size, large.compressedSize) = (0xFFFF_FFFF, 0xFFFF_FFFF)
    try withArrayFile(HandmadeZip(large).bytes) { path in
      expectSameTensor(try NumPyFile.read("a", fromArchive: path), try array)
    }
  }

  // MARK: Damage

  @Test func whatIsNoArchive() throws {
    let none = "FileError: a.npz is not an archive of arrays (.npz): it does not begin as a zip file does"
    #expect(try npzComplaint([]) == none)
    #expect(try npzComplaint(Array("<html>".utf8)) == none)
    #expect(
      fileComplaint { try NumPyFile.read(archive: "\(arrayFixtures)/bool.npy", named: "a.npz") }
        == "FileError: a.npz is one NumPy array (.npy); an archive of arrays (.npz) was expected")
    #expect(
      try npzComplaint(HandmadeZip(.init(named: "readme.txt", Array("hello".utf8))).bytes)
        == "FileError: a.npz: entry \"readme.txt\" is not a NumPy array: it does not begin with the bytes "
        + "that mark one")
  }

  @Test func everyCutIsNoticed() throws {
    let whole = try RegularFile.read("\(arrayFixtures)/stored.npz")
    for length in 2..<whole.count {
      #expect(
        try npzComplaint(Array(whole[..<length]))
          == "FileError: a.npz is cut off: the directory that a zip file ends with is not there")
    }
  }

  @Test func checksumsAreCompared() throws {
    var entry = HandmadeZip.Entry(content)
    entry.packed[content.count - 1] = 4
    let (found, wanted) = (String(zipChecksum(entry.packed), radix: 16), String(entry.sum, radix: 16))
    #expect(
      try npzComplaint(HandmadeZip(entry).bytes)
        == "FileError: a.npz: entry \"a.npy\" is damaged: its checksum is \(found), but should be \(wanted)")
  }

  @Test func arraysShorterOrLongerThanTheirEntry() throws {
    #expect(
      try npzComplaint(HandmadeZip(.init(content + [9])).bytes)
        == "FileError: a.npz: entry \"a.npy\" should hold 3 bytes of numbers, for shape (3) and type "
        + "\"|u1\", but 4 bytes came: it is damaged [arrays that were saved one after another into one file "
        + "are not read; use np.savez in Python]")
    #expect(
      try npzComplaint(HandmadeZip(.init(deflating: content.dropLast())).bytes)
        == "FileError: a.npz: entry \"a.npy\" should hold 3 bytes of numbers, for shape (3) and type "
        + "\"|u1\", but 2 bytes came: it is cut off or damaged")
  }

  @Test func sizesThatLie() throws {
    func message(_ change: (inout HandmadeZip.Entry) -> Void) throws -> String {
      var entry = HandmadeZip.Entry(deflating: content)
      change(&entry)
      let text = try npzComplaint(HandmadeZip(entry).bytes)
      return text.replacingOccurrences(of: "FileError: a.npz: entry \"a.npy\" ", with: "")
    }
    let header = npy(npyHeader("|u1", "(9,)"))
    #expect(try message { $0.size = 200_000_000 }.hasPrefix("is damaged: "))
    // The array agrees with the directory, but there are fewer or more bytes.
    #expect(
      try message {
        $0 = .init(deflating: header + [1, 2])
        $0.size = header.count + 9
      } == "is damaged: it unpacks to fewer bytes than the archive's directory says")
    #expect(
      try message {
        $0 = .init(deflating: header + [UInt8](repeating: 0, count: 900))
        $0.size = header.count + 9
      } == "is damaged: it unpacks to more bytes than the archive's directory says")
    #expect(
      try message {
        $0.packed += [0, 0]
        $0.compressedSize += 2
      } == "is damaged: 2 bytes came after the end of its compressed stream")
    #expect(
      try message { $0.packed[0] = 0 } == "is damaged: its compressed stream does not end")
    #expect(
      try message { $0.packed[0] = 7 }
        == "is damaged: its compressed stream cannot be unpacked: invalid block type")
    #expect(
      try message { $0.size = 0xFFFF_FFFF }
        == "FileError: a.npz is damaged: entry 1 of its directory makes no sense")
    #expect(
      try message {
        $0.size = 0xFFFF_FFFF
        $0.large = [-1]
      } == "FileError: a.npz is damaged: entry 1 of its directory makes no sense")
    #expect(
      try message {
        $0.size = 0xFFFF_FFFF
        $0.large = [Int.max]
      }
        == "is damaged: \(content.count + 5) bytes cannot unpack to 9223372036854775807 bytes, as its directory says"
    )
    #expect(
      try message { $0.method = 0 }
        == "is damaged: it is not compressed, but should take \(content.count + 5) bytes for "
        + "\(content.count) bytes"
    )
    #expect(try message { $0.flags = 1 } == "is encrypted, which is not read")
    #expect(
      try message { $0.method = 14 }
        == "is compressed in a way that is not read (number 14 of the zip format) [write it with np.savez or "
        + "np.savez_compressed in Python]")
    #expect(
      try message { $0.localName = "b.npy" }
        == "is damaged: its own header does not agree with the archive's directory")
    #expect(
      try message { $0.compressedSize = 5000 }
        == "is damaged: it should lie at byte 0 and have 5000 bytes, which reaches into what follows")
    #expect(
      try message { $0.offset = 1 }
        == "is damaged: it should lie at byte 1 and have \(content.count + 5) bytes, which reaches into what "
        + "follows"
    )
    #expect(try message { $0.offset = 0xFFFF_FFF0 }.hasSuffix("which reaches into what follows"))
  }

  @Test func entriesThatShareTheirBytes() throws {
    var second = HandmadeZip.Entry(named: "b.npy", content)
    second.offset = 0
    second.packed = []
    #expect(
      try npzComplaint(HandmadeZip(.init(named: "a.npy", content), second).bytes).hasSuffix(
        "which reaches into what follows"))
    #expect(
      try npzComplaint(HandmadeZip(.init(named: "a.npy", content), .init(named: "a", content)).bytes)
        == "FileError: a.npz: entry \"a\" comes twice, and it is not clear which of the two counts")
  }

  @Test func directoriesThatLie() throws {
    func message(_ change: (inout HandmadeZip) -> Void) throws -> String {
      var zip = HandmadeZip(.init(content))
      change(&zip)
      return try npzComplaint(zip.bytes).replacingOccurrences(
        of: "FileError: a.npz is damaged: its directory ", with: "")
    }
    let size = 46 + 5
    #expect(try message { $0.count = 2 } == "should list 2 entries in \(size) bytes")
    #expect(try message { $0.count = 0 } == "should list 0 entries, but lists 1")
    let start = 30 + 5 + content.count
    #expect(
      try message { $0.directoryOffset = 7 }
        == "of \(size) bytes should be at byte 7 and end at byte \(start + size)")
    #expect(
      try message { $0.directorySize = 0xFFFF_FFFE }
        == "of 4294967294 bytes should be at byte \(start) and end at byte \(start + size)")
  }

  @Test func anyByteMayBeWrong() throws {
    let handmade = HandmadeZip(.init(named: "a.npy", content), .init(named: "b.npy", deflating: content))
    for whole in [handmade.bytes, try RegularFile.read("\(arrayFixtures)/streamed.npz")] {
      for index in whole.indices {
        for value: UInt8 in [0, 1, 0x7F, 0xFF] {
          var bytes = whole
          bytes[index] = value
          #expect(!(try npzComplaint(bytes)).hasPrefix("another error"), "\(index) \(value)")
        }
      }
    }
  }
}
