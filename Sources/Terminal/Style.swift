import Glibc
import Session

/// Colours, where they are wanted: on a terminal that has them, unless `NO_COLOR` is set.
package struct Style: Sendable {
  static let reset = "\u{1B}[0m"

  package let isColoured: Bool

  /// For what is written to an open file.
  package init(for file: Int32) {
    isColoured = isatty(file) == 1 && !Self.isDumb && (Self.environment("NO_COLOR") ?? "").isEmpty
  }

  package init(isColoured: Bool) { self.isColoured = isColoured }

  var prompt: String { isColoured ? "\u{1B}[1;34m" : "" }
  var continuation: String { isColoured ? "\u{1B}[34m" : "" }
  /// For what is said beside the matter.
  var quiet: String { isColoured ? "\u{1B}[2m" : "" }
  var strong: String { isColoured ? "\u{1B}[1m" : "" }
  /// For what is chosen or found; without colours nothing but a mark tells it.
  var chosen: String { isColoured ? "\u{1B}[7m" : "" }

  /// The sixteen colours alone, which every theme, light or dark, has made readable.
  package func code(_ role: ColoredSpan.Role) -> String {
    guard isColoured else { return "" }
    return switch role {
    case .keyword: "\u{1B}[35m"
    case .number: "\u{1B}[36m"
    case .text: "\u{1B}[32m"
    case .comment: "\u{1B}[90m"
    case .function: "\u{1B}[34m"
    case .type: "\u{1B}[33m"
    }
  }

  /// The text in a style of this palette, or plain.
  func styled(_ text: String, _ style: String) -> String {
    style.isEmpty || text.isEmpty ? text : style + text + Self.reset
  }

  /// Whether the terminal can do no more than print lines.
  static var isDumb: Bool { (environment("TERM") ?? "dumb") == "dumb" }

  private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
