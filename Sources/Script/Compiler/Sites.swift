import CMachine

/// One call in the source: how its arguments are written.
final class CallSite {
  /// The method's name, for method calls.
  let name: String?
  let argumentCount: Int
  /// One per argument; empty when no argument has one.
  let labels: [String?]
  let argumentRanges: [SourceRange]
  /// The last of them are trailing closures.
  let trailingClosures: Int
  /// What a mutating method's receiver is written back to.
  let place: Int?

  /// The binding found last time: for which callee, and which parameter each argument goes to.
  var boundCallee: AnyObject?
  var binding: [Int] = []
  /// The struct whose method was found last time; kept alive, so that no other type can take its address.
  private var cachedType: StructType?
  /// The built-in method found last time, and for which kind of value.
  var cachedKind: Value.Kind?
  var cachedBuiltin: Unmanaged<Builtin>?
  /// What the fast half of the machine knows of all this.
  var cache: UnsafeMutablePointer<vm_call_cache>?

  init(
    name: String? = nil, argumentCount: Int, labels: [String?], argumentRanges: [SourceRange],
    trailingClosures: Int, place: Int? = nil
  ) {
    self.name = name
    self.argumentCount = argumentCount
    self.labels = labels.contains { $0 != nil } ? labels : []
    self.argumentRanges = argumentRanges
    self.trailingClosures = trailingClosures
    self.place = place
  }

  /// Calls of instances of a type run this method from now on.
  func remember(_ type: StructType, _ method: Value) {
    cachedType = type
    cache?.pointee.type = UnsafeRawPointer(Unmanaged.passUnretained(type).toOpaque())
    cache?.pointee.method = method.fast
    cache?.pointee.is_mutating = method.functionCode?.isMutating ?? false
  }

  /// Calls of a type run this initialiser from now on.
  func remember(_ type: StructType, initializer: Value) {
    cachedType = type
    cache?.pointee.type = UnsafeRawPointer(Unmanaged.passUnretained(type).toOpaque())
    cache?.pointee.method = initializer.fast
  }

  func remember(_ builtin: Builtin, for kind: Value.Kind) {
    cachedKind = kind
    // The registry keeps it.
    cachedBuiltin = .passUnretained(builtin)
    cache?.pointee.is_append = kind == .array && builtin.shortcut == .append
  }

  /// The binding of the arguments to the parameters of a callee.
  func remember(_ binding: [Int], _ owner: AnyObject) {
    boundCallee = owner
    self.binding = binding
    guard binding.elementsEqual(binding.indices), let hot = (owner as? FunctionCode)?.hot,
      max(hot.pointee.plainArity, hot.pointee.methodArity) >= 0
    else {
      cache?.pointee.bound = nil
      return
    }
    cache?.pointee.bound = UnsafeRawPointer(hot)
  }
}

/// One `x.name` in the source, with the field found there last time.
final class MemberSite {
  let name: String
  /// Kept alive, so that no other type can take its address.
  private var cachedType: StructType?
  /// What the fast half of the machine knows of it.
  var cache: UnsafeMutablePointer<vm_member_cache>?

  init(name: String) { self.name = name }

  /// In instances of a type, the member is a field.
  func remember(_ type: StructType, field index: Int) {
    cachedType = type
    cache?.pointee.type = UnsafeRawPointer(Unmanaged.passUnretained(type).toOpaque())
    cache?.pointee.field = Int64(index)
  }

  /// In values of a kind, the member is the number of elements.
  func rememberCount(of kind: Value.Kind) { cache?.pointee.counted = kind.rawValue }
}

/// Something that can be assigned to: a variable and the way from it to one of its parts.
struct Place {
  enum Root {
    case register(Int)
    case box(Int)
    case captureBox(Int)
    case global(Int)
  }
  enum Step {
    case member(String)
    /// Subscripts in consecutive registers.
    case index(Int, count: Int)
  }
  let root: Root
  let steps: [Step]
  /// The variable's name and whether it was declared by `let`, for messages.
  let name: String
  let isLet: Bool
  let path: PlacePath

  init(root: Root, steps: [Step], name: String, isLet: Bool) {
    self.root = root
    self.steps = steps
    self.name = name
    self.isLet = isLet
    path = PlacePath(steps)
  }

  /// The place as the fast half of the machine walks to it.
  var fast: vm_place {
    let (kind, index) =
      switch root {
      case .register(let index): (vm_root_register, index)
      case .box(let index): (vm_root_box, index)
      case .captureBox(let index): (vm_root_capture_box, index)
      case .global(let index): (vm_root_global, index)
      }
    return vm_place(
      steps: path.steps, count: Int64(steps.count), index: Int64(index), root: UInt8(kind), is_let: isLet)
  }
}

/// The steps of a place with what was found there last time.
final class PlacePath {
  let steps: UnsafeMutablePointer<vm_step>
  /// The types of the fields found, kept alive, so that no other type can take their addresses.
  private var types: [StructType?]

  init(_ steps: [Place.Step]) {
    self.steps = .allocate(capacity: max(steps.count, 1))
    types = Array(repeating: nil, count: steps.count)
    for (index, step) in steps.enumerated() {
      var fast = vm_step()
      if case .index(let first, let count) = step {
        fast.index = Int64(first)
        fast.count = UInt8(clamping: count)
      }
      (self.steps + index).initialize(to: fast)
    }
  }

  deinit { steps.deallocate() }

  /// In instances of a type, the step leads to a field that may be set.
  func remember(_ type: StructType, field: Int, step: Int) {
    types[step] = type
    steps[step].type = UnsafeRawPointer(Unmanaged.passUnretained(type).toOpaque())
    steps[step].index = Int64(field)
    steps[step].fits = type.fields[field].type.map { $0.plainKind?.rawValue ?? PlacePath.needsLook } ?? 0
  }

  /// The mark of a field whose annotation takes more than a look at the kind: no value has it.
  private static let needsLook = UInt8.max
}

extension TypeName {
  /// The kind of value that is all the type asks for; nil when it asks for more.
  var plainKind: Value.Kind? {
    guard case .named(let name, _) = self else { return nil }
    return switch name {
    case "Int": .integer
    case "Double", "Float": .double
    case "Bool": .bool
    case "String": .string
    case "Any": .absent
    default: nil
    }
  }
}
