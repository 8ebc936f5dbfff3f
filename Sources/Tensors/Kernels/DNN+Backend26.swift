import COneDNN

// The names of oneDNN's 2.x interface, and nothing else: descriptors are plain structs filled by `_desc_init`
// functions, operations are described first and then asked for an implementation. Version 3 does both
// differently and would be a second file with the same Swift declarations.

/// A way in which elements lie in memory: sizes in oneDNN's order (n, c, h, w) or (o, i, h, w) with a layout.
struct DNNLayout {
  var description: dnnl_memory_desc_t

  private init?(_ sizes: [Int], _ tag: dnnl_format_tag_t) {
    var description = dnnl_memory_desc_t()
    let status = dnnl_memory_desc_init_by_tag(
      &description, Int32(sizes.count), sizes.map(Int64.init), dnnl_f32, tag)
    guard status == dnnl_success else { return nil }
    self.description = description
  }

  /// With the given steps between neighbours, in elements.
  init?(_ sizes: [Int], strides: [Int]) {
    var description = dnnl_memory_desc_t()
    let status = dnnl_memory_desc_init_by_strides(
      &description, Int32(sizes.count), sizes.map(Int64.init), dnnl_f32, strides.map(Int64.init))
    guard status == dnnl_success else { return nil }
    self.description = description
  }

  /// No memory at all.
  init() { description = dnnl_memory_desc_t() }

  init(_ description: dnnl_memory_desc_t) { self.description = description }

  /// Whatever suits the operation.
  static func any(_ sizes: [Int]) -> DNNLayout? { DNNLayout(sizes, dnnl_format_tag_any) }
  /// Pictures (n, h, w, c), for sizes (n, c, h, w).
  static func pictures(_ sizes: [Int]) -> DNNLayout? { DNNLayout(sizes, dnnl_acdb) }
  /// Pictures one channel behind the other, for sizes (n, c, h, w).
  static func planes(_ sizes: [Int]) -> DNNLayout? { DNNLayout(sizes, dnnl_abcd) }
  /// Pictures in blocks of 16 channels, for sizes (n, c, h, w).
  static func blocked(_ sizes: [Int]) -> DNNLayout? { DNNLayout(sizes, dnnl_aBcd16b) }
  /// One axis.
  static func line(_ size: Int) -> DNNLayout? { DNNLayout([size], dnnl_a) }
  /// Rows.
  static func matrix(_ rows: Int, _ columns: Int) -> DNNLayout? { DNNLayout([rows, columns], dnnl_ab) }

  /// The layout of filters as users see them, (h, w, in / groups, out).
  static func filters(_ sizes: [Int], groups: Int) -> DNNLayout? {
    let (o, i, h, w) = (
      sizes[sizes.count - 4], sizes[sizes.count - 3], sizes[sizes.count - 2], sizes[sizes.count - 1]
    )
    let outs = o * groups
    let steps = [1, outs, w * i * outs, i * outs]
    return groups == 1
      ? DNNLayout([o, i, h, w], strides: steps) : DNNLayout([groups, o, i, h, w], strides: [o] + steps)
  }

  var bytes: Int {
    withUnsafePointer(to: description) { Int(dnnl_memory_desc_get_size($0)) }
  }

  /// Sizes in oneDNN's order.
  var sizes: [Int] {
    withUnsafeBytes(of: description.dims) { bytes in
      bytes.bindMemory(to: Int64.self).prefix(Int(description.ndims)).map(Int.init)
    }
  }

  /// The elements that lie in memory, those that fill up blocks included.
  var paddedCount: Int { bytes / 4 }

  func matches(_ other: DNNLayout) -> Bool {
    withUnsafePointer(to: description) { a in
      withUnsafePointer(to: other.description) { b in dnnl_memory_desc_equal(a, b) != 0 }
    }
  }
}

/// oneDNN's engine and stream of one thread.
final class DNNHandle {
  let engine: dnnl_engine_t
  private let stream: dnnl_stream_t

  init?() {
    var engine: dnnl_engine_t?
    var stream: dnnl_stream_t?
    guard dnnl_engine_create(&engine, dnnl_cpu, 0) == dnnl_success, let engine else { return nil }
    guard dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue) == dnnl_success, let stream
    else {
      dnnl_engine_destroy(engine)
      return nil
    }
    self.engine = engine
    self.stream = stream
  }

  deinit {
    dnnl_stream_destroy(stream)
    dnnl_engine_destroy(engine)
  }

  /// Runs a primitive over its arguments; on the processor it is done when this returns.
  func run(_ primitive: DNNPrimitive, _ arguments: [dnnl_exec_arg_t]) -> Bool {
    dnnl_primitive_execute(primitive.primitive, stream, Int32(arguments.count), arguments) == dnnl_success
  }
}

