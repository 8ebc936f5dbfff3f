import Base
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

  private var plain: Tensor?
  /// Gives the first numbers, when somebody looks: a summary of a large network needs none of them.
  private var initial: (() throws -> Tensor)?
  private var spec: TensorSpec
  /// Where a plan keeps the numbers in a layout of its own, and whether they are newer there.
  private var holder: PackedWeights?
  private var isStale = false
  /// Counts the changes, so that packed copies know when they are old.
  private(set) var version = 0

  public init(_ name: String, _ value: Tensor, isTrainable: Bool = true, isStatistic: Bool = false) {
    self.name = name
    self.isTrainable = isTrainable && !isStatistic
    self.isStatistic = isStatistic
    plain = value
    spec = TensorSpec(value)
  }

  /// A parameter whose first numbers are made when they are needed.
  init(_ name: String, _ shape: Shape, _ initial: @escaping () throws -> Tensor) throws {
    try MemoryBudget.require(shape.elementCount, of: 4, for: "\(name) of shape \(shape)")
    self.name = name
    isTrainable = true
    isStatistic = false
    self.initial = initial
    spec = TensorSpec(shape, .float32)
  }

  public let identity = Parameter.counter.wrappingAdd(1, ordering: .relaxed).newValue
  private static let counter = Atomic<Int>(0)

  public var shape: Shape { spec.shape }
  public var dtype: DType { spec.dtype }
  public var count: Int { spec.shape.elementCount }

  /// The numbers as they are now.
  public var value: Tensor {
    get {
      if isStale, let holder {
        plain = Parameter.promised { try holder.unpack() }
        isStale = false
      }
      if let plain { return plain }
      let made = Parameter.promised { [initial, shape, dtype] in try initial?() ?? .zeros(shape, dtype) }
      plain = made
      initial = nil
      return made
    }
    set {
      holder = nil
      isStale = false
      initial = nil
      plain = newValue
      if spec != TensorSpec(newValue) {
        spec = TensorSpec(newValue)
        Parameter.respecified.add(1, ordering: .relaxed)
      }
      version += 1
    }
  }

  /// The numbers, held by nobody but the caller, who puts them back.
  func take() -> Tensor {
    let numbers = value
    plain = nil
    initial = nil
    return numbers
  }

  /// Numbers whose memory was required when the parameter was made: they are had even when it is short now.
  private static func promised(_ make: () throws -> Tensor) -> Tensor {
    // An interrupt waits for the next safepoint.
    let made = Safepoint.$check.withValue(nil) {
      (try? make()) ?? (try? MemoryBudget.exempting(make))
    }
    guard let made else { preconditionFailure("a parameter's numbers fit the memory of the machine") }
    return made
  }

  /// Says that a plan has changed the numbers and holds them; returns the new version.
  func moved(to holder: PackedWeights) -> Int {
    self.holder = holder
    isStale = true
    version += 1
    return version
  }

  /// Says that a plan holds the same numbers, so that they need not be held twice.
  func park(in holder: PackedWeights) {
    guard !isStale, count >= Parameter.smallestParked else { return }
    self.holder = holder
    isStale = true
    plain = nil
    initial = nil
  }

  /// Fewer numbers are not worth being unpacked again.
  private static let smallestParked = 1 << 16

  /// Counts how often any parameter took another shape or type, which no plan survives.
  static let respecified = Atomic<Int>(0)

  /// The parameter as an operand: tracked where the running scope differentiates with respect to it.
  public func callAsFunction() -> Variable {
    if let scope = GradientScope.current { return scope.variable(for: self) }
    return Variable(value)
  }
}

extension Parameter: Hashable {
  public static func == (a: Parameter, b: Parameter) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(identity) }
}
