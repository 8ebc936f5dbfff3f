import Base

/// The pictures that a Markdown text names, put into the page itself.
struct PagePictures {
  /// Where relative paths start; nil where files must not be read.
  let folder: String?
  let attachments: JSON.Object

  private static let maximumBytes = 20_000_000
  private static let types = [
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "svg": "image/svg+xml", "webp": "image/webp",
  ]

  /// What an `<img>` takes as its source; nil when the picture is not to be had.
  func source(of name: String) -> String? {
    if name.hasPrefix("data:image/") { return name }
    if name.hasPrefix("attachment:") {
      let forms = attachments[Self.decoded(String(name.dropFirst(11)))]?.objectValue
      guard let (type, data) = forms?.entries.first(where: { $0.key.hasPrefix("image/") }) else { return nil }
      let text = data.stringValue ?? data.arrayValue?.compactMap(\.stringValue).joined() ?? ""
      return "data:\(type);base64,\(text.filter { !$0.isWhitespace })"
    }
    guard let folder, !name.contains("://"),
      let type = Self.types[name.split(separator: ".").last?.lowercased() ?? ""]
    else { return nil }
    let file = Self.decoded(name)
    let path = file.hasPrefix("/") ? file : "\(folder)/\(file)"
    guard !path.utf8.contains(0), let bytes = try? RegularFile.read(path, maximumBytes: Self.maximumBytes)
    else { return nil }
    return "data:\(type);base64,\(Base64.encode(bytes))"
  }

  /// `%20` and its like, as links write a space.
  private static func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
