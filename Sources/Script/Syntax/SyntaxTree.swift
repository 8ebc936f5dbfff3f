/// Names a node of a `SyntaxTree`.
package struct NodeID: Hashable, Sendable {
  package let index: Int32
}

/// The syntax of one cell.
///
/// Nodes live in one array and name each other by index, so that a chain of 50,000 operators is neither built
/// nor dropped by recursion. Brackets nest at most `Parser.maximumDepth` deep; only left-leaning chains
/// (`a + b + c`, `a.b.c`, `x |> f |> g`) grow deeper, and whoever walks the tree takes those in a loop.
package struct SyntaxTree: Sendable {
  package private(set) var nodes: [Node] = []
  package private(set) var ranges: [SourceRange] = []
  /// The statements of the cell in order.
  package var statements: [NodeID] = []

  package init() {}

  package mutating func add(_ node: Node, at range: SourceRange) -> NodeID {
    nodes.append(node)
    ranges.append(range)
    return NodeID(index: Int32(nodes.count - 1))
  }

  package subscript(id: NodeID) -> Node { nodes[Int(id.index)] }
  package func range(of id: NodeID) -> SourceRange { ranges[Int(id.index)] }
}

/// A statement or an expression.
package enum Node: Sendable {
  /// Stands where a syntax error was reported.
  case invalid

  // Literals and names
  case nilLiteral
  case bool(Bool)
  case integer(Int)
  case double(Double)
  case string(String)
  /// The parts in order; texts are `.string` nodes, the rest are the interpolated expressions.
  case interpolation([NodeID])
  case name(String)
  /// `.same`: what it means depends on where it goes.
  case implicitMember(String)
  /// `$0`
  case closureArgument(Int)
  /// `_`: the last result when read, "do not care" in a pattern.
  case wildcard
  case array([NodeID])
  case dictionary([DictionaryElement])
  /// Two or more elements, or one with a label; also the empty `()`.
  case tuple([TupleElement])

  // Operators
  case unary(UnaryOperator, NodeID)
  case binary(BinaryOperator, NodeID, NodeID)
  /// `&&`, `||` and `??` evaluate their right side only when needed.
  case shortCircuit(ShortCircuitOperator, NodeID, NodeID)
  case pipe(NodeID, NodeID)
  case ternary(condition: NodeID, then: NodeID, else: NodeID)
  /// `a..<b`, `a...b`, `a...`, `..<b`, `...b`
  case range(lower: NodeID?, upper: NodeID?, isClosed: Bool)
  /// `...` alone, inside a subscript.
  case ellipsis
  /// `x as T`, `x is T` with the type checked when run.
  case typeTest(NodeID, TypeName)

  // Postfix
  case member(NodeID, String, nameRange: SourceRange)
  /// `t[i, j]`; labels are allowed for parsing and refused later.
  case subscripted(NodeID, [Argument])
  case call(NodeID, [Argument])
  /// `x!`
  case forceUnwrap(NodeID)
  /// A postfix chain with at least one `?` in it; nil ends the whole chain.
  case optionalChain(NodeID)
  /// The `x?` inside an `optionalChain`.
  case optionalLink(NodeID)

  // Expressions with bodies
  case closure(Closure)
  case ifElse(If)
  case switching(Switch)

  // Statements
  /// `let p: T = value`; a list `let a = 1, b = 2` is several of them.
  case variable(isLet: Bool, pattern: Pattern, type: TypeName?, value: NodeID?)
  /// `target = value`, `target += value`. A target is a name, member, subscript, tuple of targets or `_`.
  case assignment(target: NodeID, operator: BinaryOperator?, value: NodeID)
  case function(Function)
  case structure(Structure)
  case enumeration(Enumeration)
  case guarding([Condition], else: [NodeID])
  case forIn(For)
  case whileLoop(label: String?, [Condition], body: [NodeID])
  case repeatWhile(label: String?, body: [NodeID], condition: NodeID)
  case returning(NodeID?)
  case breaking(label: String?)
  case continuing(label: String?)
  case throwing(NodeID)
  case doCatch(Do)
  case deferring([NodeID])
  /// An expression on a line of its own that ends in `;`: its value is not shown.
  case silenced(NodeID)
  /// `name?` on a line of its own.
  case help(NodeID)
  /// `import "file.cnn"`
  case importing(String)
}

