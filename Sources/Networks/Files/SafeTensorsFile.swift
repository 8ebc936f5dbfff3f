import Base
import Tensors

/// Files of named tensors in the safetensors format, in which most trained networks are published today.
///
/// Read are F16, BF16, F32, F64, I8 to I64, U8 to U64 and BOOL; each becomes the nearest type that tensors
/// have: F16 and BF16 become float32, I8 and U32 int64. Written are a tensor's own types.
///
///     var weights: NamedTensors = ["w": try Tensor([1, 2, 3], dtype: .float32)]
///     weights.metadata["format"] = "pt"
///     try SafeTensorsFile.write(weights, to: "net.safetensors")
///     try SafeTensorsFile.read("net.safetensors")["w"]      // [1 2 3], float32
///
/// In every function, `path` is the file as the system knows it, `name` what messages call it, and `poll` is
/// called between pieces of work: what it throws ends the work. Only regular files are opened. A file is
/// written beside its target and takes its name when it is whole.
///
/// Errors are a `FileError` where the system refuses a file, otherwise a `TensorError` that names file and
/// tensor and says what was expected and what was found.
public enum SafeTensorsFile {
  /// All tensors of a file in the order of its header, with its metadata.
  ///
  /// - Throws: When the file is cut off or damaged, when its tensors do not fill it exactly and without lying
  ///   over each other, as the format demands, when it holds a type that is not read, or when memory does not
  ///   suffice.
  public static func read(
    _ path: String, named name: String? = nil, poll: @escaping () throws -> Void = {}
  ) throws -> NamedTensors {
    let input = try ArrayInput(path, named: name ?? path, poll: poll)
    let header = try SafeTensorsHeader(reading: input)
    var tensors = NamedTensors(metadata: header.metadata)
    for entry in header.entries {
      guard tensors[entry.name] == nil else {
        throw header.place(entry).error("comes twice, and it is not clear which of the two counts")
      }
      let count = entry.end - entry.start
      let range = FileRange(
        input, offset: header.dataStart + entry.start, count: count, place: header.place(entry))
      let reader = ElementReader(stream: range, type: entry.type, isBigEndian: false)
      tensors[entry.name] = try reader.tensor(entry.shape, declaredAs: entry.typeName)
    }
    return tensors
  }

  /// Writes tensors and their metadata.
  ///
  /// Where `metadata` is given, it is put into the file instead of `tensors.metadata`.
  ///
  /// - Throws: When the file cannot be written, or a tensor is called `__metadata__`, which the format keeps
  ///   for itself.
  public static func write(
    _ tensors: NamedTensors, metadata: [String: String]? = nil, to path: String, named name: String? = nil,
    poll: @escaping () throws -> Void = {}
  ) throws {
    let output = try ArrayOutput(replacing: path, named: name ?? path, poll: poll)
    // Wide elements first, so that every tensor lies at a multiple of its element's size.
    let order = tensors.indices.sorted { a, b in
      let (first, second) = (tensors[a].tensor.dtype.size, tensors[b].tensor.dtype.size)
      return first == second ? a < b : first > second
    }
    try output.write(
      SafeTensorsHeader.bytes(
        for: tensors, metadata: metadata ?? tensors.metadata, dataOrder: order, output.place))
    for index in order { try tensors[index].tensor.withUnsafeBytes { try output.write($0) } }
    try output.commit()
  }
}