/// A place in memory with a layout, as a primitive's argument.
final class DNNMemory {
  let memory: dnnl_memory_t

  init?(_ layout: DNNLayout, _ handle: DNNHandle) {
    var memory: dnnl_memory_t?
    let status = withUnsafePointer(to: layout.description) {
      dnnl_memory_create(&memory, $0, handle.engine, nil)
    }
    guard status == dnnl_success, let memory else { return nil }
    self.memory = memory
  }

  deinit { dnnl_memory_destroy(memory) }

  func point(to base: UnsafeMutableRawPointer) {
    let status = dnnl_memory_set_data_handle(memory, base)
    precondition(status == dnnl_success, "a memory object takes a pointer")
  }
}

/// The parts that a primitive's arguments play.
enum DNNRole: Hashable {
  case source, weights, bias, target, scratch, from, to, workspace
  case mean, variance, scale, shift
  case sourceGradient, weightsGradient, biasGradient, targetGradient, scaleGradient, shiftGradient
  /// One of several sources.
  case part(Int)

  private var code: Int32 {
    switch self {
    case .source: DNNL_ARG_SRC_0
    case .weights: DNNL_ARG_WEIGHTS_0
    case .bias: DNNL_ARG_BIAS
    case .target: DNNL_ARG_DST_0
    case .scratch: DNNL_ARG_SCRATCHPAD
    case .from: DNNL_ARG_SRC_0
    case .to: DNNL_ARG_DST_0
    case .workspace: DNNL_ARG_WORKSPACE
    case .mean: DNNL_ARG_MEAN
    case .variance: DNNL_ARG_VARIANCE
    case .scale: DNNL_ARG_SCALE
    case .shift: DNNL_ARG_SHIFT
    case .sourceGradient: DNNL_ARG_DIFF_SRC_0
    case .weightsGradient: DNNL_ARG_DIFF_WEIGHTS_0
    case .biasGradient: DNNL_ARG_DIFF_BIAS
    case .targetGradient: DNNL_ARG_DIFF_DST_0
    case .scaleGradient: DNNL_ARG_DIFF_SCALE
    case .shiftGradient: DNNL_ARG_DIFF_SHIFT
    case .part(let index): DNNL_ARG_MULTIPLE_SRC + Int32(index)
    }
  }

  func argument(_ memory: DNNMemory) -> dnnl_exec_arg_t {
    dnnl_exec_arg_t(arg: code, memory: memory.memory)
  }
}

/// A prepared operation with the layouts it chose. Its scratch memory is handed in with each run, so that it
/// may run on any thread.
final class DNNPrimitive {
  fileprivate let primitive: dnnl_primitive_t
  /// Kept because the backward primitives are made after the forward one.
  let descriptor: dnnl_primitive_desc_t
  /// The name of the implementation: "jit:avx2", "ref:any".
  let implementation: String

  /// - Parameter descriptor: Owned from now on.
  init?(_ descriptor: dnnl_primitive_desc_t?) {
    guard let descriptor else { return nil }
    var name: UnsafePointer<CChar>?
    _ = dnnl_primitive_desc_query(descriptor, dnnl_query_impl_info_str, 0, &name)
    var primitive: dnnl_primitive_t?
    guard dnnl_primitive_create(&primitive, descriptor) == dnnl_success, let primitive else {
      dnnl_primitive_desc_destroy(descriptor)
      return nil
    }
    implementation = name.map { String(cString: $0) } ?? ""
    self.primitive = primitive
    self.descriptor = descriptor
  }

  /// An operation described by one of oneDNN's descriptor structs.
  ///
  /// - Parameter hint: The forward primitive, where this one goes backward.
  convenience init?(
    _ operation: UnsafeRawPointer, post: [DNNPostOperation] = [], hint: DNNPrimitive? = nil,
    _ handle: DNNHandle
  ) {
    var descriptor: dnnl_primitive_desc_t?
    let status = DNNPrimitive.withAttributes(post) {
      dnnl_primitive_desc_create(&descriptor, operation, $0, handle.engine, hint?.descriptor)
    }
    self.init(status == dnnl_success ? descriptor : nil)
  }

  deinit {
    dnnl_primitive_destroy(primitive)
    dnnl_primitive_desc_destroy(descriptor)
  }

  private func layout(_ query: dnnl_query_t, _ index: Int32 = 0) -> DNNLayout {
    dnnl_primitive_desc_query_md(descriptor, query, index).map { DNNLayout($0.pointee) } ?? DNNLayout()
  }

