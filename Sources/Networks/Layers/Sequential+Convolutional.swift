import Tensors

extension Sequential {
  /// The same network with its dense layers turned into convolutions, so that it answers for every position
  /// of a sliding window in one pass.
  ///
  ///     made for (n, 14, 14, 3) -> (n, 4)
  ///     then     (n, 16, 16, 3) -> (n, 2, 2, 4), and (n, 28, 28, 3) -> (n, 8, 8, 4)
  ///
  /// `Flatten` disappears, the first dense layer becomes filters as large as what was flattened, and each
  /// further one 1 x 1 filters. The window moves by the product of all strides, here 2. Layers before
  /// `Flatten` are shared with this network, the filters of dense layers are copies of their weights. Layers
  /// that pad see zeros at the rim of a crop, but the picture's own pixels in one pass, so that answers agree
  /// with those for crops only without padding.
  ///
  /// - Parameter input: The shape this network is made for, (n, height, width, channels); n does not matter.
  /// - Throws: A shape error when the network has a dense layer without `Flatten` before it, and the errors
  ///   of its layers.
  ///
  /// Source: Sermanet et al., "OverFeat", 2014.
  public func convolutional(input: Shape) throws -> Sequential {
    guard input.rank == 4 else {
      throw TensorError.shape(
        "convolutional expects the shape of a batch of pictures (n, height, width, channels), but \(input) came."
      )
    }
    let single = try Shape([1] + input.sizes.dropFirst())
    return try GradientScope.$current.withValue(GradientScope([], isDeferred: true)) {
      var x = Deferral.input(try Tensor.zeros(single))
      var result: [any Layer] = []
      var flattened: Shape?
      for layer in layers {
        let before = x.shape
        x = try layer(x)
        if layer is Flatten {
          if before.rank == 4 { flattened = before }
        } else if let dense = layer as? Dense {
          guard let shape = flattened else {
            throw TensorError.shape(
              "A dense layer can become a convolution when a Flatten stands before it, but here there is none."
            )
          }
          result.append(try dense.convolution(over: shape))
          flattened = try Shape([1, 1, 1, dense.units])
        } else {
          result.append(layer)
        }
      }
      return Sequential(result)
    }
  }
}

extension Dense {
  /// Filters that give what this layer gives for a flattened picture of shape (1, height, width, channels).
  fileprivate func convolution(over shape: Shape) throws -> Conv2D {
    let layer = Conv2D(
      units, Pair(height: shape[1], width: shape[2]), activation: activation, useBias: usesBias)
    try layer.build(input: shape)
    if let weights {
      layer.weights?.value = try weights.value.reshape([shape[1], shape[2], shape[3], units])
    }
    if let bias { layer.bias?.value = bias.value }
    return layer
  }
}
