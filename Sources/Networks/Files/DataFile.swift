import Base
import Glibc
import Tensors

/// Reads HDF5 files (`.h5`, `.hdf5`, weights of Keras 2 and 3) and MATLAB files (`.mat`, versions 5 and 7.3).
///
/// The libraries for these formats run in a program of their own, `cnn-files`, because a damaged or hostile
/// file can crash them; here that is an error like any other.
public enum DataFile {
  /// The tensors of a file, with its texts and attributes as metadata.
  ///
  ///     let cats = try DataFile.read("train_catvnoncat.h5")
  ///     cats["train_set_x"]?.shape            // (209, 64, 64, 3), uint8
  ///     cats.texts("list_classes")            // ["non-cat", "cat"]
  ///
  /// Names are paths: "conv1/conv1/kernel:0" in a file of Keras 2, "layers/dense/vars/0" in one of Keras 3,
  /// "layers/0/weights/0" for members of MATLAB's structs and cells, counted from 0. Tensors are row-major
  /// with axes as h5py and scipy give them, in the order of the file; a file of Keras 2 states its own.
  /// Half precision becomes float32, every integer type but uint8 int64.
  ///
  /// Metadata holds texts by their paths and attributes by the path of their object and their own name; lists
  /// are written as JSON, which `texts(_:)` reads. What could not be read (compound types, links to other
  /// files, complex or sparse matrices) is there too, as "left out: " and the reason.
  ///
  /// - Parameters:
  ///   - path: A regular file.
  ///   - name: How messages call it; without one, by its path.
  ///   - timeLimit: Seconds after which reading is given up.
  /// - Throws: A file error for a file that is missing, damaged or of another kind, that holds nothing to be
  ///   read, or that takes too long; a memory error for one that needs more than may be used.
  public static func read(
    _ path: String, named name: String? = nil, timeLimit: Double = 60
  ) throws -> NamedTensors {
    try read(path, named: name, timeLimit: timeLimit, program: nil)
  }

  /// The same through another program than the one that is found, and with another way to be interrupted.
  package static func read(
    _ path: String, named name: String?, timeLimit: Double, program: String?,
    poll: @escaping () throws -> Void = Safepoint.poll
  ) throws -> NamedTensors {
    let name = "`\(name ?? path)`"
    guard timeLimit > 0, timeLimit <= 1e6 else {
      throw TensorError(
        .value, "The time limit is a number of seconds above 0 and up to a million, but \(timeLimit) came.")
    }
    try check(path, name)
    // The program holds one piece at a time beside what arrives here, and its libraries take some address
    // space.
    let free = max(0, MemoryBudget.limit - MemoryBudget.used)
    let (memory, overflow) = free.addingReportingOverflow(512 << 20)
    let running = try FilesProgram(
      program ?? FilesProgram.location(), reading: path, named: name, memory: overflow ? free : memory,
      deadline: Deadline(seconds: timeLimit), poll: poll)
    return try read(from: running, name)
  }

  private static func read(from program: FilesProgram, _ name: String) throws -> NamedTensors {
    let header = try header(from: program, name)
    try MemoryBudget.require(header.byteCount, of: 1, for: "the tensors in \(name)")
    var result = NamedTensors()
    for entry in header.entries { result[entry.name] = try tensor(entry, from: program) }
    result.metadata = header.metadata
    try program.finish()
    if header.entries.isEmpty, header.metadata.isEmpty || !header.omissions.isEmpty {
      let reasons = header.omissions.prefix(1).map {
        FilesProgram.plain(" (`\($0.name)` was left out: \($0.reason))")
      }
      throw TensorError(.file, "The file \(name) holds no tensors\(reasons.joined()).")
    }
    return result
  }

  private static func header(from program: FilesProgram, _ name: String) throws -> DataFileHeader {
    var length: UInt64 = 0
    try withUnsafeMutableBytes(of: &length) { try program.read(into: $0) }
    // What JSON takes in memory is a multiple of its text.
    guard let count = Int(exactly: UInt64(littleEndian: length)), count <= 1 << 30 else {
      throw program.damaged("its list of tensors has no possible length")
    }
    try MemoryBudget.require(count, of: 8, for: "the list of tensors in \(name)")
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try program.read(into: $0) }
    do { return try DataFileHeader(bytes) } catch let flaw as DataFileHeader.Flaw {
      throw program.damaged(flaw.text)
    }
  }

  private static func tensor(_ entry: DataFileHeader.Entry, from program: FilesProgram) throws -> Tensor {
    func filled<T: TensorElement>(_ type: T.Type) throws -> Tensor {
      try Tensor(shape: entry.shape) { (elements: UnsafeMutableBufferPointer<T>) in
        let bytes = UnsafeMutableRawBufferPointer(elements)
        try program.read(into: bytes)
        // Any other byte than 0 and 1 is no truth value in memory.
        if type == Bool.self { for index in bytes.indices where bytes[index] > 1 { bytes[index] = 1 } }
      }
    }
    return switch entry.dtype {
    case .float32: try filled(Float.self)
    case .float64: try filled(Double.self)
    case .int64: try filled(Int.self)
    case .uint8: try filled(UInt8.self)
    case .bool: try filled(Bool.self)
    }
  }

  /// Sees that there is a regular file, so that simple mistakes get simple messages.
  private static func check(_ path: String, _ name: String) throws {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw TensorError(
        .file, "The name of a file cannot be \(path.isEmpty ? "empty" : "written with a zero").")
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      let reason =
        errno == ENOENT || errno == ENOTDIR ? "there is no such file" : String(cString: strerror(errno))
      throw TensorError(.file, "The file \(name) cannot be read: \(reason).")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw TensorError(
        .file, "The file \(name) cannot be read: \(isFolder ? "it is a folder" : "it is not a regular file")."
      )
    }
  }
}
