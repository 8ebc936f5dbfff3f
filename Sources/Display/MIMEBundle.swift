import Base

/// One value shown in several forms; a front end picks the richest it can draw.
///
/// Every bundle carries `text/plain`; every figure also `image/svg+xml` and `image/png`.
public struct MIMEBundle: Sendable, Equatable {
  /// The content of one form.
  public enum Content: Sendable, Equatable {
    /// Text of any `text/*` type and of `image/svg+xml`.
    case text(String)
    /// Bytes of a picture; a wire or file format writes them in Base64.
    case data([UInt8])
    /// Real JSON, for `application/json` and `application/vnd.*+json`.
    case json(JSON)
  }

  /// The forms in the order they were added.
  public private(set) var entries: [(type: String, content: Content)] = []
  /// Metadata by MIME type, such as a picture's width and height.
  public var metadata = JSON.Object()
  /// Writes the text form for so many columns, where it can be wider or narrower: tables and plots. It is
  /// part of no wire or file format, and two bundles are equal whatever it is.
  package var fittedText: (@Sendable (_ columns: Int) -> String)?

  public init() {}

  /// A bundle that is plain text alone.
  public init(text: String) { self["text/plain"] = .text(text) }

  public subscript(type: String) -> Content? {
    get { entries.first { $0.type == type }?.content }
    set {
      let index = entries.firstIndex { $0.type == type }
      switch (index, newValue) {
      case (let index?, let content?): entries[index].content = content
      case (let index?, nil): entries.remove(at: index)
      case (nil, let content?): entries.append((type, content))
      case (nil, nil): break
      }
    }
  }

  /// The plain text form, or an empty text.
  public var plainText: String {
    if case .text(let text)? = self["text/plain"] { text } else { "" }
  }

  /// The text form for a screen of so many columns.
  package func text(columns: Int) -> String { fittedText?(columns) ?? plainText }

  public static func == (a: MIMEBundle, b: MIMEBundle) -> Bool {
    a.metadata == b.metadata && a.entries.count == b.entries.count
      && a.entries.allSatisfy { b[$0.type] == $0.content }
  }
}
