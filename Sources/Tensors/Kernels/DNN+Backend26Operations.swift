import COneDNN

// The operations of oneDNN 2.x, one initialiser each; nil where oneDNN has none for these layouts.

/// In which of its three ways an operation runs.
enum DNNDirection {
  /// Forward, and nothing is asked afterwards.
  case inference
  /// Forward, keeping what the way back needs.
  case training

  fileprivate var kind: dnnl_prop_kind_t {
    self == .inference ? dnnl_forward_inference : dnnl_forward_training
  }
}

extension WindowGeometry {
  fileprivate var strides: [Int64] { [Int64(y.stride), Int64(x.stride)] }
  fileprivate var dilations: [Int64] { [Int64(y.dilation - 1), Int64(x.dilation - 1)] }
  fileprivate var before: [Int64] { [Int64(y.before), Int64(x.before)] }
  fileprivate var after: [Int64] { [Int64(y.after), Int64(x.after)] }
  fileprivate var sizes: [Int64] { [Int64(y.window), Int64(x.window)] }
}

extension DNNPrimitive {
  // MARK: Convolution

  convenience init?(
    convolution g: WindowGeometry, _ direction: DNNDirection, source: DNNLayout, weights: DNNLayout,
    bias: DNNLayout?, target: DNNLayout, winograd: Bool, post: [DNNPostOperation] = [], _ handle: DNNHandle
  ) {
    var operation = dnnl_convolution_desc_t()
    var (source, weights, target) = (source.description, weights.description, target.description)
    var bias = bias?.description ?? dnnl_memory_desc_t()
    let status = dnnl_dilated_convolution_forward_desc_init(
      &operation, direction.kind, winograd ? dnnl_convolution_winograd : dnnl_convolution_direct, &source,
      &weights, &bias, &target, g.strides, g.dilations, g.before, g.after)
    guard status == dnnl_success else { return nil }
    self.init(&operation, post: post, handle)
  }

  convenience init?(
    convolutionToSource g: WindowGeometry, sourceGradient: DNNLayout, weights: DNNLayout,
    targetGradient: DNNLayout, winograd: Bool, hint: DNNPrimitive, _ handle: DNNHandle
  ) {
    var operation = dnnl_convolution_desc_t()
    var (source, weights) = (sourceGradient.description, weights.description)
    var target = targetGradient.description
    let status = dnnl_dilated_convolution_backward_data_desc_init(
      &operation, winograd ? dnnl_convolution_winograd : dnnl_convolution_direct, &source, &weights, &target,
      g.strides, g.dilations, g.before, g.after)
    guard status == dnnl_success else { return nil }
    self.init(&operation, hint: hint, handle)
  }

  convenience init?(
    convolutionToWeights g: WindowGeometry, source: DNNLayout, weightsGradient: DNNLayout,
    biasGradient: DNNLayout?, targetGradient: DNNLayout, hint: DNNPrimitive, _ handle: DNNHandle
  ) {
    var operation = dnnl_convolution_desc_t()
    var (source, weights) = (source.description, weightsGradient.description)
    var target = targetGradient.description
    var bias = biasGradient?.description ?? dnnl_memory_desc_t()
    let status = dnnl_dilated_convolution_backward_weights_desc_init(
      &operation, dnnl_convolution_direct, &source, &weights, &bias, &target, g.strides, g.dilations,
      g.before, g.after)
    guard status == dnnl_success else { return nil }
    self.init(&operation, hint: hint, handle)
  }

  // MARK: Dense layers

  convenience init?(
    dense direction: DNNDirection, source: DNNLayout, weights: DNNLayout, bias: DNNLayout?, target: DNNLayout,
    post: [DNNPostOperation] = [], _ handle: DNNHandle
  ) {
    var operation = dnnl_inner_product_desc_t()
    var (source, weights, target) = (source.description, weights.description, target.description)
    var bias = bias?.description ?? dnnl_memory_desc_t()
    let status = dnnl_inner_product_forward_desc_init(
      &operation, direction.kind, &source, &weights, &bias, &target)
    guard status == dnnl_success else { return nil }
    self.init(&operation, post: post, handle)
  }

  convenience init?(
    denseToSource source: DNNLayout, weights: DNNLayout, targetGradient: DNNLayout, hint: DNNPrimitive,
    _ handle: DNNHandle
  ) {
    var operation = dnnl_inner_product_desc_t()
    var (source, weights) = (source.description, weights.description)
    var target = targetGradient.description
    let status = dnnl_inner_product_backward_data_desc_init(&operation, &source, &weights, &target)
    guard status == dnnl_success else { return nil }
    self.init(&operation, hint: hint, handle)
  }

  convenience init?(
    denseToWeights source: DNNLayout, weightsGradient: DNNLayout, biasGradient: DNNLayout?,
    targetGradient: DNNLayout, hint: DNNPrimitive, _ handle: DNNHandle
  ) {
    var operation = dnnl_inner_product_desc_t()
    var (source, weights) = (source.description, weightsGradient.description)
    var target = targetGradient.description
    var bias = biasGradient?.description ?? dnnl_memory_desc_t()
    let status = dnnl_inner_product_backward_weights_desc_init(
      &operation, &source, &weights, &bias, &target)
    guard status == dnnl_success else { return nil }
    self.init(&operation, hint: hint, handle)
  }

  // MARK: Pooling

