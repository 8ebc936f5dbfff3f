import Base
import Display
import Foundation
import Pictures
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads XML and notes what a front end would refuse.
final class XMLCheck: NSObject, XMLParserDelegate {
  private(set) var elements: [String] = []
  private(set) var texts = ""
  private(set) var attributes: [String] = []

  /// Nil when the text is not well-formed.
  init?(_ text: String) {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes values: [String: String]
  ) {
    elements.append(name)
    attributes += values.keys
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { texts += string }
}

/// The text of one form of a bundle.
func text(_ bundle: MIMEBundle, _ type: String) -> String {
  if case .text(let text)? = bundle[type] { text } else { "" }
}

/// The picture of a bundle's PNG.
func picture(_ bundle: MIMEBundle) throws -> PixelBuffer {
  guard case .data(let bytes)? = bundle["image/png"] else { throw PictureMissing() }
  return try Picture.decode(bytes, named: "output.png")
}

struct PictureMissing: Error {}

/// All bytes that a bundle carries.
func size(_ bundle: MIMEBundle) -> Int {
  bundle.entries.reduce(0) { sum, entry in
    switch entry.content {
    case .text(let text): sum + text.utf8.count
    case .data(let bytes): sum + bytes.count * 4 / 3
    case .json: sum
    }
  }
}

/// A figure's forms: SVG without script or style, PNG of twice the stated size, text of at most 80 columns.
func expectFigure(_ bundle: MIMEBundle, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let svg = try #require(XMLCheck(text(bundle, "image/svg+xml")), sourceLocation: sourceLocation)
  #expect(!svg.elements.contains("script") && !svg.elements.contains("style"), sourceLocation: sourceLocation)
  #expect(!svg.attributes.contains { $0.hasPrefix("on") }, sourceLocation: sourceLocation)
  let pixels = try picture(bundle)
  let width = try #require(bundle.metadata["image/png"]?["width"]?.intValue, sourceLocation: sourceLocation)
  let height = try #require(bundle.metadata["image/png"]?["height"]?.intValue, sourceLocation: sourceLocation)
  // The same proportions, up to rounding.
  let difference = Double(pixels.width) / Double(pixels.height) - Double(width) / Double(height)
  #expect(difference.magnitude < 0.05, sourceLocation: sourceLocation)
  #expect(bundle.metadata["image/png"]?["alt"]?.stringValue?.isEmpty == false, sourceLocation: sourceLocation)
  #expect(!bundle.plainText.isEmpty, sourceLocation: sourceLocation)
  for line in bundle.plainText.split(separator: "\n") {
    #expect(TextWidth.columns(line) <= 80, sourceLocation: sourceLocation)
  }
  #expect(size(bundle) < 1_600_000, sourceLocation: sourceLocation)
}
