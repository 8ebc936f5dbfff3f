import Base

/// Rows and columns, shown as HTML and as aligned text.
package struct Table: Sendable {
  package enum Alignment: String, Sendable {
    case left, right, center
  }

  package struct Column: Sendable {
    package var title: String
    package var alignment: Alignment
    package init(_ title: String, _ alignment: Alignment = .left) {
      self.title = title
      self.alignment = alignment
    }
  }

  package enum Cell: Sendable, Equatable, ExpressibleByStringLiteral {
    case text(String)
    /// Text that is a number: set in figures of one width.
    case number(String)
    /// Text of the language: set in the code font.
    case code(String)
    /// A bar that fills a share (0 to 1) of its column, with a label.
    case bar(fraction: Double, label: String)
    case empty

    package init(stringLiteral value: String) { self = .text(value) }
    /// A whole number in groups of three digits.
    package static func count(_ value: Int) -> Cell { .number(NumberFormat.grouped(value)) }
    /// A number with four significant digits.
    package static func value(_ value: Double) -> Cell { .number(NumberFormat.significant(value)) }

    var plain: String {
      switch self {
      case .text(let text), .number(let text), .code(let text): text
      case .bar(_, let label): label
      case .empty: ""
      }
    }
  }

  package var title: String?
  package var columns: [Column]
  package var rows: [[Cell]]
  /// Rows of totals, set off below.
  package var footers: [[Cell]]
  package var note: String?
  /// Rows beyond this many are left out, with a line that says so.
  package var maximumRows = 500

  package init(
    title: String? = nil, columns: [Column], rows: [[Cell]] = [], footers: [[Cell]] = [], note: String? = nil
  ) {
    self.title = title
    self.columns = columns
    self.rows = rows
    self.footers = footers
    self.note = note
  }

  package var bundle: MIMEBundle {
    var bundle = MIMEBundle()
    bundle["text/html"] = .text(html)
    bundle["text/plain"] = .text(text())
    bundle.fittedText = { [self] in text(width: $0) }
    return bundle
  }

  /// The rows to show, and how many are left out after the first half of them.
  var shownRows: (first: ArraySlice<[Cell]>, hidden: Int, last: ArraySlice<[Cell]>) {
    let limit = max(maximumRows, 2)
    guard rows.count > limit else { return (rows[...], 0, []) }
    let last = limit / 2
    return (rows.prefix(limit - last), rows.count - limit, rows.suffix(last))
  }
}
