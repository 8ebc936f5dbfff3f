extension Compiler {
  /// One step of a postfix chain, from the inside out.
  private enum Link {
    case member(String)
    case index([Argument])
    case call([Argument])
    case method(String, [Argument])
    case unwrap
    case optional
  }

  /// `base.member[index].method(...)`, walked in a loop; the register is fresh and holds what is there so far.
  func compilePostfixChain(_ id: NodeID, into register: Int) {
    let (base, links) = postfixLinks(id)
    var index = 0
    var current: Operand?
    if let (count, place) = placeReceiver(base, links.map(\.link)) {
      guard case .method(let name, let arguments) = links[count].link else { return }
      compileMethodCall(name, arguments, at: links[count].range, into: register) { receiver in
        loadPlace(place, into: receiver, at: links[count].range)
      } place: {
        place
      }
      index = count + 1
      current = Operand(register: register, isTemporary: true)
    } else if case .call(let arguments)? = links.first?.link, let name = memberName(base) {
      let place =
        mutatingNames.contains(name) && !builder.isLenient
        ? compilePlace(root: "self", at: links[0].range, steps: []) : nil
      compileMethodCall(name, arguments, at: links[0].range, into: register) { receiver in
        loadName("self", into: receiver, at: links[0].range)
      } place: {
        place
      }
      index = 1
      current = Operand(register: register, isTemporary: true)
    } else if case .call(let arguments)? = links.first?.link {
      compileCall(arguments, at: links[0].range, into: register) { compile(base, into: $0) }
      index = 1
      current = Operand(register: register, isTemporary: true)
    }
    let baseMark = builder.top
    var operand = current ?? self.operand(base)
    while index < links.count {
      let (link, range) = links[index]
      let consumed = operand
      let flag = consumed.isTemporary ? Instruction.givesUpB : 0
      switch link {
      case .member(let name):
        builder.emit(.getMember, a: register, b: consumed.register, c: memberSite(name), x: flag, at: range)
      case .index(let arguments):
        compileIndex(arguments, of: consumed, into: register, at: range)
      case .call(let arguments):
        compileCall(arguments, at: range, into: register) { callee in
          builder.emit(consumed.isTemporary ? .take : .move, a: callee, b: consumed.register, at: range)
        }
      case .method(let name, let arguments):
        compileMethodCall(name, arguments, at: range, into: register) { receiver in
          builder.emit(consumed.isTemporary ? .take : .move, a: receiver, b: consumed.register, at: range)
        } place: {
          nil
        }
      case .unwrap:
        if consumed.register != register {
          builder.emit(consumed.isTemporary ? .take : .move, a: register, b: consumed.register, at: range)
        }
        builder.emit(.unwrap, a: register, at: range)
      case .optional:
        if consumed.register != register {
          builder.emit(consumed.isTemporary ? .take : .move, a: register, b: consumed.register, at: range)
        }
        optionalExits.append(builder.emit(.jumpIfNone, a: register, wide: 0, at: range))
      }
      operand = Operand(register: register, isTemporary: true)
      index += 1
    }
    builder.release(to: baseMark)
  }

  /// The name, when it means a member of `self`.
  private func memberName(_ id: NodeID) -> String? {
    guard case .name(let name) = tree[id], case .member? = resolve(name, at: tree.range(of: id)) else {
      return nil
    }
    return name
  }

  private func postfixLinks(_ id: NodeID) -> (base: NodeID, links: [(link: Link, range: SourceRange)]) {
    var links: [(link: Link, range: SourceRange)] = []
    var current = id
    while true {
      let range = tree.range(of: current)
      switch tree[current] {
      case .member(let base, let name, let nameRange):
        links.append((.member(name), nameRange))
        current = base
      case .subscripted(let base, let arguments):
        links.append((.index(arguments), range))
        current = base
      case .forceUnwrap(let base):
        links.append((.unwrap, range))
        current = base
      case .optionalLink(let base):
        links.append((.optional, range))
        current = base
      case .call(let callee, let arguments):
        if case .member(let base, let name, _) = tree[callee] {
          links.append((.method(name, arguments), range))
          current = base
        } else {
          links.append((.call(arguments), range))
          current = callee
        }
      default: return (current, links.reversed())
      }
    }
  }

  /// When the chain starts with a variable, members and subscripts up to a method that may change it: how many
  /// links lead there, and the place.
  private func placeReceiver(_ base: NodeID, _ links: [Link]) -> (count: Int, place: Int)? {
    guard case .name(let name) = tree[base] else { return nil }
    var steps: [Link] = []
    for (index, link) in links.enumerated() {
      switch link {
      case .member, .index: steps.append(link)
      case .method(let method, _):
        guard mutatingNames.contains(method), isVariable(name) else { return nil }
        let place = compilePlace(
          root: name, at: tree.range(of: base),
          steps: steps.map { link in
            switch link {
            case .member(let name): .member(name)
            case .index(let arguments): .index(arguments)
            default: preconditionFailure("only members and subscripts were collected")
            }
          })
        return place.map { (index, $0) }
      default: return nil
      }
    }
    return nil
  }

  /// Whether a name is something a method could change: a variable, not a built-in or a namespace.
  private func isVariable(_ name: String) -> Bool {
    switch resolve(name, at: SourceRange(0, 0)) {
    case .local, .member: true
    case .capture(_, let capture): capture.isBoxed
    case .global(let slot): !globals.infos[slot].isBuiltin
    case .staticMember, nil: false
    }
  }

  // MARK: Calls

  /// The window of a call: the callee's register, then the arguments in consecutive ones.
  func compileCall(
    _ arguments: [Argument], at range: SourceRange, into target: Int, first: Int? = nil,
    callee loadCallee: (Int) -> Void
  ) {
    let mark = builder.top
    let base = builder.allocate()
    loadCallee(base)
    let all = compileArguments(arguments, piped: first, at: range)
    let site = callSite(nil, all, arguments, piped: first != nil, range: range)
    builder.emit(.call, a: target, b: base, c: site, x: plainCount(all, arguments), at: range)
    builder.release(to: mark)
  }

  func compileMethodCall(
    _ name: String, _ arguments: [Argument], at range: SourceRange, into target: Int, first: Int? = nil,
    receiver loadReceiver: (Int) -> Void, place: () -> Int?
  ) {
    let mark = builder.top
    let base = builder.allocate()
    builder.emit(.loadAbsent, a: base, at: range)
    let receiver = builder.allocate()
    loadReceiver(receiver)
    let all = compileArguments(arguments, piped: first, at: range)
    let place = place()
    let site = callSite(name, all, arguments, piped: first != nil, range: range, place: place)
    builder.emit(
      place == nil ? .callMethod : .callPlaceMethod, a: target, b: base, c: site,
      x: plainCount(all, arguments), at: range)
    builder.release(to: mark)
  }

  /// Evaluates arguments into the window; a piped value comes first. Returns how many there are.
  private func compileArguments(_ arguments: [Argument], piped: Int?, at range: SourceRange) -> Int {
    if let piped {
      let register = builder.allocate()
      builder.emit(.take, a: register, b: piped, at: range)
    }
    for argument in arguments {
      let register = builder.allocate()
      compile(argument.value, into: register)
    }
    return arguments.count + (piped == nil ? 0 : 1)
  }

  private func plainCount(_ count: Int, _ arguments: [Argument]) -> Int {
    count < 255 && arguments.allSatisfy { $0.label == nil && !$0.isTrailingClosure } ? count : 255
  }

  private func callSite(
    _ name: String?, _ count: Int, _ arguments: [Argument], piped: Bool, range: SourceRange, place: Int? = nil
  ) -> Int {
    var labels = arguments.map(\.label)
    var ranges = arguments.map { argument in
      argument.labelRange.map { $0.union(tree.range(of: argument.value)) } ?? tree.range(of: argument.value)
    }
    if piped {
      labels.insert(nil, at: 0)
      ranges.insert(range, at: 0)
    }
    builder.tables.callSites.append(
      CallSite(
        name: name, argumentCount: count, labels: labels, argumentRanges: ranges,
        trailingClosures: arguments.filter(\.isTrailingClosure).count, place: place))
    return builder.tables.callSites.count - 1
  }

  // MARK: Subscripts

  func compileIndex(_ arguments: [Argument], of base: Operand, into target: Int, at range: SourceRange) {
    let mark = builder.top
    refuseLabels(arguments)
    if arguments.count == 1 {
      let index = operand(arguments[0].value)
      let flags =
        (base.isTemporary ? Instruction.givesUpB : 0) | (index.isTemporary ? Instruction.givesUpC : 0)
      builder.emit(.getIndex, a: target, b: base.register, c: index.register, x: flags, at: range)
    } else {
      let first = self.arguments(arguments.map(\.value))
      builder.emit(
        .getElements, a: target, b: base.register, c: first,
        x: arguments.count << 2 | (base.isTemporary ? Instruction.givesUpB : 0), at: range)
    }
    builder.release(to: mark)
  }

  func refuseLabels(_ arguments: [Argument]) {
    for argument in arguments where argument.label != nil {
      report("a subscript takes no labels", at: argument.labelRange ?? tree.range(of: argument.value))
    }
    if arguments.count > 60 {
      report("a subscript cannot have more than 60 parts", at: tree.range(of: arguments[0].value))
    }
    if arguments.isEmpty { report("a subscript needs an index: `x[0]`", at: builder.range) }
  }

  // MARK: Optional chains

  func compileOptionalChain(_ inner: NodeID, into register: Int) {
    let outer = optionalExits
    optionalExits = []
    compile(inner, into: register)
    builder.patch(optionalExits)
    optionalExits = outer
  }

  // MARK: Pipes

  /// `x |> f(a)` is `f(x, a)`.
  func compilePipeChain(_ id: NodeID, into register: Int) {
    var links: [(id: NodeID, right: NodeID)] = []
    var leftmost = id
    while case .pipe(let left, let right) = tree[leftmost] {
      links.append((leftmost, right))
      leftmost = left
    }
    compile(leftmost, into: register)
    for link in links.reversed() {
      let range = tree.range(of: link.right)
      guard case .call(let callee, let arguments) = tree[link.right] else {
        compileCall([], at: range, into: register, first: register) { compile(link.right, into: $0) }
        continue
      }
      if case .member(let base, let name, _) = tree[callee] {
        compileMethodCall(name, arguments, at: range, into: register, first: register) {
          compile(base, into: $0)
        } place: {
          nil
        }
      } else {
        compileCall(arguments, at: range, into: register, first: register) { compile(callee, into: $0) }
      }
    }
  }
}
