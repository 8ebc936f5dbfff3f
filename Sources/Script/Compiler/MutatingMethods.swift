/// Finds the methods that change `self`, so that calls of them write the receiver back.
///
/// A method does when it is marked `mutating`, when it assigns to a member or to `self`, or when it calls such
/// a method on a member; the last is followed until nothing new turns up.
enum MutatingMethods {
  /// All mutating method names: those known before and those of the structs in the tree.
  static func names(in tree: SyntaxTree, known: Set<String>) -> Set<String> {
    var names = known
    let structures = tree.nodes.compactMap {
      if case .structure(let structure) = $0 { structure } else { nil }
    }
    guard !structures.isEmpty else { return names }
    while true {
      let analysis = CaptureAnalysis(tree, mutatingNames: names)
      var grew = false
      for structure in structures {
        let members = memberNames(of: structure)
        for method in structure.methods where !method.isStatic && !names.contains(method.name) {
          if changesSelf(method, members: members, analysis: analysis, tree: tree) {
            names.insert(method.name)
            grew = true
          }
        }
      }
      if !grew { return names }
    }
  }

  /// Whether one method changes `self`.
  static func changesSelf(
    _ method: Function, members: Set<String>, analysis: CaptureAnalysis, tree: SyntaxTree
  ) -> Bool {
    if method.isMutating { return true }
    guard let first = method.body.first, let last = method.body.last else { return false }
    let range = tree.range(of: first).union(tree.range(of: last))
    let shadowed = Set(method.parameters.map(\.name)).union(locals(of: method.body, in: tree))
    let assigned = analysis.assignedNames(in: range)
    return assigned.contains("self") || !assigned.intersection(members).subtracting(shadowed).isEmpty
  }

  static func memberNames(of structure: Structure) -> Set<String> {
    Set(structure.stored.filter { !$0.isStatic }.map(\.name) + structure.computed.map(\.name))
  }

  /// Names the body declares at its own level.
  private static func locals(of body: [NodeID], in tree: SyntaxTree) -> Set<String> {
    var names: Set<String> = []
    for id in body {
      if case .variable(_, let pattern, _, _) = tree[id] { names.formUnion(pattern.names.map(\.name)) }
    }
    return names
  }
}

extension Pattern {
  /// The names it binds, in order.
  var names: [(name: String, range: SourceRange)] {
    switch self {
    case .name(let name, let range): [(name, range)]
    case .wildcard: []
    case .tuple(let parts, _): parts.flatMap(\.names)
    }
  }

  var range: SourceRange {
    switch self {
    case .name(_, let range), .wildcard(let range), .tuple(_, let range): range
    }
  }
}