package struct DictionaryElement: Sendable {
  package var key: NodeID
  package var value: NodeID
  package init(key: NodeID, value: NodeID) {
    self.key = key
    self.value = value
  }
}

package struct TupleElement: Sendable {
  package var label: String?
  package var value: NodeID
  package init(label: String?, value: NodeID) {
    self.label = label
    self.value = value
  }
}

package struct Argument: Sendable {
  package var label: String?
  package var labelRange: SourceRange?
  package var value: NodeID
  /// Trailing closures come last; further ones (`f { } else: { }`) carry their label.
  package var isTrailingClosure: Bool
  package init(
    label: String?, labelRange: SourceRange?, value: NodeID, isTrailingClosure: Bool = false
  ) {
    self.label = label
    self.labelRange = labelRange
    self.value = value
    self.isTrailingClosure = isTrailingClosure
  }
}

package enum UnaryOperator: String, Sendable {
  case negate = "-"
  case plus = "+"
  case not = "!"
}

package enum BinaryOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case power = "**"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  /// Element-wise logic on masks and bit operations on integers.
  case and = "&"
  case or = "|"
  case xor = "^"
  case shiftLeft = "<<"
  case shiftRight = ">>"
}

package enum ShortCircuitOperator: String, Sendable {
  case and = "&&"
  case or = "||"
  case coalesce = "??"
}

/// What a declaration or a loop binds.
package indirect enum Pattern: Sendable {
  case name(String, SourceRange)
  case wildcard(SourceRange)
  case tuple([Pattern], SourceRange)
}

/// A type annotation, checked when run.
package indirect enum TypeName: Sendable {
  /// `Int`, `Tensor`, `Residual`, `Any`
  case named(String, SourceRange)
  case array(TypeName)
  case dictionary(TypeName, TypeName)
  case tuple([TypeName])
  case function
  case optional(TypeName)
}

package struct Parameter: Sendable {
  /// The name inside the function.
  package var name: String
  /// The name callers write, where it differs (`label name`); nil for the same name. After `_ x`, `isUnlabelled`.
  package var label: String?
  package var isUnlabelled: Bool
  /// `xs...` or `xs: Int...`: takes all further positional arguments as an array.
  package var isVariadic: Bool
  package var type: TypeName?
  package var defaultValue: NodeID?
  package var range: SourceRange
  package init(
    name: String, label: String? = nil, isUnlabelled: Bool = false, isVariadic: Bool = false,
    type: TypeName? = nil, defaultValue: NodeID? = nil, range: SourceRange
  ) {
    self.name = name
    self.label = label
    self.isUnlabelled = isUnlabelled
    self.isVariadic = isVariadic
    self.type = type
    self.defaultValue = defaultValue
    self.range = range
  }
}

/// `func` and `init` declarations, and computed members' bodies.
package struct Function: Sendable {
  /// "init" for initialisers.
  package var name: String
  package var nameRange: SourceRange
  package var parameters: [Parameter]
  package var result: TypeName?
  package var body: [NodeID]
  package var isMutating: Bool
  package var isStatic: Bool
  package init(
    name: String, nameRange: SourceRange, parameters: [Parameter], result: TypeName? = nil,
    body: [NodeID],
    isMutating: Bool = false, isStatic: Bool = false
  ) {
    self.name = name
    self.nameRange = nameRange
    self.parameters = parameters
    self.result = result
    self.body = body
    self.isMutating = isMutating
    self.isStatic = isStatic
  }
}

package struct Closure: Sendable {
  /// Nil when the closure names none and uses `$0`, `$1`, ...
  package var parameters: [Parameter]?
  package var body: [NodeID]
  package init(parameters: [Parameter]?, body: [NodeID]) {
    self.parameters = parameters
    self.body = body
  }
}

