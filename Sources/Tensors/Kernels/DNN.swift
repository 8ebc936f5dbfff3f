import CKernels

/// What one thread has prepared with oneDNN.
final class DNN {
  /// The primitives that are kept; a training ResNet-50 has some 200 convolutions in three directions.
  private static let capacity = 1024

  let handle: DNNHandle
  private var convolutions: [ConvolutionKey: DNNConvolution?] = [:]

  private struct ConvolutionKey: Hashable {
    let geometry: WindowGeometry
    let hasBias: Bool
  }

  init?() {
    guard let handle = DNNHandle() else { return nil }
    self.handle = handle
  }

  /// A prepared convolution; nil when oneDNN has no fast one, which is remembered too.
  func convolution(_ geometry: WindowGeometry, hasBias: Bool) -> DNNConvolution? {
    let key = ConvolutionKey(geometry: geometry, hasBias: hasBias)
    if let known = convolutions[key] { return known }
    if convolutions.count >= DNN.capacity { convolutions.removeAll() }
    let made = DNNConvolution(geometry, hasBias: hasBias, handle)
    convolutions[key] = .some(made)
    return made
  }
}

/// A convolution of float32 pictures (n, h, w, c) with filters (f, f, in, out), prepared for one shape.
final class DNNConvolution {
  private let handle: DNNHandle
  private let convolution: DNNPrimitive
  private let source, weights, target: DNNReordered
  private let bias: DNNMemory?
  private let scratch: DNNMemory
  /// The name of oneDNN's implementation.
  var implementation: String { convolution.implementation }

  init?(_ geometry: WindowGeometry, hasBias: Bool, _ handle: DNNHandle) {
    let (g, y, x) = (geometry, geometry.y, geometry.x)
    let sourceSizes = [g.batch, g.channels, y.size, x.size]
    let weightSizes = [g.filters, g.channels, y.window, x.window]
    let targetSizes = [g.batch, g.filters, y.out, x.out]
    guard let source = DNNLayout.pictures(sourceSizes), let anySource = DNNLayout.any(sourceSizes),
      let weights = DNNLayout.filters(weightSizes, groups: 1), let anyWeights = DNNLayout.any(weightSizes),
      let target = DNNLayout.pictures(targetSizes), let anyTarget = DNNLayout.any(targetSizes)
    else { return nil }
    var bias: DNNLayout?
    if hasBias {
      guard let line = DNNLayout.line(g.filters) else { return nil }
      bias = line
    }
    func primitive(_ source: DNNLayout, _ target: DNNLayout, winograd: Bool) -> DNNPrimitive? {
      let made = DNNPrimitive(
        convolution: geometry, .inference, source: source, weights: anyWeights, bias: bias, target: target,
        winograd: winograd, handle)
      // oneDNN falls back silently to loops that are slower than ours.
      return made.flatMap { $0.implementation.hasPrefix("ref") ? nil : $0 }
    }
    var chosen =
      geometry.prefersWinograd ? primitive(anySource, anyTarget, winograd: true) : nil
    if chosen == nil { chosen = primitive(source, target, winograd: false) }
    if chosen.map({ $0.implementation.hasPrefix("gemm") }) ?? true {
      chosen = primitive(anySource, anyTarget, winograd: false) ?? chosen
    }
    guard let convolution = chosen,
      let orderedSource = DNNReordered(user: source, own: convolution.source, towardsUser: false, handle),
      let orderedWeights = DNNReordered(user: weights, own: convolution.weights, towardsUser: false, handle),
      let orderedTarget = DNNReordered(user: target, own: convolution.target, towardsUser: true, handle),
      let scratch = DNNMemory(convolution.scratch, handle)
    else { return nil }
    self.handle = handle
    self.convolution = convolution
    self.source = orderedSource
    self.weights = orderedWeights
    self.target = orderedTarget
    self.scratch = scratch
    if let bias {
      guard let memory = DNNMemory(bias, handle) else { return nil }
      self.bias = memory
    } else {
      self.bias = nil
    }
  }

