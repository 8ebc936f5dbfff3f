import Base
import Session

/// What the kernel is, for front ends that want to know how to talk to it and how to show its language.
struct KernelInfoReply: MessageContent {
  static let implementation = "swift-cnn"

  var type: String { "kernel_info_reply" }

  func write(to writer: inout ObjectWriter) {
    writer.member("status", "ok")
    writer.member("protocol_version", Courier.protocolVersion)
    writer.member("implementation", Self.implementation)
    writer.member("implementation_version", Session.languageVersion)
    writer.object("language_info") {
      $0.member("name", "cnn")
      $0.member("version", Session.languageVersion)
      $0.member("file_extension", ".cnn")
      // The syntax is Swift's, so front ends colour it with what they have for Swift.
      $0.member("mimetype", "text/x-swift")
      $0.member("pygments_lexer", "swift")
      $0.member("codemirror_mode", "swift")
      $0.member("nbconvert_exporter", "script")
    }
    writer.member("banner", Session.banner)
    writer.list("help_links", Self.helpLinks) { writer, link in
      writer.object {
        $0.member("text", link.text)
        $0.member("url", link.url)
      }
    }
    writer.member("supported_features", JSON.array([]))
    writer.member("debugger", false)
  }

  private static let helpLinks = [
    (
      text: "The Swift language",
      url: "https://docs.swift.org/swift-book/documentation/the-swift-programming-language/"
    ),
    (text: "Jupyter: notebooks and kernels", url: "https://docs.jupyter.org/en/latest/"),
  ]

  /// The whole content; it is asked for several times at every start.
  static let content: Bytes = KernelInfoReply().bytes
}
