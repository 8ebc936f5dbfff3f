import CKernels

extension Program {
  /// A dense layer: (n, in) times (in, out) plus a bias.
  package func dense(
    _ source: Slot, _ weights: PackedWeights, bias: PackedWeights?, activation: Activation? = nil,
    isTraining: Bool = false
  ) throws -> (result: Slot, back: Back) {
    precondition(!isTraining || activation == nil || activation == .relu)
    let (n, inputs, outputs) = (shape(source)[0], shape(source)[1], weights.shape[1])
    let target = try Shape([n, outputs])
    let line = try bias == nil ? nil : DNNLayout.line(outputs).orThrow()
    let forward = try DNNPrimitive(
      dense: isTraining ? .training : .inference, source: DNNLayout.any([n, inputs]).orThrow(),
      weights: weights.wanted(try DNNLayout.any([outputs, inputs]).orThrow()), bias: line,
      target: DNNLayout.any([n, outputs]).orThrow(), post: activation.map { [.activation($0)] } ?? [], handle
    ).orThrow()
    let input = try converted(source, to: forward.source)
    let packed = try weights.slot(forward.weights)
    let kernel = try converted(packed, to: forward.weights)
    let result = slot(forward.target, target)
    var arguments: [(DNNRole, Slot)] = [(.source, input), (.weights, kernel), (.target, result)]
    if let bias { arguments.append((.bias, try bias.slot(line.orThrow()))) }
    add("dense", forward, arguments, writes: [result])
    let hasBias = bias != nil
    let weightsShape = weights.shape
    return (
      result,
      { [unowned self] incoming, wanted in
        let gradient = activation == nil ? incoming : try reluBack(result, incoming)
        var parts: [Slot?] = [nil, nil] + (hasBias ? [nil] : [])
        let anyTarget = try DNNLayout.any([n, outputs]).orThrow()
        let anySource = try DNNLayout.any([n, inputs]).orThrow()
        if wanted[0] {
          let back = try DNNPrimitive(
            denseToSource: anySource, weights: DNNLayout.any([outputs, inputs]).orThrow(),
            targetGradient: anyTarget, hint: forward, handle
          ).orThrow()
          let dx = slot(back.sourceGradient, shape(source))
          add(
            "dense to source", back,
            [
              (.targetGradient, try converted(gradient, to: back.targetGradient)),
              (.weights, try convertedAnew(packed, to: back.weights)), (.sourceGradient, dx),
            ], writes: [dx])
          parts[0] = dx
        }
        if wanted[1] || (hasBias && wanted[2]) {
          let back = try DNNPrimitive(
            denseToWeights: anySource, weightsGradient: DNNLayout.any([outputs, inputs]).orThrow(),
            biasGradient: line, targetGradient: anyTarget, hint: forward, handle
          ).orThrow()
          let dw = slot(back.weightsGradient, weightsShape)
          let db = try line.map { slot($0, try Shape([outputs])) }
          var arguments: [(DNNRole, Slot)] = [
            (.source, try converted(input, to: back.source)),
            (.targetGradient, try converted(gradient, to: back.targetGradient)), (.weightsGradient, dw),
          ]
          if let db { arguments.append((.biasGradient, db)) }
          add("dense to weights", back, arguments, writes: [dw] + (db.map { [$0] } ?? []))
          parts[1] = try converted(dw, to: layout(packed))
          if hasBias { parts[2] = db }
        }
        return parts
      }
    )
  }

  /// Pooling over the windows of a geometry.
  package func pooling(
    _ source: Slot, _ pooling: ConvolutionGeometry, largest: Bool, isTraining: Bool = false
  ) throws -> (result: Slot, back: Back) {
    let g = pooling.geometry
    if largest, let pool = try halvingPool(source, g) { return pool }
    let target = try DNNLayout.any([g.batch, g.channels, g.y.out, g.x.out]).orThrow()
    let forward = try DNNPrimitive(
      pooling: g, largest: largest, isTraining ? .training : .inference, source: layout(source),
      target: target, handle
    ).orThrow()
    let result = slot(forward.target, pooling.output)
    var arguments: [(DNNRole, Slot)] = [(.source, source), (.target, result)]
    var writes = [result]
    let workspace =
      forward.workspace.bytes > 0 ? slot(forward.workspace, Shape(trusted: [forward.workspace.bytes])) : nil
    if let workspace {
      arguments.append((.workspace, workspace))
      writes.append(workspace)
    }
    add(largest ? "maxPool2d" : "averagePool2d", forward, arguments, writes: writes)
    return (
      result,
      { [unowned self] gradient, _ in
        let back = try DNNPrimitive(
          poolingToSource: g, largest: largest, sourceGradient: layout(source),
          targetGradient: layout(result),
          hint: forward, handle
        ).orThrow()
        let dx = slot(back.sourceGradient, shape(source))
        var arguments: [(DNNRole, Slot)] = [
          (.targetGradient, try converted(gradient, to: layout(result))), (.sourceGradient, dx),
        ]
        if let workspace { arguments.append((.workspace, workspace)) }
        add("pool to source", back, arguments, writes: [dx])
        return [dx]
      }
    )
  }

