import Tensors

/// Tensors with names, in an order: what a file of weights holds.
///
///     var weights = NamedTensors()
///     weights["conv1.weight"] = try Tensor.zeros([3, 3, 3, 16])
///     weights["conv1.bias"] = try Tensor.zeros([16])
///     weights.names                        // ["conv1.weight", "conv1.bias"]
///     weights["conv1.bias"]?.shape         // (16)
///
/// It is a collection of (name, tensor) pairs. Finding a tensor by its name takes constant time.
public struct NamedTensors: Sendable {
  /// The names, in order; each is there once.
  public private(set) var names: [String] = []
  private var tensors: [Tensor] = []
  private var places: [String: Int] = [:]
  /// Notes that a file carries beside its tensors; only `.safetensors` files do.
  public var metadata: [String: String]

  public init(metadata: [String: String] = [:]) {
    self.metadata = metadata
  }

  /// From pairs. A name that comes twice keeps its first place and its last tensor.
  public init(_ pairs: some Sequence<(String, Tensor)>, metadata: [String: String] = [:]) {
    self.init(metadata: metadata)
    for (name, tensor) in pairs { self[name] = tensor }
  }

  /// The tensor of a name. Assigning to a new name appends it; assigning nil takes the name away.
  public subscript(name: String) -> Tensor? {
    get { places[name].map { tensors[$0] } }
    set {
      switch (places[name], newValue) {
      case (let place?, let tensor?): tensors[place] = tensor
      case (let place?, nil):
        names.remove(at: place)
        tensors.remove(at: place)
        places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
      case (nil, let tensor?):
        places[name] = names.count
        names.append(name)
        tensors.append(tensor)
      case (nil, nil): break
      }
    }
  }
}

extension NamedTensors: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { names.count }
  public subscript(position: Int) -> (name: String, tensor: Tensor) { (names[position], tensors[position]) }
}

extension NamedTensors: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, Tensor)...) { self.init(elements) }
}
