/// A function that follows a layer, element by element.
public enum Activation: Hashable, Sendable {
  /// max(0, x)
  case relu
  /// x, or `slope` times x where it is negative
  case leakyRelu(slope: Float)
  /// min(max(0, x), 6)
  case relu6
  /// x, or alpha (exp(x) - 1) where it is negative
  case elu(alpha: Float)
  /// 1 / (1 + exp(-x))
  case sigmoid
  case tanh
  /// x sigmoid(x), also called SiLU
  case swish
  /// x times the normal distribution function of x
  case gelu
}