  /// Batch normalisation with the statistics of the batch, with a ReLU behind it if asked for.
  ///
  /// `observe` is called in each run with the batch's mean and (biased) variance, to keep running ones.
  package func batchNormalization(
    _ source: Slot, scale: PackedWeights, shift: PackedWeights, epsilon: Float, relu: Bool,
    observe: @escaping (UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Void
  ) throws -> (result: Slot, back: Back) {
    let channels = shape(source)[shape(source).rank - 1]
    let line = try DNNLayout.line(channels).orThrow()
    let forward = try DNNPrimitive(
      normalization: layout(source), .training, epsilon: epsilon, fixed: false, relu: relu, handle
    ).orThrow()
    let result = slot(layout(source), shape(source))
    let lineShape = try Shape([channels])
    let (mean, variance) = (slot(line, lineShape), slot(line, lineShape))
    let (gamma, beta) = (try scale.slot(line), try shift.slot(line))
    var writes = [result, mean, variance]
    var arguments: [(DNNRole, Slot)] = [
      (.source, source), (.target, result), (.mean, mean), (.variance, variance), (.scale, gamma),
      (.shift, beta),
    ]
    let workspace =
      forward.workspace.bytes > 0 ? slot(forward.workspace, Shape(trusted: [forward.workspace.bytes])) : nil
    if let workspace {
      arguments.append((.workspace, workspace))
      writes.append(workspace)
    }
    add("batchNorm", forward, arguments, writes: writes)
    add("batchNorm statistics", reads: [mean, variance], writes: []) { program in
      observe(program.floats(mean), program.floats(variance), channels)
    }
    return (
      result,
      { [unowned self] gradient, _ in
        let data = layout(source)
        let back = try DNNPrimitive(
          normalizationToSource: data, data: data, epsilon: epsilon, fixed: false, relu: relu, hint: forward,
          handle
        ).orThrow()
        let dx = slot(data, shape(source))
        let (dScale, dShift) = (slot(line, lineShape), slot(line, lineShape))
        var arguments: [(DNNRole, Slot)] = [
          (.source, source), (.mean, mean), (.variance, variance),
          (.targetGradient, try converted(gradient, to: data)), (.scale, gamma), (.shift, beta),
          (.sourceGradient, dx), (.scaleGradient, dScale), (.shiftGradient, dShift),
        ]
        if let workspace { arguments.append((.workspace, workspace)) }
        add("batchNorm to source", back, arguments, writes: [dx, dScale, dShift])
        return [dx, dScale, dShift]
      }
    )
  }

  /// A function of each element.
  package func activation(
    _ activation: Activation, _ source: Slot, isTraining: Bool = false
  ) throws -> (result: Slot, back: Back) {
    let data = layout(source)
    let forward = try DNNPrimitive(
      activation: activation, isTraining ? .training : .inference, data: data, handle
    ).orThrow()
    let result = slot(data, shape(source))
    add("\(activation)", forward, [(.source, source), (.target, result)], writes: [result])
    return (
      result,
      { [unowned self] gradient, _ in
        let back = try DNNPrimitive(
          activationToSource: activation, gradient: data, data: data, hint: forward, handle
        ).orThrow()
        let dx = slot(data, shape(source))
        add(
          "\(activation) to source", back,
          [
            (.source, source), (.targetGradient, try converted(gradient, to: data)), (.sourceGradient, dx),
          ], writes: [dx])
        return [dx]
      }
    )
  }

  /// max(0, a + b), the end of a residual block, in one pass.
  package func sumAndRelu(_ a: Slot, _ b: Slot) throws -> (result: Slot, back: Back) {
    let data = layout(a)
    let other = try converted(b, to: data)
    let result = slot(data, shape(a))
    add("sum and relu", reads: [a, other], writes: [result]) { program in
      let (x, y, out) = (program.floats(a), program.floats(other), program.floats(result))
      Parallel.run(program.storedCount(a), grain: 32_768) { range in
        let first = range.lowerBound
        cnn_kernels().pointee.add_relu(x + first, y + first, out + first, range.count)
        return 0
      }
    }
    return (
      result,
      { [unowned self] gradient, _ in
        let dx = try reluBack(result, gradient)
        return [dx, dx]
      }
    )
  }

  /// The gradient that passes a ReLU with this result.
  func reluBack(_ result: Slot, _ gradient: Slot) throws -> Slot {
    if masked[gradient] == result { return gradient }
    let data = layout(result)
    let incoming = try converted(gradient, to: data)
    let passed = slot(data, shape(result))
    add("relu to source", reads: [result, incoming], writes: [passed]) { program in
      let (y, g, out) = (program.floats(result), program.floats(incoming), program.floats(passed))
      Parallel.run(program.storedCount(result), grain: 32_768) { range in
        let first = range.lowerBound
        cnn_kernels().pointee.relu_back(y + first, g + first, out + first, range.count)
        return 0
      }
    }
    return passed
  }

  /// The sum of tensors of one shape.
  package func sum(_ parts: [Slot]) throws -> Slot {
    let data = layout(parts[0])
    let operands = try parts.map { try converted($0, to: data) }
    let forward = try DNNPrimitive(sum: operands.map(layout), into: data, handle).orThrow()
    let result = slot(data, shape(parts[0]))
    add(
      "sum", forward, operands.enumerated().map { (.part($0), $1) } + [(.target, result)], writes: [result])
    return result
  }

  /// Pictures laid one behind the other along the channels.
  package func concatenation(_ parts: [Slot]) throws -> Slot {
    let first = shape(parts[0])
    let channels = parts.reduce(0) { $0 + shape($1)[3] }
    let target = try Shape([first[0], first[1], first[2], channels])
    let data = try DNNLayout.any([first[0], channels, first[1], first[2]]).orThrow()
    let forward = try DNNPrimitive(concatenation: parts.map(layout), axis: 1, into: data, handle).orThrow()
    let result = slot(forward.target, target)
    add(
      "concatenate", forward, parts.enumerated().map { (.part($0), $1) } + [(.target, result)],
      writes: [result])
    return result
  }
}
