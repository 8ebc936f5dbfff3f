/// What changed between two texts, line by line, as people read it: `-` was saved, `+` came now.
struct LineDifference {
  /// Lines that are shown; nobody reads more.
  private static let shownLines = 40
  private static let shownColumns = 200
  /// The work grows with the product of the changed lines: beyond this they are shown as one block.
  private static let alignedLines = 400

  /// The lines to show; none when every line agrees.
  let lines: [String]

  init(saved: String, now: String) {
    let old = Self.lines(of: saved)
    let new = Self.lines(of: now)
    var start = 0
    while start < min(old.count, new.count), Self.agree(old[start], new[start]) { start += 1 }
    var (oldEnd, newEnd) = (old.count, new.count)
    while oldEnd > start, newEnd > start, Self.agree(old[oldEnd - 1], new[newEnd - 1]) {
      oldEnd -= 1
      newEnd -= 1
    }
    let steps = Self.steps(old[start..<oldEnd], new[start..<newEnd])
    guard !steps.isEmpty else {
      lines = []
      return
    }
    // One line before and one behind tell where it is.
    var shown: [String] = []
    if start > 0 { shown.append(Self.shown(" ", old[start - 1])) }
    for step in steps {
      switch step {
      case .same(let index): shown.append(Self.shown(" ", old[index]))
      case .removed(let index): shown.append(Self.shown("-", old[index]))
      case .added(let index): shown.append(Self.shown("+", new[index]))
      }
    }
    if oldEnd < old.count { shown.append(Self.shown(" ", old[oldEnd])) }
    if shown.count > Self.shownLines {
      let rest = shown.count - Self.shownLines
      shown = shown.prefix(Self.shownLines) + ["... and \(rest) more lines"]
    }
    lines = shown
  }

  private enum Step {
    case same(Int)
    case removed(Int)
    case added(Int)
  }

  /// The shortest way from one list to the other, by the table of longest common subsequences.
  private static func steps(_ oldLines: ArraySlice<Substring>, _ newLines: ArraySlice<Substring>) -> [Step] {
    guard oldLines.count <= alignedLines, newLines.count <= alignedLines else {
      return oldLines.indices.map(Step.removed) + newLines.indices.map(Step.added)
    }
    let (old, new) = (oldLines.map(ComparableText.init), newLines.map(ComparableText.init))
    let width = new.count + 1
    var common = [Int](repeating: 0, count: (old.count + 1) * width)
    for row in stride(from: old.count - 1, through: 0, by: -1) {
      for column in stride(from: new.count - 1, through: 0, by: -1) {
        let isSame = old[row].agrees(with: new[column])
        common[row * width + column] =
          isSame
          ? common[(row + 1) * width + column + 1] + 1
          : max(common[(row + 1) * width + column], common[row * width + column + 1])
      }
    }
    var steps: [Step] = []
    var (row, column) = (0, 0)
    while row < old.count || column < new.count {
      let (first, second) = (oldLines.startIndex + row, newLines.startIndex + column)
      if row < old.count, column < new.count, old[row].agrees(with: new[column]) {
        steps.append(.same(first))
        row += 1
        column += 1
      } else if row < old.count,
        column == new.count || common[(row + 1) * width + column] >= common[row * width + column + 1]
      {
        steps.append(.removed(first))
        row += 1
      } else {
        steps.append(.added(second))
        column += 1
      }
    }
    return steps
  }

  /// Most lines are the same to the byte, which is quicker to see.
  private static func agree(_ old: Substring, _ new: Substring) -> Bool {
    old.utf8.elementsEqual(new.utf8) || ComparableText(old).agrees(with: ComparableText(new))
  }

  private static func lines(of text: String) -> [Substring] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// Control characters must not reach a terminal.
  private static func shown(_ mark: String, _ line: Substring) -> String {
    let plain = line.unicodeScalars.prefix(shownColumns).map { scalar in
      scalar == "\t" || (scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)) ? scalar : "\u{FFFD}"
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: plain)
    return "\(mark) \(String(text))" + (line.unicodeScalars.count > shownColumns ? "..." : "")
  }
}