  /// Runs it; false when memory was short or oneDNN refused, and another way has to be found.
  func run(
    source: UnsafeMutableRawPointer, weights: UnsafeMutableRawPointer, bias: UnsafeMutableRawPointer?,
    target: UnsafeMutableRawPointer
  ) -> Bool {
    let bytes = [self.source.bytes, self.weights.bytes, self.target.bytes, convolution.scratch.bytes]
    let room = bytes.reduce(0) { $0 + ($1 + 63) / 64 * 64 }
    guard let arena = try? Storage(bytes: room, for: "a convolution") else { return false }
    return withExtendedLifetime(arena) {
      var next = arena.base
      func place(_ bytes: Int) -> UnsafeMutableRawPointer {
        defer { next += (bytes + 63) / 64 * 64 }
        return next
      }
      self.source.place(user: source, own: place(bytes[0]))
      self.weights.place(user: weights, own: place(bytes[1]))
      self.target.place(user: target, own: place(bytes[2]))
      scratch.point(to: place(bytes[3]))
      var arguments = [
        DNNRole.source.argument(self.source.own), DNNRole.weights.argument(self.weights.own),
        DNNRole.target.argument(self.target.own), DNNRole.scratch.argument(scratch),
      ]
      if let memory = self.bias, let bias {
        memory.point(to: bias)
        arguments.append(DNNRole.bias.argument(memory))
      }
      return self.source.reorder(handle) && self.weights.reorder(handle)
        && handle.run(convolution, arguments) && self.target.reorder(handle)
    }
  }
}

/// An operand in the layout users see and in the one a primitive wants, which may be the same.
final class DNNReordered {
  private let user: DNNMemory
  /// What the primitive is given.
  let own: DNNMemory
  private let primitive: DNNPrimitive?
  private let towardsUser: Bool
  /// Memory that the primitive's own layout needs, 0 when it is the user's.
  let bytes: Int

  init?(user: DNNLayout, own: DNNLayout, towardsUser: Bool, _ handle: DNNHandle) {
    guard let userMemory = DNNMemory(user, handle) else { return nil }
    self.user = userMemory
    self.towardsUser = towardsUser
    if user.matches(own) {
      self.own = userMemory
      primitive = nil
      bytes = 0
    } else {
      guard let ownMemory = DNNMemory(own, handle),
        let primitive = DNNPrimitive(from: towardsUser ? own : user, to: towardsUser ? user : own, handle),
        primitive.scratch.bytes == 0
      else { return nil }
      self.own = ownMemory
      self.primitive = primitive
      bytes = own.bytes
    }
  }

  func place(user base: UnsafeMutableRawPointer, own ownBase: UnsafeMutableRawPointer) {
    user.point(to: base)
    if primitive != nil { own.point(to: ownBase) }
  }

  func reorder(_ handle: DNNHandle) -> Bool {
    guard let primitive else { return true }
    let (from, to) = towardsUser ? (own, user) : (user, own)
    return handle.run(primitive, [DNNRole.from.argument(from), DNNRole.to.argument(to)])
  }
}

extension ComputeThread {
  /// Convolves float32 through oneDNN; false when it has no fast way, and nothing has been written then that counts.
  func convolve(
    _ geometry: WindowGeometry, _ picture: Tensor, _ filters: Tensor, _ bias: Tensor?, into result: Tensor
  ) -> Bool {
    startTeam()
    guard let convolution = dnn?.convolution(geometry, hasBias: bias != nil) else { return false }
    let state = cnn_flush_denormals()
    defer { cnn_restore_denormals(state) }
    return withExtendedLifetime((picture.storage, filters.storage, bias?.storage, result.storage)) {
      convolution.run(
        source: picture.storage.base, weights: filters.storage.base, bias: bias?.storage.base,
        target: result.storage.base)
    }
  }
}
