import Base
import Foundation
import Networks
import Tensors
import Testing

@Suite struct NumPyFileTests {
  private let samples: [(Tensor, String)]

  init() throws {
    samples = [
      (try Tensor([0, 0.25, 0.5, 0.75, 1, 1.25] as [Float], shape: [2, 3]), "float32.npy"),
      (try Tensor([true, false], shape: [2, 1]), "bool.npy"),
      (try Tensor(.double(0.5), dtype: .float64), "number.npy"),
      (try Tensor([UInt8](), shape: [0, 3]), "empty.npy"),
    ]
  }

  @Test func writesWhatNumPyWrites() throws {
    try withArrayFolder { folder in
      for (tensor, name) in samples {
        try NumPyFile.write(tensor, to: "\(folder)/\(name)")
        #expect(
          try RegularFile.read("\(folder)/\(name)") == RegularFile.read("\(arrayFixtures)/\(name)"), "\(name)"
        )
      }
    }
  }

  @Test func readsWhatNumPyWrites() throws {
    for (tensor, name) in samples { expectSameTensor(try NumPyFile.read("\(arrayFixtures)/\(name)"), tensor) }
    for version in 2...3 {
      let grid = try NumPyFile.read("\(arrayFixtures)/version\(version).npy")
      expectSameTensor(grid, try Tensor.range(to: 6).reshape([2, 3]))
    }
  }

  @Test func readsColumnsAsRows() throws {
    let cube = try NumPyFile.read("\(arrayFixtures)/fortran.npy")
    expectSameTensor(cube, try Tensor.range(to: 24).reshape([2, 3, 4]))
    let bytes = npy(npyHeader("|u1", "(2, 3)", fortran: true), [1, 2, 3, 4, 5, 6])
    try withArrayFile(bytes) { path in
      expectSameTensor(try NumPyFile.read(path), try Tensor([1, 3, 5, 2, 4, 6] as [UInt8], shape: [2, 3]))
    }
  }

  @Test func readsEveryType() throws {
    let arrays = try NumPyFile.read(archive: "\(arrayFixtures)/types.npz")
    #expect(arrays.count == 23)
    let limits: [(String, Int, Int)] = [
      ("i1", -128, 127), ("i2", -32768, 32767), ("i4", -2_147_483_648, 2_147_483_647), ("i8", .min, .max),
      ("u1", 0, 255), ("u2", 0, 65535), ("u4", 0, 4_294_967_295), ("u8", 0, .max),
    ]
    for order in ["little", "big"] {
      for (type, least, most) in limits {
        let array = try #require(arrays["\(order)/\(type)"])
        #expect(array.dtype == (type == "u1" ? .uint8 : .int64))
        #expect(try array.integers() == [1, 2, least, most], "\(order) \(type)")
      }
      for type in ["f2", "f4", "f8"] {
        let array = try #require(arrays["\(order)/\(type)"])
        #expect(array.dtype == (type == "f8" ? .float64 : .float32))
        let values = array.doubles()
        #expect(values.dropLast() == [1.5, -2.25, .infinity], "\(order) \(type)")
        #expect(values[3].isNaN)
      }
    }
    expectSameTensor(try #require(arrays["truth"]), try Tensor([true, false, true]))
  }

  @Test func readsFloat16Exactly() throws {
    // Zero of either sign, the least and the largest of its subnormals, the least normal, the largest number.
    let bits: [UInt16] = [0, 0x8000, 1, 0x3FF, 0x400, 0x7BFF, 0xFC00]
    let numbers = bits.flatMap { littleEndian(Int($0), 2) }
    try withArrayFile(npy(npyHeader("<f2", "(7,)"), numbers)) { path in
      let values = try NumPyFile.read(path).floats()
      #expect(values == [0, 0, 0x1p-24, 0x3FFp-24, 0x1p-14, 65504, -.infinity])
      #expect(values[1].sign == .minus)
    }
  }

  @Test func readsOldAndUnusualHeaders() throws {
    let headers = [
      "{'shape': (2L,), 'descr': '=i2', 'fortran_order': False}\n",
      "{\"descr\":\"i2\",\"fortran_order\":True,\"shape\":(2)}",
      "  { 'descr' : '<i2' , 'fortran_order' : False , 'shape' : ( 2 , ) , }   \n",
    ]
    for header in headers {
      try withArrayFile(npy(header, [1, 0, 255, 255])) { path in
        let numbers = try NumPyFile.read(path).integers()
        #expect(numbers == [1, -1])
      }
    }
    // Truth is what is not zero, and in memory exactly one.
    try withArrayFile(npy(npyHeader("|b1", "(3,)"), [0, 2, 255])) { path in
      let truths = try NumPyFile.read(path)
      #expect(truths.booleans() == [false, true, true])
      truths.withUnsafeBytes { #expect(Array($0) == [0, 1, 1]) }
    }
  }

  @Test func goesThroughLargeArraysInPieces() throws {
    try withArrayFolder { folder in
      let path = "\(folder)/a.npy"
      let numbers = try Tensor.range(to: 400_000).reshape([400, 1000])
      var rounds = 0
      try NumPyFile.write(numbers, to: path) { rounds += 1 }
      #expect(rounds >= 4)
      expectSameTensor(try NumPyFile.read(path), numbers)
      // The same bytes as numbers that are converted on the way.
      let header = npyHeader(">i4", "(400000,)")
      try RegularFile.replace(
        path, with: npy(header, (0..<400_000).flatMap { littleEndian($0, 4).reversed() }))
      expectSameTensor(try NumPyFile.read(path), numbers.flatten())
    }
  }

  @Test func pollingCanEndTheWork() throws {
    struct Enough: Error {}
    try withArrayFolder { folder in
      let path = "\(folder)/a.npy"
      try NumPyFile.write(.zeros([10]), to: path)
      let before = try RegularFile.read(path)
      #expect(throws: Enough.self) { try NumPyFile.write(.ones([5]), to: path) { throw Enough() } }
      #expect(throws: Enough.self) { try NumPyFile.read(path) { throw Enough() } }
      #expect(try RegularFile.read(path) == before)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.npy"])
    }
  }

  @Test func replacingKeepsLinksAndRights() throws {
    try withArrayFolder { folder in
      let manager = FileManager.default
      let path = "\(folder)/real.npy"
      _ = manager.createFile(atPath: path, contents: Data([1]), attributes: [.posixPermissions: 0o640])
      try manager.createSymbolicLink(atPath: "\(folder)/link.npy", withDestinationPath: "real.npy")
      try NumPyFile.write(.ones([2]), to: "\(folder)/link.npy")
      expectSameTensor(try NumPyFile.read(path), try .ones([2]))
      #expect(try manager.destinationOfSymbolicLink(atPath: "\(folder)/link.npy") == "real.npy")
      #expect(try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    }
  }

  @Test func onlyRegularFilesAreOpened() throws {
    try withArrayFolder { folder in
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      let one = try Tensor.ones([1])
      for (path, problem) in [
        (folder, "cannot read `x`: it is a folder"), ("\(folder)/pipe", "`x` is not a regular file"),
        ("/dev/zero", "`x` is not a regular file"),
        ("\(folder)/none", "cannot open `x`: there is no such file or folder"),
        ("a\0b", "the file name \"x\" contains a zero byte, which no file name can"),
      ] {
        #expect(fileComplaint { try NumPyFile.read(path, named: "x") } == "FileError: \(problem)")
        #expect(fileComplaint { try NumPyFile.read(archive: path, named: "x") } == "FileError: \(problem)")
        #expect(fileComplaint { try SafeTensorsFile.read(path, named: "x") } == "FileError: \(problem)")
      }
      for (path, problem) in [
        (folder, "cannot write `x`: it is a folder"), ("\(folder)/pipe", "`x` is not a regular file"),
        ("/dev/full", "`x` is not a regular file"),
        ("\(folder)/no/a", "cannot write `x`: there is no such file or folder"),
      ] {
        #expect(fileComplaint { try NumPyFile.write(one, to: path, named: "x") } == "FileError: \(problem)")
        #expect(
          fileComplaint { try SafeTensorsFile.write(["w": one], to: path, named: "x") }
            == "FileError: \(problem)"
        )
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["pipe"])
    }
  }
}

/// Whether two tensors have the same type, shape and bytes.
func expectSameTensor(_ a: Tensor, _ b: Tensor, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(a.dtype == b.dtype, sourceLocation: sourceLocation)
  #expect(a.shape == b.shape, sourceLocation: sourceLocation)
  let same = a.withUnsafeBytes { first in b.withUnsafeBytes { first.elementsEqual($0) } }
  #expect(same, sourceLocation: sourceLocation)
}