  convenience init?(
    pooling g: WindowGeometry, largest: Bool, _ direction: DNNDirection, source: DNNLayout, target: DNNLayout,
    _ handle: DNNHandle
  ) {
    var operation = dnnl_pooling_desc_t()
    var (source, target) = (source.description, target.description)
    let status = dnnl_pooling_forward_desc_init(
      &operation, direction.kind, largest ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding, &source,
      &target, g.strides, g.sizes, g.before, g.after)
    guard status == dnnl_success else { return nil }
    self.init(&operation, handle)
  }

  convenience init?(
    poolingToSource g: WindowGeometry, largest: Bool, sourceGradient: DNNLayout, targetGradient: DNNLayout,
    hint: DNNPrimitive, _ handle: DNNHandle
  ) {
    var operation = dnnl_pooling_desc_t()
    var (source, target) = (sourceGradient.description, targetGradient.description)
    let status = dnnl_pooling_backward_desc_init(
      &operation, largest ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding, &source, &target, g.strides,
      g.sizes, g.before, g.after)
    guard status == dnnl_success else { return nil }
    self.init(&operation, hint: hint, handle)
  }

  // MARK: Normalisation

  /// - Parameter fixed: Whether mean and variance are given; otherwise they are taken of the batch.
  convenience init?(
    normalization data: DNNLayout, _ direction: DNNDirection, epsilon: Float, fixed: Bool, relu: Bool,
    _ handle: DNNHandle
  ) {
    var operation = dnnl_batch_normalization_desc_t()
    var data = data.description
    let status = dnnl_batch_normalization_forward_desc_init(
      &operation, direction.kind, &data, epsilon, DNNPrimitive.flags(fixed: fixed, relu: relu))
    guard status == dnnl_success else { return nil }
    self.init(&operation, handle)
  }

  convenience init?(
    normalizationToSource gradient: DNNLayout, data: DNNLayout, epsilon: Float, fixed: Bool, relu: Bool,
    hint: DNNPrimitive, _ handle: DNNHandle
  ) {
    var operation = dnnl_batch_normalization_desc_t()
    var (gradient, data) = (gradient.description, data.description)
    let status = dnnl_batch_normalization_backward_desc_init(
      &operation, dnnl_backward, &gradient, &data, epsilon, DNNPrimitive.flags(fixed: fixed, relu: relu))
    guard status == dnnl_success else { return nil }
    self.init(&operation, hint: hint, handle)
  }

  private static func flags(fixed: Bool, relu: Bool) -> UInt32 {
    dnnl_use_scale.rawValue | dnnl_use_shift.rawValue | (fixed ? dnnl_use_global_stats.rawValue : 0)
      | (relu ? dnnl_fuse_norm_relu.rawValue : 0)
  }

  convenience init?(
    responseNormalization data: DNNLayout, _ direction: DNNDirection, size: Int, alpha: Float, beta: Float,
    bias: Float, _ handle: DNNHandle
  ) {
    var operation = dnnl_lrn_desc_t()
    var data = data.description
    let status = dnnl_lrn_forward_desc_init(
      &operation, direction.kind, dnnl_lrn_across_channels, &data, Int64(size), alpha, beta, bias)
    guard status == dnnl_success else { return nil }
    self.init(&operation, handle)
  }

  // MARK: Element by element

  convenience init?(
    activation: Activation, _ direction: DNNDirection, data: DNNLayout, _ handle: DNNHandle
  ) {
    var operation = dnnl_eltwise_desc_t()
    var data = data.description
    let status = dnnl_eltwise_forward_desc_init(
      &operation, direction.kind, activation.algorithm, &data, activation.alpha, activation.beta)
    guard status == dnnl_success else { return nil }
    self.init(&operation, handle)
  }

  convenience init?(
    activationToSource activation: Activation, gradient: DNNLayout, data: DNNLayout, hint: DNNPrimitive,
    _ handle: DNNHandle
  ) {
    var operation = dnnl_eltwise_desc_t()
    var (gradient, data) = (gradient.description, data.description)
    let status = dnnl_eltwise_backward_desc_init(
      &operation, activation.algorithm, &gradient, &data, activation.alpha, activation.beta)
    guard status == dnnl_success else { return nil }
    self.init(&operation, hint: hint, handle)
  }

  /// The sum of several tensors, in the first one's layout.
  convenience init?(sum parts: [DNNLayout], into target: DNNLayout, _ handle: DNNHandle) {
    var descriptor: dnnl_primitive_desc_t?
    var target = target.description
    let sources = parts.map(\.description)
    let scales = [Float](repeating: 1, count: parts.count)
    let status = DNNPrimitive.withAttributes([]) {
      dnnl_sum_primitive_desc_create(
        &descriptor, &target, Int32(parts.count), scales, sources, $0, handle.engine)
    }
    self.init(status == dnnl_success ? descriptor : nil)
  }

  /// Tensors laid end to end along one of oneDNN's axes.
  convenience init?(concatenation parts: [DNNLayout], axis: Int, into target: DNNLayout, _ handle: DNNHandle)
  {
    var descriptor: dnnl_primitive_desc_t?
    var target = target.description
    let sources = parts.map(\.description)
    let status = DNNPrimitive.withAttributes([]) {
      dnnl_concat_primitive_desc_create(
        &descriptor, &target, Int32(parts.count), Int32(axis), sources, $0, handle.engine)
    }
    self.init(status == dnnl_success ? descriptor : nil)
  }
}
