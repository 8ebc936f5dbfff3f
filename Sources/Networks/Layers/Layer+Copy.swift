import Tensors

// How each layer with parameters or with layers inside is copied. All others are their own copies.

extension Dense: CopyableLayer {
  public func copied(_ copies: LayerCopies) -> any Layer {
    let copy = Dense(units, activation: activation, useBias: usesBias, initializer: initializer)
    copy.weights = copies.copy(weights)
    copy.bias = copies.copy(bias)
    return copy
  }
}

extension BatchNorm: CopyableLayer {
  public func copied(_ copies: LayerCopies) -> any Layer {
    let copy = BatchNorm(momentum: momentum, epsilon: epsilon)
    copy.scale = copies.copy(scale)
    copy.shift = copies.copy(shift)
    copy.statistics = statistics.map { copies.copy($0) }
    return copy
  }
}

extension LayerNorm: CopyableLayer {
  public func copied(_ copies: LayerCopies) -> any Layer {
    let copy = LayerNorm(epsilon: epsilon)
    copy.scale = copies.copy(scale)
    copy.shift = copies.copy(shift)
    return copy
  }
}

// MARK: Convolutions

extension Conv2D: CopyableLayer {
  public func copied(_ copies: LayerCopies) -> any Layer {
    let copy = Conv2D(
      filters, size, stride: convolution.stride, padding: convolution.padding, dilation: convolution.dilation,
      groups: convolution.groups, activation: activation, useBias: usesBias, initializer: initializer)
    copy.weights = copies.copy(weights)
    copy.bias = copies.copy(bias)
    return copy
  }
}

extension DepthwiseConv2D: CopyableLayer {
  public func copied(_ copies: LayerCopies) throws -> any Layer {
    let copy = DepthwiseConv2D(
      size, stride: stride, padding: padding, activation: activation, useBias: usesBias,
      initializer: initializer)
    copy.inner = try inner.map { try copies.same($0) }
    return copy
  }
}

extension ConvTranspose2D: CopyableLayer {
  public func copied(_ copies: LayerCopies) -> any Layer {
    let copy = ConvTranspose2D(
      filters, size, stride: stride, padding: padding, activation: activation, useBias: usesBias,
      initializer: initializer)
    copy.weights = copies.copy(weights)
    copy.bias = copies.copy(bias)
    return copy
  }
}

extension Conv1D: CopyableLayer {
  public func copied(_ copies: LayerCopies) -> any Layer {
    let copy = Conv1D(
      filters, window[0], stride: settled.stride, padding: settled.padding, dilation: settled.dilation,
      groups: groups, activation: activation, useBias: usesBias, initializer: initializer)
    copy.takeParameters(of: self, copies)
    return copy
  }
}

extension Conv3D: CopyableLayer {
  public func copied(_ copies: LayerCopies) -> any Layer {
    let copy = Conv3D(
      filters, Triple(depth: window[0], height: window[1], width: window[2]), stride: settled.stride,
      padding: settled.padding, dilation: settled.dilation, groups: groups, activation: activation,
      useBias: usesBias, initializer: initializer)
    copy.takeParameters(of: self, copies)
    return copy
  }
}

extension WindowConvolution {
  fileprivate func takeParameters(of original: WindowConvolution, _ copies: LayerCopies) {
    weights = copies.copy(original.weights)
    bias = copies.copy(original.bias)
  }
}

// MARK: Layers made of layers

extension Sequential: CopyableLayer {
  public func copied(_ copies: LayerCopies) throws -> any Layer { Sequential(try copies.copy(layers)) }
}

extension Parallel: CopyableLayer {
  public func copied(_ copies: LayerCopies) throws -> any Layer { Parallel(try copies.copy(branches)) }
}

extension Residual: CopyableLayer {
  public func copied(_ copies: LayerCopies) throws -> any Layer {
    Residual(
      try copies.copy(body), shortcut: try shortcut.map { try copies.copy($0) }, activation: activation)
  }
}
