import Script

/// A part of a code that an editor may colour, in UTF-8 offsets.
package struct ColoredSpan: Sendable, Equatable {
  package enum Role: Sendable, Equatable {
    case keyword, number, text, comment, function, type
  }

  package var range: Range<Int>
  package var role: Role

  package init(range: Range<Int>, role: Role) {
    self.range = range
    self.role = role
  }
}

extension Session {
  /// The words, numbers, texts and comments of a code, in order; needs no session and runs on any thread.
  package static func coloring(of code: String) -> [ColoredSpan] {
    CodeColoring.spans(of: code).map { span in
      let role: ColoredSpan.Role =
        switch span.role {
        case .keyword: .keyword
        case .number: .number
        case .text: .text
        case .comment: .comment
        case .function: .function
        case .type: .type
        }
      return ColoredSpan(range: span.range, role: role)
    }
  }
}
