import Synchronization
import Tensors

/// Numbers that a network learns.
///
/// A parameter is an object: layers that share it learn together, and a copy of a layer refers to the same
/// one. Its tensor is replaced as a whole, by an optimizer or by whoever loads weights.
public final class Parameter: @unchecked Sendable {
  /// What it is in its layer: "weights", "bias", "scale".
  public let name: String
  /// Whether training changes it.
  public var isTrainable: Bool
  /// Whether it is a statistic that a layer keeps by itself, and no gradient reaches.
  public let isStatistic: Bool

  private var plain: Tensor
  /// Where the numbers are while a plan holds them in a layout of its own; asked once, when somebody looks.
  private var unpack: (() throws -> Tensor)?
  /// Counts the changes, so that packed copies know when they are old.
  private(set) var version = 0

  public init(_ name: String, _ value: Tensor, isTrainable: Bool = true, isStatistic: Bool = false) {
    self.name = name
    self.isTrainable = isTrainable && !isStatistic
    self.isStatistic = isStatistic
    plain = value
  }

  public let identity = Parameter.counter.wrappingAdd(1, ordering: .relaxed).newValue
  private static let counter = Atomic<Int>(0)

  public var shape: Shape { plain.shape }
  public var dtype: DType { plain.dtype }
  public var count: Int { plain.elementCount }

  /// The numbers as they are now.
  public var value: Tensor {
    get {
      if let unpack {
        self.unpack = nil
        if let fresh = try? unpack() { plain = fresh }
      }
      return plain
    }
    set {
      unpack = nil
      plain = newValue
      version += 1
    }
  }

  /// Says that a plan has changed the numbers and holds them; returns the new version.
  func moved(_ unpack: @escaping () throws -> Tensor) -> Int {
    self.unpack = unpack
    version += 1
    return version
  }

  /// The parameter as an operand: tracked where the running scope differentiates with respect to it.
  public func callAsFunction() -> Variable {
    if let scope = GradientScope.current { return scope.variable(for: self) }
    if Deferral.isActive { return Variable(deferred: Deferral.leaf(for: self)) }
    return Variable(value)
  }
}

extension Parameter: Hashable {
  public static func == (a: Parameter, b: Parameter) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(identity) }
}
