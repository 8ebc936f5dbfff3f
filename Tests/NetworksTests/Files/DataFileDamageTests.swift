import Base
import Foundation
import Networks
import Tensors
import Testing

/// Whatever a file does to its reader, it ends in an error that names the file.
@Suite struct DataFileDamageTests {
  private func complaint(_ work: () throws -> some Any) -> (any PlainError)? {
    do {
      _ = try work()
      Issue.record("no error was thrown")
    } catch let error as any PlainError { return error } catch { Issue.record("not a plain error: \(error)") }
    return nil
  }

  @Test func simpleMistakes() throws {
    func message(_ path: String) -> String? { complaint { try DataFile.read(path, named: "x.h5") }?.message }
    #expect(message("/nowhere/x.h5") == "The file `x.h5` cannot be read: there is no such file.")
    #expect(message("/dev/zero") == "The file `x.h5` cannot be read: it is not a regular file.")
    #expect(message("/tmp") == "The file `x.h5` cannot be read: it is a folder.")
    #expect(message("a\0b") == "The name of a file cannot be written with a zero.")
    #expect(
      message(fixture("make_data.py"))
        == "The file `x.h5` cannot be read: it is neither an HDF5 file nor a MATLAB file of version 5 or 7.3."
    )
    #expect(
      complaint { try DataFile.read(fixture("course.h5"), timeLimit: .nan) }?.message
        == "The time limit is a number of seconds above 0 and up to a million, but nan came.")
  }

  @Test func moreThanMemoryOrTypesHold() throws {
    let bomb = complaint { try DataFile.read(fixture("bomb.h5"), named: "bomb.h5") }
    #expect(bomb?.kind == .memory)
    #expect(bomb?.message.contains("the tensors in `bomb.h5`: it needs 4.4 TB") == true)
    #expect(
      complaint { try DataFile.read(fixture("too-large.h5"), named: "a.h5") }?.message
        == "The file `a.h5` cannot be read: `u64` cannot be read: the file is damaged, or it holds numbers "
        + "beyond int64.")
  }

  @Test func timeRunsOut() throws {
    let error = complaint { try DataFile.read(fixture("course.h5"), named: "a.h5", timeLimit: 1e-6) }
    #expect(
      error?.message == "Reading `a.h5` took longer than the 1e-06 seconds that it was given, and was ended.")
  }

  @Test func interruptionEndsTheProgram() throws {
    let error = complaint {
      try DataFile.read(fixture("course.h5"), named: nil, timeLimit: 60, program: nil) {
        throw TensorError(.interrupted, "Stopped.")
      }
    }
    #expect(error?.kind == .interrupted)
  }

  /// Cut off anywhere: an error or, where only slack is gone, the tensors.
  @Test(arguments: ["keras2-bytes.h5", "kinds.h5", "matconvnet.mat", "matconvnet-plain.mat", "version73.mat"])
  func truncated(_ file: String) throws {
    let whole = try Data(contentsOf: URL(filePath: fixture(file)))
    try withTemporaryFile { path in
      for part in [0, 1, 100, 128, 600, whole.count / 3, whole.count / 2, whole.count - 9] {
        try whole.prefix(part).write(to: URL(filePath: path))
        do { _ = try DataFile.read(path, named: "cut", timeLimit: 20) } catch let error as any PlainError {
          #expect(error.kind == .file || error.kind == .memory)
          #expect(error.message.contains("`cut`"))
        }
      }
    }
  }

  /// Bytes changed anywhere: never more than an error.
  @Test(arguments: [
    "keras2-bytes.h5", "kinds.h5", "links.h5", "matconvnet.mat", "matconvnet-plain.mat", "version73.mat",
  ])
  func scrambled(_ file: String) throws {
    let whole = try [UInt8](Data(contentsOf: URL(filePath: fixture(file))))
    var random = try RandomState(seed: 7)
    try withTemporaryFile { path in
      for _ in 0..<25 {
        var bytes = whole
        let places = try random.randint(0, whole.count, [6]).integers()
        let values = try random.randint(0, 256, [6]).bytes()
        for (place, value) in zip(places, values) { bytes[place] = value }
        try Data(bytes).write(to: URL(filePath: path))
        do { _ = try DataFile.read(path, named: "changed", timeLimit: 20) } catch let error as any PlainError
        {
          #expect([.file, .memory, .shape].contains(error.kind), "\(error)")
        }
      }
    }
  }

  // MARK: A program that has been led astray

  @Test func headersAreNotBelieved() throws {
    let good = #"{"name":"x","dtype":"U8","shape":[3],"offset":0,"length":3}"#
    #expect(try played(#"{"tensors":[\#(good)]}"#, data: "abc").names == ["x"])
    func flaw(_ header: String, data: String = "abc") -> String? {
      complaint { try played(header, data: data) }?.message
    }
    #expect(flaw("nonsense") == "The file `x` is damaged: its list of tensors cannot be understood.")
    #expect(
      flaw(#"{"tensors":[\#(good)]}"#, data: "ab") == "The file `x` is damaged: its reader stopped too early."
    )
    #expect(
      flaw(#"{"tensors":[\#(good)]}"#, data: "abcd")
        == "The file `x` is damaged: its reader wrote more than it announced.")
    for (wrong, right) in [("length\":3", "length\":4"), ("offset\":0", "offset\":1"), ("[3]", "[2]")] {
      #expect(
        flaw(#"{"tensors":[\#(good.replacingOccurrences(of: wrong, with: right))]}"#)
          == "The file `x` is damaged: the size of `x` does not agree with its shape.")
    }
    #expect(
      flaw(#"{"tensors":[\#(good.replacingOccurrences(of: "U8", with: "F8"))]}"#)
        == "The file `x` is damaged: one of its tensors is not described in full.")
    #expect(flaw(#"{"tensors":[\#(good.replacingOccurrences(of: "[3]", with: "[-3]"))]}"#) != nil)
    #expect(
      flaw(#"{"tensors":[\#(good.replacingOccurrences(of: "[3]", with: "[4611686018427387904,4]"))]}"#) != nil
    )
    #expect(flaw(#"{"tensors":[]}"#, data: "") == "The file `x` holds no tensors.")
    let second = good.replacingOccurrences(of: "offset\":0", with: "offset\":3")
    #expect(
      flaw(#"{"tensors":[\#(good),\#(second)]}"#, data: "abcdef")
        == "The file `x` is damaged: two of its tensors have the name `x`.")
  }

  @Test func crashesAndStatuses() throws {
    #expect(
      complaint { try played(script: "kill -SEGV $$") }?.message
        == "The file `x` is damaged: the program that reads it crashed over it (signal 11); "
        + "nothing else is affected."
    )
    #expect(
      complaint { try played(script: #"printf 'it is a \033[2Jproblem\n' >&2; exit 1"#) }?.message
        == "The file `x` cannot be read: it is a ?[2Jproblem.")
    #expect(
      complaint { try played(script: "exit 3") }?.message
        == "The file `x` cannot be read: cnn-files ended with status 3.")
    let start = Date.now
    #expect(
      complaint { try played(script: "exec sleep 30", timeLimit: 0.3) }?.message
        == "Reading `x` took longer than the 0.3 seconds that it was given, and was ended.")
    #expect(Date.now.timeIntervalSince(start) < 5)
  }

  /// What comes of a program that writes this stream.
  private func played(_ header: String, data: String) throws -> NamedTensors {
    let length = (0..<8).map { String(format: "\\%03o", header.utf8.count >> ($0 * 8) & 255) }.joined()
    return try played(script: "printf '\(length)'; cat <<'END' | head -c -1\n\(header)\(data)\nEND")
  }

  private func played(script: String, timeLimit: Double = 20) throws -> NamedTensors {
    try withTemporaryFile { path in
      try Data("\(script)\n".utf8).write(to: URL(filePath: path))
      return try DataFile.read(path, named: "x", timeLimit: timeLimit, program: fixture("play"))
    }
  }
}
