/// Suggestions of the engine in the language's own words.
///
/// The engine is a Swift library, and what its errors suggest is Swift. A few members have another name here.
enum EngineWording {
  private static let words: [(swift: String, script: String)] = [
    (".asType(", ".converted(to: "), (".flatten()", ".flattened"), (".reshape(", ".reshaped("),
    ("x.clip(", "clip(x, "),
  ]

  /// `labels.asType(.int64)` becomes `labels.converted(to: .int64)`.
  static func translated(_ suggestion: String) -> String {
    words.reduce(suggestion) { $0.replacing($1.swift, with: $1.script) }
  }
}
