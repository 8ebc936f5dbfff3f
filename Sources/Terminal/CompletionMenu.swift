import Display
import Session

/// The words that fit at the cursor, one of which may be chosen.
package struct CompletionMenu: Sendable {
  package let items: [Completions.Item]
  /// The characters that an item replaces when the menu is opened.
  package let range: Range<Int>
  /// The text as it was, to go back to.
  package let original: EditBuffer
  package private(set) var chosen: Int?
  /// The first item that is in sight.
  private var first = 0

  private static let shownRows = 8

  package init(_ items: [Completions.Item], range: Range<Int>, original: EditBuffer) {
    // Those in the very letters that were typed first.
    let typed = String(original.characters[range.clamped(to: original.characters.indices)])
    self.items = items.filter { $0.text.hasPrefix(typed) } + items.filter { !$0.text.hasPrefix(typed) }
    self.range = range
    self.original = original
  }

  /// Goes on by so many items, round the ends.
  package mutating func move(by step: Int) {
    guard !items.isEmpty else { return }
    guard let chosen else {
      chosen = step > 0 ? 0 : items.count - 1
      return
    }
    let (next, overflows) = chosen.addingReportingOverflow(step % items.count)
    self.chosen = overflows ? 0 : (next + items.count) % items.count
  }

  /// The text with the chosen item in its place.
  package var buffer: EditBuffer {
    guard let chosen else { return original }
    var buffer = original
    buffer.replace(range, with: items[chosen].text)
    return buffer
  }

  /// The lines under the text: name, kind and signature of each item, as many as fit.
  package mutating func lines(width: Int, height: Int, style: Style) -> [String] {
    let room = max(1, min(Self.shownRows, height - 2))
    let count = min(room, items.count)
    if let chosen {
      if chosen < first { first = chosen }
      if chosen >= first + count { first = chosen - count + 1 }
    }
    first = max(0, min(first, items.count - count))
    let shown = items[first..<(first + count)]
    let names = min(shown.map { TextWidth.columns($0.text) }.max() ?? 0, max(width / 2, 8))
    let kinds = shown.map { TextWidth.columns($0.type) }.max() ?? 0
    var lines = shown.indices.map { index in
      line(items[index], isChosen: index == chosen, names: names, kinds: kinds, width: width, style: style)
    }
    if items.count > count {
      let place = chosen.map { "\($0 + 1) of " } ?? ""
      lines.append(style.styled(Self.cut("  \(place)\(items.count)", to: width - 1), style.quiet))
    }
    return lines
  }

  private func line(
    _ item: Completions.Item, isChosen: Bool, names: Int, kinds: Int, width: Int, style: Style
  ) -> String {
    let name = (isChosen ? "▸ " : "  ") + TextWidth.fitted(Self.plain(item.text), to: names)
    let rest = "  " + TextWidth.fitted(Self.plain(item.type), to: kinds) + "  " + Self.plain(item.signature)
    // The last column stays free, so that no terminal breaks the line.
    let room = width - 1 - TextWidth.columns(name)
    guard room > 0 else { return Self.cut(name, to: width - 1) }
    return style.styled(name, isChosen ? style.chosen : "")
      + style.styled(Self.cut(rest, to: room), style.quiet)
  }

  static func cut(_ text: String, to width: Int) -> String {
    TextWidth.columns(text) <= width ? text : TextWidth.fitted(text, to: max(width, 0))
  }

  /// Names of files may hold anything.
  static func plain(_ text: String) -> String {
    String(
      text.map { character in
        let value = character.unicodeScalars.first?.value ?? 0
        return value < 0x20 || (0x7F..<0xA0).contains(value) ? "?" : character
      })
  }
}

extension Completions {
  /// What all items start with that start as typed, or all where none does; empty where there is no item.
  package func commonStart(behind typed: String) -> String {
    let exact = items.filter { $0.text.hasPrefix(typed) }
    let items = exact.isEmpty ? items : exact
    guard let first = items.first else { return "" }
    return items.dropFirst().reduce(first.text) { common, item in
      String(zip(common, item.text).prefix { $0 == $1 }.map { $0.0 })
    }
  }
}
