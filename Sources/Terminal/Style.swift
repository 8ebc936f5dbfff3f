import Glibc

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

  /// Whether the terminal can do no more than print lines.
  static var isDumb: Bool { (environment("TERM") ?? "dumb") == "dumb" }

  private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
