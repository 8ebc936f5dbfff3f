import Display
import Library
import Script

extension Session {
  /// What help says of the name at the cursor, or of the function whose arguments it is in.
  package func inspection(of code: String, at offset: Int, detail: Int) -> MIMEBundle? {
    let scalars = code.unicodeScalars
    let cursor = scalars.index(scalars.startIndex, offsetBy: min(max(offset, 0), scalars.count))
    let bytes = code.utf8.distance(from: code.utf8.startIndex, to: cursor)
    guard let names = CursorContext.subject(in: code, at: bytes) else { return nil }
    if let value = value(of: names) {
      defer { value.release() }
      return try? HelpPage.about(value, in: machine).bundle
    }
    return HelpPage.named(names.joined(separator: "."), in: machine.registry)?.bundle
  }
}