  var source: DNNLayout { layout(dnnl_query_src_md) }
  var weights: DNNLayout { layout(dnnl_query_weights_md) }
  var bias: DNNLayout { layout(dnnl_query_weights_md, 1) }
  var target: DNNLayout { layout(dnnl_query_dst_md) }
  var scratch: DNNLayout { layout(dnnl_query_scratchpad_md) }
  var workspace: DNNLayout { layout(dnnl_query_workspace_md) }
  var sourceGradient: DNNLayout { layout(dnnl_query_diff_src_md) }
  var weightsGradient: DNNLayout { layout(dnnl_query_diff_weights_md) }
  var targetGradient: DNNLayout { layout(dnnl_query_diff_dst_md) }

  /// Whether it runs oneDNN's plain loops, which are slower than ours.
  var isReference: Bool { implementation.hasPrefix("ref") || implementation.hasPrefix("simple") }

  /// A change of layout.
  convenience init?(from: DNNLayout, to: DNNLayout, _ handle: DNNHandle) {
    var (from, to) = (from.description, to.description)
    var descriptor: dnnl_primitive_desc_t?
    let status = DNNPrimitive.withAttributes([]) {
      dnnl_reorder_primitive_desc_create(&descriptor, &from, handle.engine, &to, handle.engine, $0)
    }
    self.init(status == dnnl_success ? descriptor : nil)
  }

  /// Attributes that leave the scratch memory to us, with what is done to a result before it is written.
  static func withAttributes(
    _ post: [DNNPostOperation], _ body: (dnnl_primitive_attr_t?) -> dnnl_status_t
  ) -> dnnl_status_t {
    var attributes: dnnl_primitive_attr_t?
    guard dnnl_primitive_attr_create(&attributes) == dnnl_success else { return dnnl_out_of_memory }
    defer { dnnl_primitive_attr_destroy(attributes) }
    var status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user)
    guard status == dnnl_success else { return status }
    if !post.isEmpty {
      var operations: dnnl_post_ops_t?
      guard dnnl_post_ops_create(&operations) == dnnl_success else { return dnnl_out_of_memory }
      defer { dnnl_post_ops_destroy(operations) }
      for operation in post {
        switch operation {
        case .sum: status = dnnl_post_ops_append_sum(operations, 1)
        case .activation(let activation):
          status = dnnl_post_ops_append_eltwise(
            operations, 1, activation.algorithm, activation.alpha, activation.beta)
        }
        guard status == dnnl_success else { return status }
      }
      status = dnnl_primitive_attr_set_post_ops(attributes, operations)
      guard status == dnnl_success else { return status }
    }
    return body(attributes)
  }
}

/// What a primitive does to its result before it is written.
enum DNNPostOperation: Hashable {
  /// Adds what is in the target already.
  case sum
  case activation(Activation)
}

extension Activation {
  fileprivate var codes: (dnnl_alg_kind_t, Float, Float) {
    switch self {
    case .relu: (dnnl_eltwise_relu, 0, 0)
    case .leakyRelu(let slope): (dnnl_eltwise_relu, slope, 0)
    case .relu6: (dnnl_eltwise_clip, 0, 6)
    case .elu(let alpha): (dnnl_eltwise_elu, alpha, 0)
    case .sigmoid: (dnnl_eltwise_logistic, 0, 0)
    case .tanh: (dnnl_eltwise_tanh, 0, 0)
    case .swish: (dnnl_eltwise_swish, 1, 0)
    case .gelu: (dnnl_eltwise_gelu_erf, 0, 0)
    }
  }
  var algorithm: dnnl_alg_kind_t { codes.0 }
  var alpha: Float { codes.1 }
  var beta: Float { codes.2 }
}

/// c = a b in float32, row-major: (m, k) times (k, n). An operand that is turned lies in memory as its transpose.
func dnnMatrixProduct(
  _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, isTurned aIsTurned: Bool = false,
  _ b: UnsafePointer<Float>, isTurned bIsTurned: Bool = false, _ c: UnsafeMutablePointer<Float>
) -> Bool {
  func mark(_ isTurned: Bool) -> CChar { CChar(UInt8(ascii: isTurned ? "T" : "N")) }
  return dnnl_sgemm(
    mark(aIsTurned), mark(bIsTurned), Int64(m), Int64(n), Int64(k), 1, a, Int64(aIsTurned ? m : k), b,
    Int64(bIsTurned ? k : n), 0, c, Int64(n)) == dnnl_success
}
