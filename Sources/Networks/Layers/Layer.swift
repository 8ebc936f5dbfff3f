import Base
import Tensors

/// Part of a network: a function with parameters.
///
/// Any struct with such a function is a layer; its parameters are found among its members.
///
/// ```swift
/// struct Block: Layer {
///   let body = Sequential(Conv2D(16, 3, padding: .same), BatchNorm())
///   func callAsFunction(_ x: Variable) throws -> Variable { try (body(x) + x).relu() }
/// }
/// ```
public protocol Layer {
  func callAsFunction(_ x: Variable) throws -> Variable
}

extension Layer {
  /// Every parameter with the path that leads to it, each once, in the order of the members.
  public var namedParameters: [(name: String, parameter: Parameter)] { ParameterSearch.found(in: self) }

  /// Every parameter, each once. A layer has some only after it has seen its first input.
  public var parameters: [Parameter] { namedParameters.map(\.parameter) }

  /// How many numbers the parameters are.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Keeps training from changing it, or lets it change again, parameters that are yet to be made included;
  /// statistics never train.
  public func setTrainable(_ isTrainable: Bool) {
    for layer in ParameterSearch.layers(in: self) { layer.isTrainable = isTrainable }
    for parameter in parameters where !parameter.isStatistic { parameter.isTrainable = isTrainable }
  }

  /// Makes the parameters for inputs of this shape. Nothing is computed unless a layer looks at numbers; they are
  /// zeros then.
  public func build(input: Shape) throws {
    let scope = GradientScope([], isDeferred: true)
    let zeros = try Tensor.zeros(input)
    _ = try GradientScope.$current.withValue(scope) { try self(Deferral.input(zeros)) }
  }

  /// The output for an input, as a trained network gives it: planned, and nothing remembered for gradients.
  ///
  ///     let scores = try network.predict(pictures)     // (8, 32, 32, 3) -> (8, 10)
  public func predict(_ x: Tensor) throws -> Tensor {
    let x = try x.asType(x.dtype.floatingForm)
    func record(_ x: Variable) throws -> Variable {
      try TrainingMode.$isOn.withValue(false) {
        try GradientScope.$current.withValue(GradientScope([], isDeferred: true)) { try self(x) }
      }
    }
    if let network = self as? BasicLayer { return try Planner.predict(network, x, record: record) }
    return try record(Deferral.input(x)).tensor()
  }
}

/// Whether layers behave as in training: BatchNorm takes its batch's statistics, Dropout drops.
public enum TrainingMode {
  @TaskLocal public static var isOn = false
}

/// A layer that the library brings.
public class BasicLayer: Layer, @unchecked Sendable {
  /// As it is called in tables and messages: "Conv2D".
  public var label: String { "\(type(of: self))" }
  /// What it was made with, for tables: "8 5x5, relu".
  public var settings: String { "" }

  init() {}

  /// Whether training changes the parameters that it is yet to make.
  final var isTrainable = true

  /// A parameter of this layer, made at its first input.
  final func parameter(
    _ name: String, _ shape: Shape, _ initializer: Initializer, inputs: Int = 1, outputs: Int = 1
  ) throws -> Parameter {
    let made = try Parameter(name, shape, initializer, inputs: inputs, outputs: outputs)
    made.isTrainable = isTrainable
    return made
  }

  /// Whether each call computes the same; a layer that runs a user's code may not.
  var isStatic: Bool { true }

  /// What the layer does; `callAsFunction` adds what all layers do.
  func forward(_ x: Variable) throws -> Variable { preconditionFailure("each layer has a function") }

  public final func callAsFunction(_ x: Variable) throws -> Variable {
    do {
      try Safepoint.poll()
      let result = try forward(x)
      LayerTrace.current?.add(self, x.spec, result.spec)
      return result
    } catch let error as TensorError where !(self is LayerContainer) {
      throw TensorError(error.kind, "\(label): \(error.message)", suggestion: error.suggestion)
    }
  }

  /// The multiplications that lead from one shape to another; 0 where there are hardly any.
  func multiplications(_ input: Shape, _ output: Shape) -> Double { 0 }
}

/// A layer made of layers.
protocol LayerContainer {}

extension Layer {
  /// Whether each call computes the same, as far as the library can tell.
  var computesAlways: Bool { (self as? BasicLayer)?.isStatic ?? false }
}

/// Notes what each layer was given and what it gave.
final class LayerTrace: @unchecked Sendable {
  @TaskLocal static var current: LayerTrace?

  private(set) var entries: [(layer: BasicLayer, input: TensorSpec, output: TensorSpec)] = []

  func add(_ layer: BasicLayer, _ input: TensorSpec, _ output: TensorSpec) {
    if !(layer is LayerContainer) { entries.append((layer, input, output)) }
  }
}

/// Finds parameters among the members of anything.
enum ParameterSearch {
  private struct Finds {
    var parameters: [(name: String, parameter: Parameter)] = []
    var layers: [BasicLayer] = []
  }

  static func found(in root: Any) -> [(name: String, parameter: Parameter)] { finds(in: root).parameters }

  /// The library's own layers, each once.
  static func layers(in root: Any) -> [BasicLayer] { finds(in: root).layers }

  private static func finds(in root: Any) -> Finds {
    var seen: Set<ObjectIdentifier> = []
    var finds = Finds()
    visit(root, "", &seen, &finds)
    return finds
  }

  private static func visit(
    _ value: Any, _ path: String, _ seen: inout Set<ObjectIdentifier>, _ found: inout Finds
  ) {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .class, let object = value as AnyObject? {
      guard seen.insert(ObjectIdentifier(object)).inserted else { return }
      if let parameter = value as? Parameter {
        found.parameters.append((path, parameter))
        return
      }
      if let layer = value as? BasicLayer { found.layers.append(layer) }
    }
    if let holder = value as? any ParameterHolder {
      for (name, member) in holder.members { visit(member, join(path, name), &seen, &found) }
      return
    }
    if value is Tensor || value is Variable { return }
    var current: Mirror? = mirror
    while let part = current {
      for (index, child) in part.children.enumerated() {
        // An optional's only child adds nothing to the path.
        let name = part.displayStyle == .optional ? "" : child.label ?? "\(index)"
        visit(child.value, join(path, name), &seen, &found)
      }
      current = part.superclassMirror
    }
  }

  private static func join(_ path: String, _ name: String) -> String {
    // Collections label their elements "[0]".
    let name = name.filter { $0 != "[" && $0 != "]" }
    return path.isEmpty ? name : name.isEmpty ? path : "\(path).\(name)"
  }
}

/// Something that names its members itself, such as a struct of the scripting language.
public protocol ParameterHolder {
  var members: [(name: String, value: Any)] { get }
}
