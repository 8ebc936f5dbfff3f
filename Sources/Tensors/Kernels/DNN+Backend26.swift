import COneDNN

// The names of oneDNN's 2.x interface, and nothing else: descriptors are plain structs filled by `_desc_init`
// functions, operations are described first and then asked for an implementation. Version 3 does both
// differently and would be a second file with the same Swift declarations.

/// A way in which elements lie in memory: sizes in oneDNN's order (n, c, h, w) or (o, i, h, w) with a layout.
struct DNNLayout {
  enum Order {
    /// Pictures (n, h, w, c).
    case nhwc
    /// Filters (h, w, in, out).
    case hwio
    /// One axis.
    case line
    /// Whatever suits the operation.
    case any

    fileprivate var tag: dnnl_format_tag_t {
      switch self {
      case .nhwc: dnnl_acdb
      case .hwio: dnnl_cdba
      case .line: dnnl_a
      case .any: dnnl_format_tag_any
      }
    }
  }

  fileprivate var description: dnnl_memory_desc_t

  init?(_ sizes: [Int], _ order: Order) {
    var description = dnnl_memory_desc_t()
    let status = dnnl_memory_desc_init_by_tag(
      &description, Int32(sizes.count), sizes.map(Int64.init), dnnl_f32, order.tag)
    guard status == dnnl_success else { return nil }
    self.description = description
  }

  /// No memory at all.
  init() { description = dnnl_memory_desc_t() }

  fileprivate init(_ description: dnnl_memory_desc_t) { self.description = description }

  var bytes: Int {
    withUnsafePointer(to: description) { Int(dnnl_memory_desc_get_size($0)) }
  }

  func matches(_ other: DNNLayout) -> Bool {
    withUnsafePointer(to: description) { a in
      withUnsafePointer(to: other.description) { b in dnnl_memory_desc_equal(a, b) != 0 }
    }
  }
}

/// oneDNN's engine and stream of one thread.
final class DNNHandle {
  fileprivate let engine: dnnl_engine_t
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

  /// Runs a primitive over its arguments and waits for it.
  func run(_ primitive: DNNPrimitive, _ arguments: [dnnl_exec_arg_t]) -> Bool {
    dnnl_primitive_execute(primitive.primitive, stream, Int32(arguments.count), arguments) == dnnl_success
      && dnnl_stream_wait(stream) == dnnl_success
  }
}

/// A place in memory with a layout, as a primitive's argument.
final class DNNMemory {
  fileprivate let memory: dnnl_memory_t

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
enum DNNRole {
  case source, weights, bias, target, scratch, from, to

  private var code: Int32 {
    switch self {
    case .source: DNNL_ARG_SRC
    case .weights: DNNL_ARG_WEIGHTS
    case .bias: DNNL_ARG_BIAS
    case .target: DNNL_ARG_DST
    case .scratch: DNNL_ARG_SCRATCHPAD
    case .from: DNNL_ARG_FROM
    case .to: DNNL_ARG_TO
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
  /// The name of the implementation: "jit:avx2", "ref:any".
  let implementation: String
  let source, weights, target, scratch: DNNLayout

  private init?(_ descriptor: dnnl_primitive_desc_t?) {
    guard let descriptor else { return nil }
    defer { dnnl_primitive_desc_destroy(descriptor) }
    var name: UnsafePointer<CChar>?
    _ = dnnl_primitive_desc_query(descriptor, dnnl_query_impl_info_str, 0, &name)
    implementation = name.map { String(cString: $0) } ?? ""
    func layout(_ query: dnnl_query_t) -> DNNLayout {
      dnnl_primitive_desc_query_md(descriptor, query, 0).map { DNNLayout($0.pointee) } ?? DNNLayout()
    }
    source = layout(dnnl_query_src_md)
    weights = layout(dnnl_query_weights_md)
    target = layout(dnnl_query_dst_md)
    scratch = layout(dnnl_query_scratchpad_md)
    var primitive: dnnl_primitive_t?
    guard dnnl_primitive_create(&primitive, descriptor) == dnnl_success, let primitive else { return nil }
    self.primitive = primitive
  }

  deinit { dnnl_primitive_destroy(primitive) }

  /// A forward convolution; nil when oneDNN has none for these layouts.
  convenience init?(
    convolution geometry: WindowGeometry, source: DNNLayout, weights: DNNLayout, bias: DNNLayout?,
    target: DNNLayout, winograd: Bool, _ handle: DNNHandle
  ) {
    var operation = dnnl_convolution_desc_t()
    var (source, weights, target) = (source.description, weights.description, target.description)
    var bias = bias?.description ?? dnnl_memory_desc_t()
    let (y, x) = (geometry.y, geometry.x)
    func pair(_ y: Int, _ x: Int) -> [Int64] { [Int64(y), Int64(x)] }
    let status = dnnl_dilated_convolution_forward_desc_init(
      &operation, dnnl_forward_inference, winograd ? dnnl_convolution_winograd : dnnl_convolution_direct,
      &source, &weights, &bias, &target, pair(y.stride, x.stride), pair(y.dilation - 1, x.dilation - 1),
      pair(y.before, x.before), pair(y.after, x.after))
    guard status == dnnl_success else { return nil }
    self.init(DNNPrimitive.descriptor(&operation, handle))
  }

  /// A change of layout.
  convenience init?(from: DNNLayout, to: DNNLayout, _ handle: DNNHandle) {
    var (from, to) = (from.description, to.description)
    var descriptor: dnnl_primitive_desc_t?
    let status = DNNPrimitive.withAttributes {
      dnnl_reorder_primitive_desc_create(&descriptor, &from, handle.engine, &to, handle.engine, $0)
    }
    self.init(status == dnnl_success ? descriptor : nil)
  }

  private static func descriptor(_ operation: UnsafeRawPointer, _ handle: DNNHandle) -> dnnl_primitive_desc_t?
  {
    var descriptor: dnnl_primitive_desc_t?
    let status = withAttributes {
      dnnl_primitive_desc_create(&descriptor, operation, $0, handle.engine, nil)
    }
    return status == dnnl_success ? descriptor : nil
  }

  /// Attributes that leave the scratch memory to us.
  private static func withAttributes(_ body: (dnnl_primitive_attr_t?) -> dnnl_status_t) -> dnnl_status_t {
    var attributes: dnnl_primitive_attr_t?
    guard dnnl_primitive_attr_create(&attributes) == dnnl_success else { return dnnl_out_of_memory }
    defer { dnnl_primitive_attr_destroy(attributes) }
    let status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user)
    return status == dnnl_success ? body(attributes) : status
  }
}

/// c = a b in float32, row-major.
func dnnMatrixProduct(
  _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>
) -> Bool {
  let plain = CChar(UInt8(ascii: "N"))
  return dnnl_sgemm(plain, plain, Int64(m), Int64(n), Int64(k), 1, a, Int64(k), b, Int64(n), 0, c, Int64(n))
    == dnnl_success
}
