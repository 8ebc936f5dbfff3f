import Base
import Foundation
import Networks
import Tensors
import Testing

@Suite struct SafeTensorsTests {
  @Test func readsWhatTheLibraryWrites() throws {
    let read = try SafeTensorsFile.read("\(arrayFixtures)/mixed.safetensors")
    #expect(read.metadata == ["format": "np", "größe": "1 m"])
    #expect(read.names.sorted() == ["half", "n", "none", "truth", "w"])
    expectSameTensor(try #require(read["w"]), try Tensor.range(to: 6).reshape([2, 3]).asType(.float32))
    expectSameTensor(try #require(read["half"]), try Tensor([1.5, -2] as [Float]))
    expectSameTensor(try #require(read["n"]), try Tensor(.int(7)))
    expectSameTensor(try #require(read["none"]), try Tensor([Int](), shape: [0, 2]))
    expectSameTensor(try #require(read["truth"]), try Tensor([true, false]))
    let brain = try SafeTensorsFile.read("\(arrayFixtures)/bfloat16.safetensors")
    expectSameTensor(try #require(brain["b"]), try Tensor([1.5, -2.5] as [Float]))
  }

  @Test func readsEveryType() throws {
    let numbers: [(String, Int)] = [
      ("I8", 1), ("I16", 2), ("I32", 4), ("I64", 8), ("U8", 1), ("U16", 2), ("U32", 4), ("U64", 8),
    ]
    for (type, size) in numbers {
      let header = #"{"x":{"dtype":"\#(type)","shape":[2],"data_offsets":[0,\#(2 * size)]}}"#
      try withArrayFile(file(header, littleEndian(3, size) + littleEndian(100, size))) { path in
        let x = try #require(SafeTensorsFile.read(path)["x"])
        #expect(x.dtype == (type == "U8" ? .uint8 : .int64))
        #expect(try x.integers() == [3, 100])
      }
    }
    let header = #"{"x":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}"#
    try withArrayFile(file(header, littleEndian(Int(bitPattern: UInt(0.1.bitPattern)), 8))) { path in
      expectSameTensor(
        try #require(SafeTensorsFile.read(path)["x"]), try Tensor(.double(0.1), dtype: .float64))
    }
  }

  @Test func roundTrips() throws {
    var tensors = NamedTensors(metadata: ["format": "pt", "note": "\"\n"])
    tensors["flag"] = try Tensor([true])
    tensors["größe \"x\""] = try Tensor.range(to: 6000).reshape([60, 100])
    tensors["none"] = try Tensor([Float](), shape: [3, 0])
    tensors[""] = try Tensor.linspace(from: 0, to: 1, count: 7)
    tensors["precise"] = try Tensor(.double(0.1), dtype: .float64)
    tensors["bytes"] = try Tensor.full([3], 9, dtype: .uint8)
    try withArrayFolder { folder in
      let path = "\(folder)/a.safetensors"
      try SafeTensorsFile.write(tensors, to: path)
      let read = try SafeTensorsFile.read(path)
      #expect(read.names == tensors.names)
      #expect(read.metadata == tensors.metadata)
      for (a, b) in zip(read, tensors) { expectSameTensor(a.tensor, b.tensor) }
      try SafeTensorsFile.write(tensors, metadata: [:], to: path)
      #expect(try SafeTensorsFile.read(path).metadata.isEmpty)
      try SafeTensorsFile.write(NamedTensors(), to: path)
      #expect(try RegularFile.read(path) == littleEndian(8, 8) + "{}      ".utf8)
      #expect(try SafeTensorsFile.read(path).isEmpty)
      #expect(
        fileComplaint { try SafeTensorsFile.write(["__metadata__": .ones([1])], to: path, named: "a") }
          == "ValueError: a cannot hold a tensor called __metadata__: the format keeps this name for itself")
    }
  }

  // MARK: Damage

  @Test func whatIsNoSafeTensorsFile() throws {
    let none = "FileError: a is not a safetensors file: "
    #expect(try message([1, 2]) == none + "it has 2 bytes, fewer than the length of a header")
    #expect(
      try message(Array("PK is no header".utf8))
        == none + "it does not begin with the length of a header of at most 100 MB")
    #expect(
      try message(littleEndian(100_000_001, 8))
        == none + "it does not begin with the length of a header of at most 100 MB")
    #expect(try message(file(" {}")) == none + "its header does not begin with `{`")
    #expect(
      try message(littleEndian(3, 8) + [0x7B])
        == "FileError: a is cut off or is not a safetensors file: its header should have 3 bytes, but 1 byte "
        + "came")
  }

  @Test func damagedHeaders() throws {
    let damaged = "FileError: a has a damaged header: "
    #expect(
      try message(file("{\"x\":}")) == damaged + "line 1, column 6: expected a value, found `}`")
    #expect(
      try message(file("{\"__metadata__\":3}")) == damaged + "__metadata__ should be an object of texts")
    #expect(
      try message(file("{\"__metadata__\":{\"a\":3}}"))
        == damaged + "__metadata__ should hold texts, but \"a\" is none")
    let deep = "{\"a\":" + String(repeating: "[", count: 100_000)
    #expect(try message(file(deep)).hasPrefix(damaged))
  }

