/// The formats that can be read and written.
public enum PictureFormat: String, Sendable {
  case png = "PNG"
  case jpeg = "JPEG"

  /// The format a file's first bytes tell, whatever the file is called.
  package init?(magic bytes: [UInt8]) {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else {
      return nil
    }
  }

  /// The format that the ending of a file name asks for.
  package init?(fileName: String) {
    let name = fileName.lowercased()
    if name.hasSuffix(".png") {
      self = .png
    } else if name.hasSuffix(".jpg") || name.hasSuffix(".jpeg") {
      self = .jpeg
    } else {
      return nil
    }
  }

  /// The error for bytes that are neither.
  static func unknown(_ bytes: [UInt8], _ name: String) -> PictureError {
    if bytes.isEmpty { return .file("\(name) is empty") }
    if let (kind, isPicture) = otherKind(bytes) {
      return .file(
        "\(name) is \(kind); only PNG and JPEG pictures can be read",
        suggestion: isPicture ? "save it as PNG or JPEG with another program first" : nil)
    }
    return .file("\(name) is not a PNG or JPEG picture: it starts with \(shown(bytes.prefix(8)))")
  }

  /// What else a file may be, by the marks its format puts first.
  private static func otherKind(_ bytes: [UInt8]) -> (kind: String, isPicture: Bool)? {
    func has(_ text: String, at offset: Int = 0) -> Bool {
      bytes.dropFirst(offset).starts(with: text.utf8)
    }
    if has("RIFF") && has("WEBP", at: 8) { return ("a WebP picture", true) }
    if has("GIF87a") || has("GIF89a") { return ("a GIF picture", true) }
    if has("ftyp", at: 4) {
      if has("avif", at: 8) { return ("an AVIF picture", true) }
      if has("heic", at: 8) || has("heix", at: 8) || has("mif1", at: 8) { return ("a HEIC picture", true) }
      return ("a video", false)
    }
    if bytes.starts(with: [0x49, 0x49, 0x2A, 0x00]) || bytes.starts(with: [0x4D, 0x4D, 0x00, 0x2A]) {
      return ("a TIFF picture", true)
    }
    if has("BM") && bytes.count > 26 && bytes[6..<10].allSatisfy({ $0 == 0 }) {
      return ("a BMP picture", true)
    }
    if bytes.starts(with: [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50]) { return ("a JPEG 2000 picture", true) }
    if bytes.starts(with: [0x93]) && has("NUMPY", at: 1) { return ("a NumPy array", false) }
    if has("%PDF") { return ("a PDF document", false) }
    if has("PK") && bytes.dropFirst(2).starts(with: [3, 4]) { return ("a ZIP archive", false) }
    let start = String(decoding: bytes.prefix(200), as: UTF8.self).lowercased()
    if start.contains("<svg") { return ("an SVG drawing", true) }
    if start.contains("<html") || start.contains("<!doctype html") { return ("a web page", false) }
    return nil
  }

  /// The bytes in hexadecimal, and as text when they are.
  private static func shown(_ bytes: some Collection<UInt8>) -> String {
    let digits = Array("0123456789ABCDEF")
    let hex = bytes.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined(separator: " ")
    let isText = bytes.allSatisfy { (0x20...0x7E).contains($0) }
    return isText ? "\(hex) (\"\(String(decoding: bytes, as: UTF8.self))\")" : hex
  }
}
