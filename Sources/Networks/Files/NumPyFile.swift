import Base
import Tensors

/// NumPy's files: `.npy` with one array, `.npz` with several that have names.
///
/// Read are float16 to float64, int8 to int64, uint8 to uint64 and bool, in either order of bytes, by rows or
/// by columns; each becomes the nearest type that tensors have: float16 becomes float32, int8 and uint32
/// int64. Arrays of Python objects are refused, because reading them runs code. Written are a tensor's own
/// types.
///
///     try NumPyFile.write(Tensor([1, 2, 3, 4], shape: [2, 2]), to: "a.npy")
///     try NumPyFile.read("a.npy")                      // [[1 2] [3 4]], int64
///
/// In every function, `path` is the file as the system knows it, `name` what messages call it, and `poll` is
/// called between pieces of work: what it throws ends the work. Only regular files are opened. A file is
/// written beside its target and takes its name when it is whole.
///
/// Errors are a `FileError` where the system refuses a file, otherwise a `TensorError` that names file and
/// entry and says what was expected and what was found.
public enum NumPyFile {
  /// The array of a `.npy` file.
  ///
  /// - Throws: When the file is cut off, damaged or holds what is no number, or when memory does not suffice.
  public static func read(
    _ path: String, named name: String? = nil, poll: @escaping () throws -> Void = {}
  ) throws -> Tensor {
    let input = try ArrayInput(path, named: name ?? path, poll: poll)
    return try tensor(from: FileRange(input, offset: 0, count: input.size))
  }

  /// All arrays of a `.npz` archive, in the order in which they were written.
  ///
  ///     try NumPyFile.read(archive: "weights.npz").names     // ["conv1/W", "conv1/b"]
  ///
  /// The archive's entries are only names here: nothing is written to the disk.
  ///
  /// - Throws: As `read`, and when a checksum does not agree or an entry is no array.
  public static func read(
    archive path: String, named name: String? = nil, poll: @escaping () throws -> Void = {}
  ) throws -> NamedTensors {
    let archive = try ZipArchive(ArrayInput(path, named: name ?? path, poll: poll))
    let entries = try arrays(of: archive)
    var tensors = NamedTensors()
    for (name, entry) in entries { tensors[name] = try tensor(from: archive.stream(of: entry)) }
    return tensors
  }

  /// One array of a `.npz` archive; the others are not unpacked.
  ///
  /// `entry` is the array's name, without `.npy`.
  ///
  /// - Throws: As `read`; a key error when there is no such array.
  public static func read(
    _ entry: String, fromArchive path: String, named name: String? = nil,
    poll: @escaping () throws -> Void = {}
  ) throws -> Tensor {
    let archive = try ZipArchive(ArrayInput(path, named: name ?? path, poll: poll))
    let entries = try arrays(of: archive)
    guard let found = entries.first(where: { $0.name == entry }) else {
      let names = entries.map(\.name)
      let close = EditDistance.best(for: entry, among: names)
      throw archive.input.place.error(
        .key, "has no array \(shownName(entry))",
        suggestion: close.map { "did you mean \(shownName($0))?" }
          ?? (names.isEmpty ? nil : shownNames(names)))
    }
    return try tensor(from: archive.stream(of: found.entry))
  }

  /// The names of the arrays in a `.npz` archive, in the order in which they were written.
  public static func names(inArchive path: String, named name: String? = nil) throws -> [String] {
    try arrays(of: ZipArchive(ArrayInput(path, named: name ?? path, poll: {}))).map(\.name)
  }

  /// Writes a tensor as a `.npy` file, byte for byte as NumPy does.
  public static func write(
    _ tensor: Tensor, to path: String, named name: String? = nil, poll: @escaping () throws -> Void = {}
  ) throws {
    let output = try ArrayOutput(replacing: path, named: name ?? path, poll: poll)
    try output.write(NumPyHeader.bytes(for: tensor))
    try tensor.withUnsafeBytes { try output.write($0) }
    try output.commit()
  }

  /// Writes tensors as a `.npz` archive; its metadata has no place there.
  ///
  ///     try NumPyFile.write(weights, toArchive: "weights.npz", compressed: true)
  ///
  /// With `compressed`, entries are deflated, which is slow and gains little for trained weights.
  public static func write(
    _ tensors: NamedTensors, toArchive path: String, compressed: Bool = false, named name: String? = nil,
    poll: @escaping () throws -> Void = {}
  ) throws {
    let output = try ArrayOutput(replacing: path, named: name ?? path, poll: poll)
    try write(tensors, to: ZipWriter(output), output.place, compressed: compressed)
    try output.commit()
  }

  /// Writes an archive whose 32-bit fields hold at most `fieldLimit`: a way to write those of 64 bits without
  /// 4 GB.
  package static func write(
    _ tensors: NamedTensors, toArchive path: String, compressed: Bool, fieldLimit: Int
  ) throws {
    let output = try ArrayOutput(replacing: path, named: path, poll: {})
    try write(tensors, to: ZipWriter(output, fieldLimit: fieldLimit), output.place, compressed: compressed)
    try output.commit()
  }

  // MARK: Parts

  private static func tensor(from stream: some ByteStream) throws -> Tensor {
    let header = try NumPyHeader(reading: stream)
    let tensor = try header.tensor(from: stream)
    try stream.finish()
    return tensor
  }

  /// The entries that are not folders, by the names that NumPy gives them: without `.npy`.
  private static func arrays(of archive: ZipArchive) throws -> [(name: String, entry: ZipEntry)] {
    var seen: Set<String> = []
    return try archive.entries.filter { !($0.size == 0 && $0.name.hasSuffix("/")) }.map { entry in
      let name = entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name
      guard seen.insert(name).inserted else {
        throw archive.input.place.entry(name).error(
          "comes twice, and it is not clear which of the two counts")
      }
      return (name, entry)
    }
  }

  private static func write(
    _ tensors: NamedTensors, to zip: ZipWriter, _ place: FilePlace, compressed: Bool
  ) throws {
    for (name, tensor) in tensors {
      guard !name.utf8.contains(0) else {
        throw place.entry(name).error(.value, "has a zero byte in its name, which zip archives cannot hold")
      }
      let header = NumPyHeader.bytes(for: tensor)
      try tensor.withUnsafeBytes { try zip.add(name + ".npy", header, $0, deflated: compressed) }
    }
    try zip.finish()
  }
}
