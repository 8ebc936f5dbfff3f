/// A function that the program itself provides, with everything that help, completion and the manual say of it.
package final class Builtin: Sendable {
  package struct Parameter: Sendable {
    package let name: String
    /// What the signature shows as default; nil where the argument must be given. The body decides what an
    /// absent argument means.
    package let defaultText: String?
    /// Takes all further positional arguments, as an array.
    package let isVariadic: Bool
    /// One phrase: what it is, with shape or range.
    package let summary: String
    /// Implicit members it takes (`["same", "valid"]`), for completion.
    package let choices: [String]

    package init(
      _ name: String, default defaultText: String? = nil, variadic isVariadic: Bool = false,
      choices: [String] = [], _ summary: String = ""
    ) {
      self.name = name
      self.defaultText = defaultText
      self.isVariadic = isVariadic
      self.summary = summary
      self.choices = choices
    }
  }

  /// Code with the text that it prints or shows; run as a test.
  package struct Example: Sendable {
    package let code: String
    package let output: String
    package init(_ code: String, _ output: String) {
      self.code = code
      self.output = output
    }
  }

  package typealias Body = @Sendable (_ call: Call) throws -> Value

  /// What a built-in makes of a single number, without a look at anything else.
  package struct NumberFunction: Sendable {
    package typealias Body = @convention(c) (Double) -> Double
    /// Whether an integer is taken as a double.
    package let takesIntegers: Bool
    package let body: Body

    package init(takesIntegers: Bool, _ body: Body) {
      self.takesIntegers = takesIntegers
      self.body = body
    }
  }

  /// What the machine does by itself where that needs no more than a look, instead of calling the body.
  package enum Shortcut: Sendable {
    /// The number of elements of an array, dictionary or string.
    case count
    /// One element at the end of an array.
    case append
  }

  package let name: String
  package let parameters: [Parameter]
  /// One sentence.
  package let summary: String
  /// Shapes, errors, source; paragraphs of plain text.
  package let details: String
  package let examples: [Example]
  /// A method that may change its receiver, which is then argument 0.
  package let isMutating: Bool
  package let body: Body
  package let shortcut: Shortcut?
  /// The same as the body for one argument that is a number.
  package let numberFunction: NumberFunction?
  let parameterCount: Int
  /// How many arguments a call must give at least, when it names none of them.
  let requiredCount: Int
  /// Which parameter takes all further arguments; -1 for none.
  let variadicIndex: Int

  package init(
    _ name: String, _ parameters: [Parameter], mutating isMutating: Bool = false, _ summary: String,
    details: String = "", examples: [Example] = [], shortcut: Shortcut? = nil,
    numberFunction: NumberFunction? = nil, body: @escaping Body
  ) {
    self.name = name
    self.parameters = parameters
    self.summary = summary
    self.details = details
    self.examples = examples
    self.isMutating = isMutating
    self.body = body
    self.shortcut = shortcut
    self.numberFunction = numberFunction
    parameterCount = parameters.count
    requiredCount = (parameters.lastIndex { $0.defaultText == nil && !$0.isVariadic } ?? -1) + 1
    variadicIndex = parameters.firstIndex(where: \.isVariadic) ?? -1
  }

  /// `conv2d(x, filters, stride = 1)`; a method's receiver is left out.
  package var signature: String {
    let shown = parameters.first?.name == "self" ? parameters.dropFirst() : parameters[...]
    let list = shown.map { parameter in
      parameter.name + (parameter.isVariadic ? "..." : "")
        + (parameter.defaultText.map { " = " + $0 } ?? "")
    }
    return "\(name)(\(list.joined(separator: ", ")))"
  }
}

/// What a type name stands for in a program: its members, its methods, and how to make one (`Int("3")`).
package final class TypeTable: Sendable {
  package let name: String
  package let summary: String
  /// `x.shape`: built-ins with one parameter, `self`.
  package let properties: [String: Builtin]
  /// `x.sum(axis: 0)`: built-ins whose first parameter is `self`.
  package let methods: [String: Builtin]

  package init(_ name: String, _ summary: String, properties: [Builtin] = [], methods: [Builtin] = []) {
    self.name = name
    self.summary = summary
    self.properties = Dictionary(properties.map { ($0.name, $0) }) { first, _ in first }
    self.methods = Dictionary(methods.map { ($0.name, $0) }) { first, _ in first }
  }
}

/// A name with members: `filters.sobel`, `Double.pi`; callable when it has a `call` (`Int("3")`).
package final class Namespace: Sendable {
  package let name: String
  package let summary: String
  /// Read without parentheses: built-ins without parameters.
  package let constants: [String: Builtin]
  package let functions: [String: Builtin]
  package let call: Builtin?

  package init(
    _ name: String, _ summary: String, constants: [Builtin] = [], functions: [Builtin] = [],
    call: Builtin? = nil
  ) {
    self.name = name
    self.summary = summary
    self.constants = Dictionary(constants.map { ($0.name, $0) }) { first, _ in first }
    self.functions = Dictionary(functions.map { ($0.name, $0) }) { first, _ in first }
    self.call = call
  }
}

/// Everything a session provides by name.
package final class Registry: Sendable {
  package enum Entry: Sendable {
    case function(Builtin)
    case namespace(Namespace)
  }

  package let globals: [String: Entry]
  /// By the type's name: "Int", "Array", "Tensor", ...
  package let types: [String: TypeTable]

  package init(functions: [Builtin], namespaces: [Namespace], types: [TypeTable]) {
    var globals: [String: Entry] = [:]
    for function in functions { globals[function.name] = .function(function) }
    for namespace in namespaces { globals[namespace.name] = .namespace(namespace) }
    self.globals = globals
    self.types = Dictionary(types.map { ($0.name, $0) }) { first, _ in first }
  }
}