  @Test func entriesThatLie() throws {
    func entry(_ json: String, _ numbers: [UInt8] = [0, 0, 0, 0]) throws -> String {
      try message(file("{\"x\":\(json)}", numbers))
        .replacingOccurrences(of: "FileError: a: entry \"x\" ", with: "")
    }
    func described(_ type: String, _ shape: String, _ offsets: String) -> String {
      #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }
    #expect(try entry("3") == "has no type: expected a text under \"dtype\" in the header")
    #expect(
      try entry(described("F8_E5M2", "[4]", "[0,4]"))
        == "TypeError: a: entry \"x\" has the type \"F8_E5M2\"; read are F16, BF16, F32, F64, I8 to I64, U8 "
        + "to U64 and BOOL")
    for shape in ["[-1]", "[1.0]", "[\"1\"]", "{}", "null", "[99999999999999999999]"] {
      #expect(
        try entry(described("F32", shape, "[0,4]"))
          == "has no shape: expected whole numbers, none negative, under \"shape\" in the header")
    }
    for offsets in ["[0]", "[0,4,8]", "[-4,0]", "4"] {
      #expect(
        try entry(described("F32", "[1]", offsets))
          == "has no place: expected two whole numbers under \"data_offsets\" in the header")
    }
    #expect(
      try entry(described("F32", "[2]", "[0,8]"))
        == "should lie from byte 0 to 8 of the numbers, but the file has only 4 bytes of them; it is cut off")
    #expect(
      try entry(described("F32", "[1]", "[4,0]"))
        == "should lie from byte 4 to 0 of the numbers, but ends before it begins")
    #expect(
      try entry(described("F32", "[2]", "[0,4]"))
        == "should have 4 bytes (byte 0 to 4), but its shape (2) in type F32 takes 8 bytes")
    #expect(
      try entry(described("F64", "[\(Int.max)]", "[0,4]"))
        == "should have 4 bytes (byte 0 to 4), but its shape (9223372036854775807) in type F64 takes more "
        + "than any machine can hold")
    #expect(
      try entry(described("F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]"))
        == "ShapeError: a: entry \"x\": A tensor has at most 8 axes, but 9 came.")
    #expect(
      try entry(described("F32", "[1]", "[0,4]"), [0, 0, 0, 0, 0])
        == "FileError: a has 1 byte after its last tensor that no tensor describes; the file is damaged")
  }

  @Test func tensorsFillTheFileExactly() throws {
    func two(_ first: String, _ second: String, _ count: Int) throws -> String {
      let entries = [("x", first), ("y", second)].map {
        #""\#($0)":{"dtype":"U8","shape":[2],"data_offsets":\#($1)}"#
      }
      return try message(file("{\(entries.joined(separator: ","))}", [UInt8](repeating: 1, count: count)))
    }
    #expect(try two("[2,4]", "[0,2]", 4) == "no error")
    #expect(
      try two("[0,2]", "[1,3]", 3)
        == "FileError: a: entry \"y\" begins at byte 1 of the numbers, but another tensor reaches to byte 2")
    #expect(
      try two("[0,2]", "[0,2]", 2)
        == "FileError: a: entry \"y\" begins at byte 0 of the numbers, but another tensor reaches to byte 2")
    #expect(
      try two("[0,2]", "[3,5]", 5)
        == "FileError: a: entry \"y\" begins at byte 3 of the numbers, but those from 2 on belong to no "
        + "tensor"
    )
  }

  @Test func everyCutAndAnyWrongByte() throws {
    let whole = try RegularFile.read("\(arrayFixtures)/mixed.safetensors")
    for length in whole.indices {
      #expect(try message(Array(whole[..<length])).hasPrefix("FileError: a"), "\(length)")
    }
    for index in whole.indices {
      for value: UInt8 in [0, 0x22, 0x39, 0x7D, 0xFF] {
        var bytes = whole
        bytes[index] = value
        #expect(!(try message(bytes)).hasPrefix("another error"), "\(index) \(value)")
      }
    }
  }

  /// A file with this header and these numbers.
  private func file(_ header: String, _ numbers: [UInt8] = []) -> [UInt8] {
    littleEndian(header.utf8.count, 8) + header.utf8 + numbers
  }

  private func message(_ bytes: [UInt8]) throws -> String {
    try withArrayFile(bytes) { path in fileComplaint { try SafeTensorsFile.read(path, named: "a") } }
  }
}
