import CKernels
import Glibc

extension Program {
  /// The way back through an operation: from the gradient of its result to those of its operands that are
  /// asked for, in the operands' order.
  package typealias Back = (_ gradient: Slot, _ wanted: [Bool]) throws -> [Slot?]

  /// How a convolution will be used.
  package enum ConvolutionUse {
    case inference
    /// Forward and back, with filters that change in each step.
    case training
    /// Forward and back to the source alone: filters and bias stay as they are. `turned` gives the filters
    /// upside down, with outputs for inputs, as the way back reads them.
    case fixed(turned: () throws -> PackedWeights)
  }

  /// A convolution.
  ///
  /// - Parameters:
  ///   - residual: Is added to the result; its memory is reused, so nothing may read it afterwards unless
  ///     `keepsResidual`.
  ///   - activation: Is applied before the result is written; on the way back only a ReLU can be.
  package func convolution(
    _ source: Slot, _ weights: PackedWeights, bias: PackedWeights?, _ convolution: ConvolutionGeometry,
    residual: Slot? = nil, keepsResidual: Bool = true, activation: Activation? = nil,
    for use: ConvolutionUse = .inference
  ) throws -> (result: Slot, back: Back) {
    let g = convolution.geometry
    let sizes = try ConvolutionSizes(g)
    var post: [DNNPostOperation] = residual == nil ? [] : [.sum]
    if let activation { post.append(.activation(activation)) }
    let line = try bias == nil ? nil : DNNLayout.line(g.filters).orThrow()
    let forward = try forwardPrimitive(g, sizes, weights, line, post, use)
    let input = try converted(source, to: forward.source)
    let packed = try weights.slot(forward.weights)
    let kernel = try converted(packed, to: forward.weights)
    let target: Slot
    if let residual {
      // The sum is taken in place, so the residual has to lie in the target's layout, in memory that nobody needs.
      var base = try converted(residual, to: forward.target)
      if keepsResidual || !isTemporary(base) { base = try copy(base) }
      target = slot(forward.target, sizes.shape, .alias(base.index))
    } else {
      target = slot(forward.target, sizes.shape)
    }
    var arguments: [(DNNRole, Slot)] = [(.source, input), (.weights, kernel), (.target, target)]
    if let bias { arguments.append((.bias, try bias.slot(line.orThrow()))) }
    add("conv2d", forward, arguments, writes: [target], alsoReads: residual == nil ? [] : [target])
    if activation == .relu { rectified.insert(target) }
    let hasBias = bias != nil
    return (
      target,
      { [unowned self] incoming, wanted in
        precondition(activation == nil || activation == .relu)
        let gradient = activation == nil ? incoming : try reluBack(target, incoming)
        var parts: [Slot?] = [nil, nil] + (hasBias ? [nil] : [])
        if case .fixed(let turned) = use {
          precondition(!wanted.dropFirst().contains(true))
          parts[0] = try convolutionToSource(gradient, packed, g, sizes, shape(source), turned: turned)
          return parts
        }
        if wanted[0] {
          parts[0] = try convolutionToSource(gradient, packed, g, sizes, shape(source), hint: forward)
        }
        if wanted[1] || (hasBias && wanted[2]) {
          let (w, b) = try convolutionToWeights(
            input, gradient, layout(packed), weights.shape, hasBias: hasBias, g, sizes, forward)
          parts[1] = w
          if hasBias { parts[2] = b }
        }
        return parts
      }
    )
  }

