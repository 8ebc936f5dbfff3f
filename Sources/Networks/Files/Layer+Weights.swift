import Tensors

extension Layer {
  /// Writes every parameter, statistics included, as a safetensors file.
  public func saveWeights(to path: String) throws {
    let tensors = NamedTensors(namedParameters.map { (name: $0.name, tensor: $0.parameter.value) })
    try SafeTensorsFile.write(tensors, to: path)
  }

  /// Takes every parameter from a file that `saveWeights` wrote; nothing changes when one does not fit.
  ///
  /// - Throws: An error that names the entry, the shape expected and the shape found.
  public func loadWeights(from path: String) throws {
    try loadWeights(SafeTensorsFile.read(path), from: path)
  }

  /// Takes every parameter from named tensors; nothing changes when one does not fit.
  ///
  /// - Parameters:
  ///   - tensors: One for each of `namedParameters`, under its name and with its shape, and no others.
  ///   - source: As errors call where they came from.
  public func loadWeights(_ tensors: NamedTensors, from source: String) throws {
    let wanted = namedParameters
    guard !wanted.isEmpty else {
      throw TensorError.value(
        "The network has no parameters yet, so \(source) cannot be loaded into it.",
        suggestion: "show it an input first: network.build(input: ...)")
    }
    var loaded: [(Parameter, Tensor)] = []
    for (name, parameter) in wanted {
      guard let tensor = tensors[name] else {
        throw TensorError(
          .key,
          "\(source) has no entry \"\(name)\", which the network needs with shape \(parameter.shape).")
      }
      guard tensor.shape == parameter.shape else {
        throw TensorError.shape(
          "\(source): the entry \"\(name)\" has shape \(tensor.shape), but the network expects "
            + "\(parameter.shape).")
      }
      loaded.append((parameter, try tensor.asType(parameter.dtype)))
    }
    let names = Set(wanted.map(\.name))
    if let extra = tensors.names.first(where: { !names.contains($0) }) {
      throw TensorError(.key, "\(source) has an entry \"\(extra)\" that the network does not know.")
    }
    for (parameter, tensor) in loaded { parameter.value = tensor }
  }
}
