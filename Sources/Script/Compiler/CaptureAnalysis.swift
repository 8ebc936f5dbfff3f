/// Which names inner functions mention, and which names are ever assigned: what decides whether a variable can
/// live in a register, be copied into closures, or needs a box.
///
/// Works by name over source ranges, so shadowing can make it cautious (a box too many) but never wrong.
struct CaptureAnalysis {
  private struct Mention {
    let position: Int32
    let name: String
  }

  private var mentions: [Mention] = []
  private var assignments: [Mention] = []
  private var functionRanges: [SourceRange] = []

  init(_ tree: SyntaxTree, mutatingNames: Set<String>) {
    for (index, node) in tree.nodes.enumerated() {
      let range = tree.ranges[index]
      switch node {
      case .name(let name): mentions.append(Mention(position: range.start, name: name))
      case .closure, .structure, .enumeration, .function: functionRanges.append(range)
      case .assignment(let target, _, _): noteAssigned(target, tree)
      case .call(let callee, _):
        switch tree[callee] {
        case .member(let receiver, let name, _) where mutatingNames.contains(name):
          noteAssigned(receiver, tree)
        case .name(let name) where mutatingNames.contains(name):
          // Inside a struct this may be a method of `self`.
          assignments.append(Mention(position: tree.range(of: callee).start, name: "self"))
        default: break
        }
      default: break
      }
    }
    mentions.sort { $0.position < $1.position }
    assignments.sort { $0.position < $1.position }
  }

  private mutating func noteAssigned(_ target: NodeID, _ tree: SyntaxTree) {
    var pending = [target]
    while let id = pending.popLast() {
      switch tree[id] {
      case .name(let name): assignments.append(Mention(position: tree.range(of: id).start, name: name))
      case .member(let base, _, _), .subscripted(let base, _), .forceUnwrap(let base),
        .optionalChain(let base),
        .optionalLink(let base):
        pending.append(base)
      case .tuple(let elements): pending += elements.map(\.value)
      default: break
      }
    }
  }

  /// Names mentioned by functions strictly inside a range.
  func namesInInnerFunctions(of range: SourceRange) -> Set<String> {
    var names: Set<String> = []
    for inner in functionRanges where inner != range && range.start <= inner.start && inner.end <= range.end {
      for mention in CaptureAnalysis.slice(mentions, inner) { names.insert(mention.name) }
    }
    return names
  }

  /// Names assigned to, in whole or in part, anywhere inside a range.
  func assignedNames(in range: SourceRange) -> Set<String> {
    Set(CaptureAnalysis.slice(assignments, range).map(\.name))
  }

  private static func slice(_ list: [Mention], _ range: SourceRange) -> ArraySlice<Mention> {
    let start = firstIndex(list, atOrAfter: range.start)
    let end = firstIndex(list, atOrAfter: range.end)
    return list[start..<end]
  }

  private static func firstIndex(_ list: [Mention], atOrAfter position: Int32) -> Int {
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      if list[middle].position < position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
