import Base
import Tensors

/// Where reading or writing is, as messages name it: a file, or an entry of one.
struct FilePlace: Sendable {
  let file: String
  var entry: String?

  /// What sentences about the place begin with: `weights.npz: entry "conv1/W"`.
  var subject: String { entry.map { "\(file): entry \(shownName($0))" } ?? file }

  func entry(_ name: String) -> FilePlace { FilePlace(file: file, entry: name) }

  /// An error whose sentence goes on after the subject: "ends after 12 bytes".
  func error(_ predicate: String, suggestion: String? = nil) -> TensorError {
    error(.file, predicate, suggestion: suggestion)
  }

  func error(_ kind: ErrorKind, _ predicate: String, suggestion: String? = nil) -> TensorError {
    TensorError(kind, "\(subject) \(predicate)", suggestion: suggestion)
  }

  /// Does the work; where there is not enough memory for it, the error says in which place.
  func namingMemory<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let error as MemoryError {
      throw TensorError(.memory, "\(subject): \(error.message)")
    }
  }

  /// The shape that the place declares.
  func shape(_ sizes: [Int]) throws -> Shape {
    do {
      return try Shape(sizes)
    } catch let error as TensorError {
      throw TensorError(error.kind, "\(subject): \(error.message)", suggestion: error.suggestion)
    }
  }
}

/// A name that came from a file, fit for a message: in quotes, shortened, and without control characters,
/// which could play tricks with a terminal.
func shownName(_ name: String) -> String {
  var text = ""
  for (index, scalar) in name.unicodeScalars.enumerated() {
    if index == 100 {
      text += "…"
      break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
      text += "\\u{\(String(scalar.value, radix: 16))}"
    default: text.unicodeScalars.append(scalar)
    }
  }
  return "\"\(text)\""
}

/// Some of many names, for a suggestion: "there are "a", "b" and 3 more".
func shownNames(_ names: [String]) -> String {
  let shown = names.prefix(5).map(shownName).joined(separator: ", ")
  return "there \(names.count == 1 ? "is" : "are") \(shown)"
    + (names.count > 5 ? " and \(names.count - 5) more" : "")
}

/// "1 byte", "12 bytes": exact, as a size that should be another one has to be.
func byteText(_ count: some BinaryInteger) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
