import Base
import Networks
import Pictures
import Script
import Tensors

/// Built-ins that read and write files of tensors, weights and pictures.
enum FileBuiltins {
  private static let readable = [
    ".npy", ".npz", ".safetensors", ".h5", ".hdf5", ".mat", ".png", ".jpg", ".csv",
  ]

  static let functions: [Builtin] = [
    Builtin(
      "load",
      [.init("path", "a file, or a folder of .csv files; relative to the notebook; `~` is your home folder")],
      "Reads tensors or a picture from a file.",
      details: """
        A tensor from .npy (NumPy) and .csv; a dictionary from names to tensors from .npz (NumPy), \
        .safetensors, .h5 (HDF5, Keras), .mat (MATLAB) and folders of .csv files; a picture from .png and \
        .jpg. A network takes weights by `net.load(path)`.
        """,
      examples: [
        .init(
          "save(tensor([1, 2, 3]), \"/tmp/swift-cnn-load.npy\")\nload(\"/tmp/swift-cnn-load.npy\")", "[1 2 3]"
        ),
        .init(
          "save([\"a\": ones(2), \"b\": zeros(3)], \"/tmp/swift-cnn-load.npz\")\n"
            + "load(\"/tmp/swift-cnn-load.npz\").keys", "[\"a\", \"b\"]"),
      ]
    ) { call in
      let path = try call.string(0)
      return try Differentiation.interruptible(call.machine) {
        try load(call.context.resolve(path: path), named: path, call)
      }
    },
    Builtin(
      "save",
      [
        .init("value", "a picture, a tensor, a dictionary from names to tensors, or a network"),
        .init("path", "where to; its ending says how"),
      ],
      "Writes a value to a file.",
      details: """
        A picture as .png or .jpg, its numbers from 0 to 1 as 0 to 255; a tensor as .npy; a dictionary as \
        .npz or .safetensors; a network's parameters as .safetensors.
        """,
      examples: [
        .init(
          "save(drawings.chessboard(), \"/tmp/swift-cnn-board.png\")\nimage(\"/tmp/swift-cnn-board.png\").shape",
          "[64, 64]"),
        .init(
          "save([\"a\": ones(2)], \"/tmp/swift-cnn-save.safetensors\")\n"
            + "load(\"/tmp/swift-cnn-save.safetensors\")[\"a\"]", "[1. 1.]"),
      ]
    ) { call in
      let path = try call.string(1)
      try Differentiation.interruptible(call.machine) {
        try save(call, to: call.context.resolve(path: path), named: path)
      }
      return .none
    },
  ]

  /// The ending of a path in small letters, without the dot.
  private static func ending(_ path: String) -> String {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return "" }
    return path[path.index(after: dot)...].lowercased()
  }

  // MARK: Reading

  private static func load(_ path: String, named name: String, _ call: Call) throws -> Value {
    switch ending(path) {
    case "npy": return .host(TensorValue(try NumPyFile.read(path, named: name, poll: Safepoint.poll)))
    case "npz": return try dictionary(NumPyFile.read(archive: path, named: name, poll: Safepoint.poll))
    case "safetensors": return try dictionary(SafeTensorsFile.read(path, named: name, poll: Safepoint.poll))
    case "h5", "hdf5", "keras", "mat":
      guard ending(path) != "keras" else {
        throw call.failure(
          "a .keras file is an archive that is not read", argument: 0,
          suggestion: "write the weights alone in Keras: model.save_weights(\"x.weights.h5\")")
      }
      return try dictionary(DataFile.read(path, named: name))
    case "png", "jpg", "jpeg":
      let picture = try Picture.read(path, named: name, safepoint: call.machine.safepoint)
      return .host(TensorValue(try PictureDisplay.tensor(picture), isPicture: true))
    case "": return try dictionary(CSVFolder.read(folder: path))
    case let other:
      throw call.failure(
        "files of the kind .\(other) are not read", argument: 0,
        suggestion: "files that are read end in \(readable.joined(separator: ", "))")
    }
  }

  private static func dictionary(_ tensors: NamedTensors) throws -> Value {
    let result = Value.emptyDictionary(capacity: tensors.count)
    for (name, tensor) in tensors {
      let key = Value.string(name)
      defer { key.release() }
      try result.setDictionaryValue(.host(TensorValue(tensor)), for: key)
    }
    return result
  }

  // MARK: Writing

  private static func save(_ call: Call, to path: String, named name: String) throws {
    let ending = ending(path)
    switch ending {
    case "npy":
      try NumPyFile.write(call.tensor(0), to: path, named: name, poll: Safepoint.poll)
    case "npz":
      try NumPyFile.write(tensors(call), toArchive: path, named: name, poll: Safepoint.poll)
    case "safetensors":
      try SafeTensorsFile.write(tensors(call), to: path, named: name, poll: Safepoint.poll)
    case "png", "jpg", "jpeg":
      guard call[0].hostValue is TensorValue || call[0].isArray else { throw call.mismatch(0, "a picture") }
      try Picture.write(
        PictureDisplay.pixels(call.tensor(0)), to: path, named: name, safepoint: call.machine.safepoint)
    default:
      throw call.failure(
        ending.isEmpty
          ? "the name has no ending that says how" : "files of the kind .\(ending) are not written",
        argument: 1, suggestion: "files are written as .png, .jpg, .npy, .npz and .safetensors")
    }
  }

  private static func tensors(_ call: Call) throws -> NamedTensors {
    if let tensors = try call.namedTensors(0) { return tensors }
    guard let layer = try call.layer(call[0])?.layer else {
      throw call.mismatch(0, "a dictionary from names to tensors, or a network")
    }
    return NamedTensors(layer.namedParameters.map { (name: $0.name, tensor: $0.parameter.value) })
  }
}
