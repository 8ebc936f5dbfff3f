import Tensors

/// The gradient of one function that may be asked for again and again, as by a loop of gradient descent.
///
/// The first time each operation runs as it is called. When layers turn out to do the work, later calls are
/// recorded and run by a plan; a function that looks at numbers on its way, or computes something else
/// each time, stays with the first way.
package final class RepeatedGradient {
  private enum Way {
    case unknown, planned, eager
  }

  private var way = Way.unknown
  private var plansMade = 0
  /// More different computations than this come from a function that never repeats itself.
  private static let mostPlans = 4

  package init() {}

  /// See the function of the same name.
  package func valueWithGradients(
    at inputs: [Tensor] = [], parameters: [Parameter]? = nil, _ function: ([Variable]) throws -> Variable
  ) throws -> ValueWithGradients {
    let before = Planner.plansMade
    let result = try Networks.valueWithGradients(
      at: inputs, parameters: parameters, planned: way == .planned, function)
    plansMade += Planner.plansMade - before
    switch way {
    case .unknown: way = result.isWorthPlanning ? .planned : .eager
    case .planned where !result.isWorthPlanning || plansMade > RepeatedGradient.mostPlans: way = .eager
    case .planned, .eager: break
    }
    return result
  }
}
