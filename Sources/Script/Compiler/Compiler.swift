import Base

/// Turns the syntax of one cell into code.
///
/// Recursion follows nesting only, which the parser bounds; chains that lean to the left (`a + b + c`,
/// `a.b.c`, `x |> f`) are walked in loops.
final class Compiler {
  let tree: SyntaxTree
  let source: SourceText
  let globals: Globals
  /// The number of this cell, to tell a second `let` of the same cell from a new definition.
  let cell: Int
  /// Methods that change their receiver: built-in ones, and those of structs seen so far.
  var mutatingNames: Set<String>
  private(set) var analysis: CaptureAnalysis
  private(set) var diagnostics: [Diagnostic] = []
  var builder: FunctionBuilder
  /// Jumps of the optional chain being compiled that leave it with nil.
  var optionalExits: [Int] = []
  /// Whether the subscripts of the place being compiled may stay in the registers of variables.
  var subscriptsStay = false

  private init(
    _ tree: SyntaxTree, source: SourceText, globals: Globals, cell: Int, mutatingNames: Set<String>
  ) {
    self.tree = tree
    self.source = source
    self.globals = globals
    self.cell = cell
    self.mutatingNames = MutatingMethods.names(in: tree, known: mutatingNames)
    analysis = CaptureAnalysis(tree, mutatingNames: self.mutatingNames)
    let range = SourceRange(0, source.utf8.count)
    builder = FunctionBuilder(
      parent: nil, name: source.name, range: range, shared: analysis.namesInInnerFunctions(of: range),
      assigned: analysis.assignedNames(in: range))
    builder.isCell = true
  }

  struct Output {
    /// Nil when there were errors.
    let code: FunctionCode?
    let diagnostics: [Diagnostic]
    let mutatingNames: Set<String>
  }

  static func compile(
    _ tree: SyntaxTree, source: SourceText, globals: Globals, cell: Int, mutatingNames: Set<String>
  ) -> Output {
    let compiler = Compiler(tree, source: source, globals: globals, cell: cell, mutatingNames: mutatingNames)
    compiler.compileCell()
    let code: FunctionCode?
    if compiler.diagnostics.isEmpty {
      code = compiler.builder.finish(source: source)
    } else {
      compiler.builder.discard()
      code = nil
    }
    return Output(code: code, diagnostics: compiler.diagnostics, mutatingNames: compiler.mutatingNames)
  }

  private func compileCell() {
    hoistDeclarations(tree.statements)
    let result = builder.allocate()
    compileBody(tree.statements, result: result)
    builder.emit(.returnValue, a: result, at: builder.range)
    checkLimits(builder)
  }

  // MARK: Diagnostics

  func report(
    _ message: String, at range: SourceRange, suggestion: String? = nil, kind: ErrorKind = .syntax,
    notes: [Diagnostic.Note] = []
  ) {
    diagnostics.append(Diagnostic(kind, message, at: range, notes: notes, suggestion: suggestion))
  }

  /// Reports a function that outgrew what an instruction can name.
  func checkLimits(_ builder: FunctionBuilder) {
    let tables = builder.tables
    let largest = max(tables.callSites.count, tables.memberSites.count, tables.places.count)
    if builder.isTooWide || builder.isTooLong || largest > 0xFFFF || builder.captures.count > 0xFFFF {
      report(
        "this is too long for one \(builder.isCell ? "cell" : "function"): it needs more variables, calls or steps than fit",
        at: builder.range, suggestion: "split it into several functions")
    }
  }

  // MARK: Functions

  /// Compiles the body of a function in a builder of its own.
  func compileFunction(
    name: String, range: SourceRange, configure: (FunctionBuilder) -> Void, body: () -> Void
  ) -> (code: FunctionCode, captures: [FunctionBuilder.Capture]) {
    let inner = FunctionBuilder(
      parent: builder, name: name, range: range, shared: analysis.namesInInnerFunctions(of: range),
      assigned: analysis.assignedNames(in: range))
    configure(inner)
    let outer = builder
    builder = inner
    body()
    checkLimits(inner)
    builder = outer
    return (inner.finish(source: source), inner.captures)
  }

  // MARK: Names

  enum Binding {
    case local(FunctionBuilder.Variable)
    case capture(Int, FunctionBuilder.Capture)
    /// A member of the struct whose method this is, reached through `self`.
    case member
    case staticMember
    case global(Int)
  }

  func resolve(_ name: String, at range: SourceRange) -> Binding? {
    if let binding = resolveLocally(name, in: builder) { return binding }
    guard let slot = globals.slot(name) else {
      report("a session cannot have more than \(Globals.capacity) names", at: range)
      return nil
    }
    return .global(slot)
  }

  private func resolveLocally(_ name: String, in builder: FunctionBuilder) -> Binding? {
    if let variable = builder.local(name) { return .local(variable) }
    if let members = builder.members {
      if members.names.contains(name) { return .member }
      if members.staticNames.contains(name) { return .staticMember }
    }
    guard let parent = builder.parent else { return nil }
    switch resolveLocally(name, in: parent) {
    case .local(let variable):
      let index = builder.capture(
        name, from: .register(variable.register), isBoxed: variable.isBoxed,
        isLet: variable.isLet || variable.isParameter)
      return .capture(index, builder.captures[index])
    case .capture(let outer, let capture):
      let index = builder.capture(name, from: .capture(outer), isBoxed: capture.isBoxed, isLet: capture.isLet)
      return .capture(index, builder.captures[index])
    case .member: return .member
    case .staticMember: return .staticMember
    case .global, nil: return nil
    }
  }

  /// Declares a local variable in a register of its own; its value must already be there.
  @discardableResult
  func declareLocal(
    _ name: String, register: Int, isLet: Bool, isAssigned: Bool = true, isParameter: Bool = false,
    at range: SourceRange
  ) -> FunctionBuilder.Variable {
    let boxed = builder.needsBox(name) || (!isAssigned && builder.sharedNames.contains(name))
    let variable = FunctionBuilder.Variable(
      name: name, register: register, isLet: isLet, isBoxed: boxed, isAssigned: isAssigned, range: range,
      isParameter: isParameter)
    if boxed { builder.emit(.makeBox, a: register, at: range) }
    builder.scopes[builder.scopes.count - 1].append(variable)
    return variable
  }
}
