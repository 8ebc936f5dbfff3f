import Base
import Display

/// One output of a cell on a page.
struct PageOutput {
  private let output: JSON

  init(_ output: JSON) { self.output = output }

  var html: String {
    switch output["output_type"]?.stringValue {
    case "stream":
      let name = output["name"]?.stringValue == "stderr" ? "stderr" : "stdout"
      return "<pre class=\"\(name)\">\(ColouredText.html(Self.text(output["text"])))</pre>\n"
    case "error":
      let lines = output["traceback"]?.arrayValue?.compactMap(\.stringValue) ?? []
      let text =
        lines.isEmpty
        ? "\(Self.text(output["ename"])): \(Self.text(output["evalue"]))" : lines.joined(separator: "\n")
      return "<pre class=\"error\">\(ColouredText.html(text))</pre>\n"
    default:
      guard let data = output["data"]?.objectValue else { return "" }
      return richest(of: data)
    }
  }

  /// The form that shows most, as front ends choose it.
  private func richest(of data: JSON.Object) -> String {
    let plain = Self.text(data["text/plain"])
    if let html = data["text/html"] { return "<div class=\"output\">\(Self.text(html))</div>\n" }
    if let svg = data["image/svg+xml"] {
      // As a picture an SVG can neither run anything nor meet the names of another one.
      return picture("image/svg+xml", Base64.encode(Array(Self.text(svg).utf8)), plain)
    }
    for type in ["image/png", "image/jpeg", "image/gif", "image/webp"] {
      if let picture = data[type] {
        return self.picture(type, Self.text(picture).filter { !$0.isWhitespace }, plain)
      }
    }
    if let markdown = data["text/markdown"] {
      let text = Markdown(Self.text(markdown), PagePictures(folder: nil, attachments: [:])).html
      return "<div class=\"output\">\(text)</div>\n"
    }
    return plain.isEmpty ? "" : "<pre class=\"result\">\(ColouredText.html(plain))</pre>\n"
  }

  private func picture(_ type: String, _ base64: String, _ description: String) -> String {
    let metadata = output["metadata"]?[type]
    var size = ""
    for side in ["width", "height"] {
      if let value = metadata?[side]?.intValue { size += " \(side)=\"\(value)\"" }
    }
    let alternative = Escape.attribute(metadata?["alt"]?.stringValue ?? String(description.prefix(200)))
    return """
      <div class="output"><img class="picture" src="data:\(type);base64,\(Escape.attribute(base64))"\(size) \
      alt="\(alternative)"></div>

      """
  }

  private static func text(_ value: JSON?) -> String {
    value?.stringValue ?? value?.arrayValue?.compactMap(\.stringValue).joined() ?? ""
  }
}
