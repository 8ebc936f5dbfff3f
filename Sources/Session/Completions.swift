/// What can stand at the cursor. Offsets count Unicode scalars of the code.
package struct Completions: Sendable {
  package struct Item: Sendable {
    package var text: String
    /// "function", "keyword", "instance", "struct", "property", "method", "label", "path", ...
    package var type: String
    /// For functions and methods: `(x, filters, stride = 1)`; else empty.
    package var signature: String

    package init(text: String, type: String, signature: String = "") {
      self.text = text
      self.type = type
      self.signature = signature
    }
  }

  /// The part of the code that an item replaces.
  package var start: Int
  package var end: Int
  package var items: [Item]

  package init(start: Int, end: Int, items: [Item]) {
    self.start = start
    self.end = end
    self.items = items
  }
}

/// Whether code can run as it stands.
package enum Completeness: Sendable, Equatable {
  case complete
  /// More lines are needed; the next one should start with `indent`.
  case incomplete(indent: String)
  case invalid
}