  private func forwardPrimitive(
    _ g: WindowGeometry, _ sizes: ConvolutionSizes, _ weights: PackedWeights, _ line: DNNLayout?,
    _ post: [DNNPostOperation], _ use: ConvolutionUse
  ) throws -> DNNPrimitive {
    let weightsLayout = weights.wanted(try DNNLayout.any(sizes.weights).orThrow())
    var direction = DNNDirection.inference
    var mayUseWinograd = g.prefersWinograd
    switch use {
    case .inference: break
    case .training:
      direction = .training
      mayUseWinograd = false
    case .fixed: mayUseWinograd = mayUseWinograd && g.turned != nil
    }
    func primitive(_ source: DNNLayout?, _ target: DNNLayout?, winograd: Bool) -> DNNPrimitive? {
      guard let source, let target else { return nil }
      return DNNPrimitive(
        convolution: g, direction, source: source, weights: weightsLayout, bias: line, target: target,
        winograd: winograd, post: post, handle)
    }
    let (anySource, anyTarget) = (DNNLayout.any(sizes.source), DNNLayout.any(sizes.target))
    if mayUseWinograd, let found = primitive(anySource, anyTarget, winograd: true) { return found }
    if carriesBlocks, g.groups == 1, g.filters % 16 == 0, g.channels % 16 == 0 || g.channels <= 3,
      let found = primitive(
        g.channels % 16 == 0 ? .blocked(sizes.source) : .planes(sizes.source), .blocked(sizes.target),
        winograd: false), found.implementation.hasPrefix("jit")
    {
      return found
    }
    return try primitive(anySource, anyTarget, winograd: false).orThrow()
  }

  /// The gradient of a convolution with fixed filters with respect to its source.
  private func convolutionToSource(
    _ gradient: Slot, _ packed: Slot, _ g: WindowGeometry, _ sizes: ConvolutionSizes, _ shape: Shape,
    turned: () throws -> PackedWeights
  ) throws -> Slot {
    if let way = g.turned, way.prefersWinograd {
      return try convolution(gradient, turned(), bias: nil, ConvolutionGeometry(way)).result
    }
    let hint = try DNNPrimitive(
      convolution: g, .training, source: DNNLayout.any(sizes.source).orThrow(),
      weights: DNNLayout.any(sizes.weights).orThrow(), bias: nil,
      target: DNNLayout.any(sizes.target).orThrow(), winograd: false, post: [], handle
    ).orThrow()
    return try convolutionToSource(gradient, packed, g, sizes, shape, hint: hint)
  }

  /// The gradient of a convolution with respect to its source.
  private func convolutionToSource(
    _ gradient: Slot, _ packed: Slot, _ g: WindowGeometry, _ sizes: ConvolutionSizes, _ shape: Shape,
    hint forward: DNNPrimitive
  ) throws -> Slot {
    let anySource = try DNNLayout.any(sizes.source).orThrow()
    let anyTarget = try DNNLayout.any(sizes.target).orThrow()
    let anyWeights = try DNNLayout.any(sizes.weights).orThrow()
    func primitive(winograd: Bool) -> DNNPrimitive? {
      DNNPrimitive(
        convolutionToSource: g, sourceGradient: anySource, weights: anyWeights, targetGradient: anyTarget,
        winograd: winograd, hint: forward, handle)
    }
    let back = try primitive(winograd: false).orThrow()
    let dy = try converted(gradient, to: back.targetGradient)
    // Weights change from run to run: they are turned each time, where the way back wants them so.
    let kernel = try convertedAnew(packed, to: back.weights)
    let dx = slot(back.sourceGradient, shape)
    add(
      "conv2d to source", back, [(.targetGradient, dy), (.weights, kernel), (.sourceGradient, dx)],
      writes: [dx])
    return dx
  }

  /// The gradient of a convolution with respect to its filters, in their layout, and its bias.
  private func convolutionToWeights(
    _ input: Slot, _ gradient: Slot, _ packed: DNNLayout, _ shape: Shape, hasBias: Bool, _ g: WindowGeometry,
    _ sizes: ConvolutionSizes, _ forward: DNNPrimitive
  ) throws -> (Slot, Slot?) {
    let line = try hasBias ? DNNLayout.line(g.filters).orThrow() : nil
    let back = try DNNPrimitive(
      convolutionToWeights: g, source: DNNLayout.any(sizes.source).orThrow(),
      weightsGradient: DNNLayout.any(sizes.weights).orThrow(), biasGradient: line,
      targetGradient: DNNLayout.any(sizes.target).orThrow(), hint: forward, handle
    ).orThrow()
    let x = try converted(input, to: back.source)
    let dy = try converted(gradient, to: back.targetGradient)
    let dw = slot(back.weightsGradient, shape)
    let db = try line.map { slot($0, try Shape([g.filters])) }
    var arguments: [(DNNRole, Slot)] = [(.source, x), (.targetGradient, dy), (.weightsGradient, dw)]
    if let db { arguments.append((.biasGradient, db)) }
    add("conv2d to weights", back, arguments, writes: [dw] + (db.map { [$0] } ?? []))
    return (try converted(dw, to: packed), db)
  }

