import Base
import Foundation
import Networks
import Tensors
import Testing

/// Files that are cut off, damaged, or made to do harm.
@Suite struct NumPyDamageTests {
  @Test func whatIsRefusedForItsType() throws {
    let read = "read are float16 to float64, int8 to int64, uint8 to uint64 and bool"
    let convert = "[convert it in Python: array.astype(np.float32)]"
    func message(_ name: String) -> String {
      fileComplaint { try NumPyFile.read("\(arrayFixtures)/\(name)", named: name) }
    }
    #expect(
      message("object.npy")
        == "TypeError: object.npy holds Python objects, which can only be read by running code that the file "
        + "brings; this is not done [save plain numbers in Python: np.save(file, array.astype(np.float32))]")
    #expect(
      message("complex.npy")
        == "TypeError: complex.npy holds complex numbers (type \"<c16\"); \(read) \(convert)")
    #expect(
      message("record.npy")
        == "TypeError: record.npy holds records with several fields; only arrays of plain numbers are read "
        + "[save each field as an array of its own in Python: np.savez(file, x=array[\"x\"])]")
    for (type, words) in [
      ("<U5", "texts"), ("|S3", "texts"), ("<M8[ns]", "dates or times"),
      ("<V2", "records or bytes without a meaning"),
      ("<f16", "floats of a size that only some machines have"),
      ("<f3", "floats of a size that only some machines have"), ("", "elements of an unknown type"),
    ] {
      #expect(
        try npyComplaint(npy(npyHeader(type, "(1,)")))
          == "TypeError: a.npy holds \(words) (type \"\(type)\"); \(read) \(convert)")
    }
  }

  @Test func numbersBeyondInt64() throws {
    #expect(
      try npyComplaint(npy(npyHeader("<u8", "(2,)"), littleEndian(7, 8) + littleEndian(-1, 8)))
        == "ValueError: a.npy holds the number 18446744073709551615, which is more than an int64 tensor can "
        + "hold [save it as float64 or int64]")
  }

  @Test func whatIsNoArray() throws {
    #expect(try npyComplaint([]) == "FileError: a.npy is empty; a NumPy array was expected")
    #expect(
      try npyComplaint([0x80, 4, 0x95])
        == "FileError: a.npy is a Python pickle, which can only be read by running code; this is not done")
    #expect(
      fileComplaint { try NumPyFile.read("\(arrayFixtures)/stored.npz", named: "a.npy") }
        == "FileError: a.npy is an archive (.npz) of several arrays; one array (.npy) was expected")
    #expect(
      try npyComplaint(Array("1,2,3\n4,5,6\n".utf8))
        == "FileError: a.npy is not a NumPy array: it does not begin with the bytes that mark one")
    #expect(
      try npyComplaint(npy("{}", version: 4))
        == "FileError: a.npy is in version 4.0 of NumPy's format; 1.0, 2.0 and 3.0 are read")
  }

  @Test func everyCutIsNoticed() throws {
    let whole = try RegularFile.read("\(arrayFixtures)/float32.npy")
    for length in 0..<whole.count {
      #expect(try npyComplaint(Array(whole[..<length])).hasPrefix("FileError: a.npy "), "\(length)")
    }
    #expect(try npyComplaint(Array(whole[..<7])) == "FileError: a.npy is cut off within its header")
    #expect(
      try npyComplaint(Array(whole[..<100]))
        == "FileError: a.npy is cut off: its header should have 118 bytes, but 90 bytes came")
    #expect(
      try npyComplaint(Array(whole[..<140]))
        == "FileError: a.npy should hold 24 bytes of numbers, for shape (2, 3) and type \"<f4\", but 12 "
        + "bytes came: it is cut off or damaged")
    #expect(
      try npyComplaint(whole + whole)
        == "FileError: a.npy should hold 24 bytes of numbers, for shape (2, 3) and type \"<f4\", but 176 "
        + "bytes came: it is damaged [arrays that were saved one after another into one file are not read; "
        + "use np.savez in Python]")
  }

  @Test func damagedHeaders() throws {
    for (header, problem) in [
      ("", "(at byte 0): expected `{`, found its end"),
      ("{", "(at byte 1): expected a text in quotes, found its end"),
      ("{'descr': 3}", "(at byte 10): expected a text in quotes, found `3`"),
      ("{'descr': '<f4", "(at byte 10): a text is not closed"),
      ("{'descr': '<f4' 'x'", "(at byte 16): expected `}`, found `'`"),
      ("{'fortran_order': 1}", "(at byte 18): expected True or False, found `1`"),
      ("{'shape': (-1,)}", "(at byte 11): expected the size of an axis, found `-`"),
      ("{'shape': (1, 2}", "(at byte 15): expected `)`, found `}`"),
      (
        "{'shape': (99999999999999999999,)}",
        "(at byte 11): expected the size of an axis, found a number beyond 64 bits"
      ),
      ("{'shape': 3}", "(at byte 10): expected `(`, found `3`"),
      (
        "{'shape': (1,), 'shape': (2,)}",
        "(at byte 24): the key \"shape\" came, which is unknown or came before"
      ),
      ("{'a\u{1B}[2J': 1}", "(at byte 9): the key \"a\\u{1b}[2J\" came, which is unknown or came before"),
      ("{'shape': (1,)} + 1", "(at byte 16): expected nothing after the closing brace, found `+`"),
      (
        "{'shape': (1,)}",
        "(at byte 15): expected the keys \"descr\", \"fortran_order\" and \"shape\", but not all of them came"
      ),
      ("\u{7}", "(at byte 0): expected `{`, found the byte 7"),
    ] {
      #expect(try npyComplaint(npy(header)) == "FileError: a.npy has a damaged header \(problem)")
    }
    #expect(
      try npyComplaint(npy(String(repeating: " ", count: 2_000_000), version: 2))
        == "FileError: a.npy has a header of 2000000 bytes, which no array of numbers needs; the file is "
        + "damaged"
    )
  }

  @Test func shapesThatLie() throws {
    // Nothing is allocated for numbers that are not there.
    #expect(
      try npyComplaint(npy(npyHeader("<f4", "(1000000000000,)"), [0, 0, 0, 0]))
        == "FileError: a.npy should hold 4000000000000 bytes of numbers, for shape (1000000000000) and type "
        + "\"<f4\", but 4 bytes came: it is cut off or damaged")
    #expect(
      try npyComplaint(npy(npyHeader("<f8", "(\(Int.max),)")))
        == "FileError: a.npy should hold more bytes than any machine can hold of numbers, for shape "
        + "(9223372036854775807) and type \"<f8\", but 0 bytes came: it is cut off or damaged")
    #expect(
      try npyComplaint(npy(npyHeader("<f8", "(\(Int.max), 3)")))
        == "MemoryError: a.npy: A tensor of shape (9223372036854775807, 3) has more elements than any "
        + "machine can hold.")
    #expect(
      try npyComplaint(npy(npyHeader("|u1", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"), [1]))
        == "ShapeError: a.npy: A tensor has at most 8 axes, but 9 came.")
    let rows = npyHeader("|u1", "(0, \(Int.max), \(Int.max))", fortran: true)
    #expect(try npyComplaint(npy(rows)).hasPrefix("MemoryError: a.npy: A tensor of shape"))
  }

  @Test func anyByteMayBeWrong() throws {
    for name in ["float32.npy", "fortran.npy"] {
      let whole = try RegularFile.read("\(arrayFixtures)/\(name)")
      for index in 0..<min(whole.count, 90) {
        for value: UInt8 in [0, 0x27, 0x39, 0x7B, 0xFF] {
          var bytes = whole
          bytes[index] = value
          #expect(!(try npyComplaint(bytes)).hasPrefix("another error"), "\(index) \(value)")
        }
      }
    }
  }

  @Test func memoryIsCountedBeforeItIsTaken() throws {
    try withArrayFolder { folder in
      // Sparse: takes no room on the disk.
      let path = "\(folder)/a.npy"
      let size = 1 << 42
      let start = npy(npyHeader("|u1", "(\(size),)"))
      try RegularFile.replace(path, with: start)
      try #require(truncate(path, start.count + size) == 0)
      #expect(
        fileComplaint { try NumPyFile.read(path, named: "a.npy") }.hasPrefix(
          "MemoryError: a.npy: There is not enough memory for a uint8 tensor of shape (4398046511104)"))
    }
  }
}