package struct Structure: Sendable {
  package struct StoredMember: Sendable {
    package var name: String
    package var isLet: Bool
    package var isStatic: Bool
    package var type: TypeName?
    package var value: NodeID?
    package var range: SourceRange
    package init(
      name: String, isLet: Bool, isStatic: Bool, type: TypeName?, value: NodeID?, range: SourceRange
    ) {
      self.name = name
      self.isLet = isLet
      self.isStatic = isStatic
      self.type = type
      self.value = value
      self.range = range
    }
  }
  package struct ComputedMember: Sendable {
    package var name: String
    package var isStatic: Bool
    package var getter: Function
    /// Its one parameter is `newValue` or the name given.
    package var setter: Function?
    package init(name: String, isStatic: Bool, getter: Function, setter: Function?) {
      self.name = name
      self.isStatic = isStatic
      self.getter = getter
      self.setter = setter
    }
  }

  package var name: String
  package var nameRange: SourceRange
  package var stored: [StoredMember]
  package var computed: [ComputedMember]
  package var initializers: [Function]
  package var methods: [Function]
  package init(
    name: String, nameRange: SourceRange, stored: [StoredMember] = [],
    computed: [ComputedMember] = [],
    initializers: [Function] = [], methods: [Function] = []
  ) {
    self.name = name
    self.nameRange = nameRange
    self.stored = stored
    self.computed = computed
    self.initializers = initializers
    self.methods = methods
  }
}

package struct Enumeration: Sendable {
  package struct Case: Sendable {
    package var name: String
    package var rawValue: NodeID?
    package var range: SourceRange
    package init(name: String, rawValue: NodeID?, range: SourceRange) {
      self.name = name
      self.rawValue = rawValue
      self.range = range
    }
  }
  package var name: String
  package var nameRange: SourceRange
  /// `enum Direction: String`
  package var rawType: TypeName?
  package var cases: [Case]
  package var computed: [Structure.ComputedMember]
  package var methods: [Function]
  package init(
    name: String, nameRange: SourceRange, rawType: TypeName?, cases: [Case],
    computed: [Structure.ComputedMember] = [], methods: [Function] = []
  ) {
    self.name = name
    self.nameRange = nameRange
    self.rawType = rawType
    self.cases = cases
    self.computed = computed
    self.methods = methods
  }
}

/// One of the comma-separated conditions of `if`, `guard` and `while`.
package enum Condition: Sendable {
  case expression(NodeID)
  /// `let x = value` holds when the value is not nil; `if let x` alone has the name itself as value.
  case binding(isLet: Bool, Pattern, NodeID)
}

/// Branches in order; `else if` chains are flat.
package struct If: Sendable {
  package struct Branch: Sendable {
    package var conditions: [Condition]
    package var body: [NodeID]
    package init(conditions: [Condition], body: [NodeID]) {
      self.conditions = conditions
      self.body = body
    }
  }
  package var branches: [Branch]
  package var otherwise: [NodeID]?
  package init(branches: [Branch], otherwise: [NodeID]?) {
    self.branches = branches
    self.otherwise = otherwise
  }
}

package struct Switch: Sendable {
  package enum Item: Sendable {
    /// A value, range, implicit member or tuple of such; `_` inside a tuple matches anything.
    case value(NodeID)
    /// `let x`
    case binding(Pattern)
    /// `is T`
    case type(TypeName)
    case wildcard
  }
  package struct Case: Sendable {
    /// Empty for `default`.
    package var items: [Item]
    package var isDefault: Bool
    package var condition: NodeID?
    package var body: [NodeID]
    package var range: SourceRange
    package init(
      items: [Item], isDefault: Bool, condition: NodeID?, body: [NodeID], range: SourceRange
    ) {
      self.items = items
      self.isDefault = isDefault
      self.condition = condition
      self.body = body
      self.range = range
    }
  }
  package var label: String?
  package var subject: NodeID
  package var cases: [Case]
  package init(label: String?, subject: NodeID, cases: [Case]) {
    self.label = label
    self.subject = subject
    self.cases = cases
  }
}

package struct For: Sendable {
  package var label: String?
  package var pattern: Pattern
  package var sequence: NodeID
  package var condition: NodeID?
  package var body: [NodeID]
  package init(
    label: String?, pattern: Pattern, sequence: NodeID, condition: NodeID?, body: [NodeID]
  ) {
    self.label = label
    self.pattern = pattern
    self.sequence = sequence
    self.condition = condition
    self.body = body
  }
}

/// `do { }` with any number of catch clauses; none means a bare block.
package struct Do: Sendable {
  package struct Catch: Sendable {
    /// The name the error gets; `error` where none is written.
    package var name: String
    package var condition: NodeID?
    package var body: [NodeID]
    package init(name: String, condition: NodeID?, body: [NodeID]) {
      self.name = name
      self.condition = condition
      self.body = body
    }
  }
  package var body: [NodeID]
  package var catches: [Catch]
  package init(body: [NodeID], catches: [Catch]) {
    self.body = body
    self.catches = catches
  }
}