  /// As `converted`, for a slot whose numbers change while the program runs.
  func convertedAnew(_ source: Slot, to layout: DNNLayout) throws -> Slot {
    if self.layout(source).matches(layout) { return source }
    let reorder = try DNNPrimitive(from: self.layout(source), to: layout, handle).orThrow()
    let target = slot(layout, shape(source))
    add("reorder", reorder, [(.from, source), (.to, target)], writes: [target])
    return target
  }

  /// The same numbers once more.
  func copy(_ source: Slot) throws -> Slot {
    let target = slot(layout(source), shape(source))
    let reorder = try DNNPrimitive(from: layout(source), to: layout(source), handle).orThrow()
    add("copy", reorder, [(.from, source), (.to, target)], writes: [target])
    return target
  }
}

/// A convolution's sizes, for other rooms.
package struct ConvolutionGeometry: Hashable, Sendable {
  let geometry: WindowGeometry

  /// - Throws: A shape error when the window does not fit the picture.
  package init(
    _ operation: String, picture: Shape, filters: Int, window: Pair, stride: Pair, padding: Padding,
    dilation: Pair = 1, groups: Int = 1
  ) throws {
    var geometry = try WindowGeometry(
      operation, batch: picture[0], height: picture[1], width: picture[2], channels: picture[3],
      filters: filters, window: window, stride: stride, padding: padding, dilation: dilation)
    geometry.groups = groups
    self.geometry = geometry
    // Wide padding around nothing may still ask for more elements than can be counted.
    _ = try Shape([geometry.batch, geometry.y.out, geometry.x.out, filters])
  }

  init(_ geometry: WindowGeometry) { self.geometry = geometry }

  /// Whether Winograd's algorithm is the fastest for it.
  package var prefersWinograd: Bool { geometry.prefersWinograd }

  package var output: Shape {
    Shape(trusted: [geometry.batch, geometry.y.out, geometry.x.out, geometry.filters])
  }
  package var input: Shape {
    Shape(trusted: [geometry.batch, geometry.y.size, geometry.x.size, geometry.channels])
  }

  /// A pooling window must not lie wholly outside the picture.
  package func checkPoolPadding(_ operation: String) throws {
    try geometry.y.checkPoolPadding(operation, "height")
    try geometry.x.checkPoolPadding(operation, "width")
  }

  package var multiplications: Double { geometry.multiplications / Double(geometry.groups) }
}

/// The sizes of a convolution's operands in oneDNN's order.
struct ConvolutionSizes {
  let source, weights, target: [Int]
  let shape: Shape

  init(_ g: WindowGeometry) throws {
    source = [g.batch, g.channels, g.y.size, g.x.size]
    target = [g.batch, g.filters, g.y.out, g.x.out]
    let filters = [g.filters / g.groups, g.channels / g.groups, g.y.window, g.x.window]
    weights = g.groups == 1 ? filters : [g.groups] + filters
    shape = try Shape([g.batch, g.y.out, g.x.out, g.filters])
  }
}

extension WindowGeometry {
  /// Where Winograd's algorithm was measured to win: 3 x 3, dense, enough channels. Elsewhere, and where the
  /// processor lacks AVX-512, the direct algorithm runs.
  var prefersWinograd: Bool {
    y.window == 3 && x.window == 3 && y.stride == 1 && x.stride == 1 && y.dilation == 1 && x.dilation == 1
      && groups == 1 && channels >= 64 && filters >= 64 && Winograd.isAllowed
  }
}

enum Winograd {
  /// CNN_WINOGRAD=off leaves every convolution to the direct algorithm.
  static let isAllowed =
    Processor.instructionSet == "avx512" && getenv("CNN_WINOGRAD").map { String(cString: $0) } != "off"
}
