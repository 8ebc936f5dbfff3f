import Display
import Session

/// What a call takes, on one line under the text.
package enum SignatureLine {
  /// The parameter at the cursor stands out; where the line is too short, it is what is kept.
  package static func text(_ hint: SignatureHint, width: Int, style: Style) -> String {
    let room = max(width - 1, 8)
    var parts = hint.parameters.map(CompletionMenu.plain)
    let current = hint.current.flatMap { parts.indices.contains($0) ? $0 : nil }
    if let current, !style.isColoured { parts[current] = "‹\(parts[current])›" }
    var skipped = 0
    func start(_ parts: ArraySlice<String>) -> String {
      "\(hint.name)(\(skipped > 0 ? "…, " : "")\(parts.joined(separator: ", "))"
    }
    // As many in front of the current one give way as it needs to be seen whole.
    while let current, skipped < current, TextWidth.columns(start(parts[skipped...current])) > room - 2 {
      skipped += 1
    }
    let text = CompletionMenu.cut(start(parts[skipped...]) + ")", to: room)
    let left = room - TextWidth.columns(text) - 3
    let summary =
      hint.summary.isEmpty || left < 12
      ? "" : " — " + CompletionMenu.cut(CompletionMenu.plain(hint.summary), to: left)
    guard let current, style.isColoured else { return style.styled(text + summary, style.quiet) }
    let before = start(parts[skipped..<current]) + (skipped < current ? ", " : "")
    guard text.hasPrefix(before + parts[current]) else { return style.styled(text + summary, style.quiet) }
    let rest = text.dropFirst((before + parts[current]).count)
    return style.styled(before, style.quiet) + style.styled(parts[current], style.strong)
      + style.styled(rest + summary, style.quiet)
  }
}
