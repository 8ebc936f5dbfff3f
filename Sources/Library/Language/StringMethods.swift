import Base
import Script

/// Members of strings. Those that give parts of a sequence are in `SequenceMethods+Strings`.
enum StringMethods {
  static let properties: [Builtin] = [
    property("count", "The number of characters.", "\"naïve\".count", "5", shortcut: .count) {
      Value($0[0].characterCount)
    },
    property("isEmpty", "Whether there is no character.", "\"\".isEmpty", "true") {
      Value(try $0.string(0).isEmpty)
    },
    property("first", "The first character; nil when there is none.", "\"abc\".first", "\"a\"") {
      try $0.string(0).first.map { .string(String($0)) } ?? .none
    },
    property("last", "The last character; nil when there is none.", "\"abc\".last", "\"c\"") {
      try $0.string(0).last.map { .string(String($0)) } ?? .none
    },
    property("code", "The Unicode number of the first character; nil when there is none.", "\"A\".code", "65")
    {
      try $0.string(0).unicodeScalars.first.map { Value(Int($0.value)) } ?? .none
    },
    property("isNumber", "Whether the whole text reads as a number.", "\"2.5\".isNumber", "true") {
      Value(Double(try $0.string(0).trimmingSpace) != nil)
    },
  ]

  static let methods: [Builtin] = [
    text("uppercased", "The text in capital letters.", "\"cnn\".uppercased()", "\"CNN\"") { $0.uppercased() },
    text("lowercased", "The text in small letters.", "\"CNN\".lowercased()", "\"cnn\"") { $0.lowercased() },
    text(
      "capitalized", "The text with a capital at the start of every word.", "\"edge filters\".capitalized()",
      "\"Edge Filters\""
    ) { text in
      var atStart = true
      var result = ""
      for character in text {
        result += atStart ? character.uppercased() : character.lowercased()
        atStart = !(character.isLetter || character.isNumber || character == "'")
      }
      return result
    },
    Builtin(
      "hasPrefix", [Call.receiver, .init("prefix", "a string")], "Whether the text starts with another one.",
      examples: [.init("\"conv1\".hasPrefix(\"conv\")", "true")]
    ) { Value(try $0.string(0).hasPrefix(try $0.string(1))) },
    Builtin(
      "hasSuffix", [Call.receiver, .init("suffix", "a string")], "Whether the text ends with another one.",
      examples: [.init("\"photo.png\".hasSuffix(\".png\")", "true")]
    ) { Value(try $0.string(0).hasSuffix(try $0.string(1))) },
    contains, index, split, lines, trimmed, replacing, padded, repeated, append,
  ]

  static let contains = Builtin(
    "contains", [Call.receiver, .init("text", "a string, or a closure that looks at a character")],
    "Whether another text is part of this one.",
    examples: [
      .init("\"feature map\".contains(\"map\")", "true"), .init("\"ab1\".contains { $0.isNumber }", "true"),
    ]
  ) { call in
    if call[1].isCallable {
      let iteration = try call.sequence(0)
      var found = false
      try call.forEach(iteration) { _, character in
        found = try call.isTrue(call[1], character)
        return !found
      }
      return Value(found)
    }
    let needle = try call.string(1)
    return Value(
      try needle.isEmpty || TextSearch(needle).first(in: try call.string(0), poll: call.poll) != nil)
  }

  static let index = Builtin(
    "firstIndex", [Call.receiver, .init("of", "a string")],
    "The position of the first character where another text begins; nil when it does not occur.",
    examples: [
      .init("\"pooling\".firstIndex(of: \"ol\")", "2"), .init("\"pooling\".firstIndex(of: \"x\")", ""),
    ]
  ) { call in
    let text = try call.string(0)
    let needle = try call.string(1)
    guard !needle.isEmpty else { return Value(0) }
    guard let found = try TextSearch(needle).first(in: text, poll: call.poll) else { return .none }
    return Value(text[..<text.utf8.index(text.startIndex, offsetBy: found)].count)
  }

  static let split = Builtin(
    "split",
    [
      Call.receiver,
      .init(
        "separator", default: "nil", "the text between the parts; without it, any run of spaces and line ends"
      ),
      .init("keepEmpty", default: "false", "whether empty parts count"),
    ],
    "The parts between separators, as an array of strings.",
    examples: [
      .init("\"3, 0,1\".split(\",\")", "[\"3\", \" 0\", \"1\"]"),
      .init("\" a  b \".split()", "[\"a\", \"b\"]"),
      .init("\"1;;2\".split(\";\", keepEmpty: true)", "[\"1\", \"\", \"2\"]"),
    ]
  ) { call in
    let text = try call.string(0)
    let keepsEmpty = try call.bool(2, default: false)
    var result = try ArrayBuilder()
    guard call.has(1) else {
      for (round, part) in text.split(whereSeparator: \.isWhitespace).enumerated() {
        try call.poll(round)
        try result.append(.string(String(part)))
      }
      return result.finish()
    }
    let separator = try call.string(1)
    guard !separator.isEmpty else {
      throw call.failure(
        "the separator is empty", argument: 1, suggestion: "`Array(text)` gives the characters")
    }
    if separator.utf8.count == 1, let byte = separator.utf8.first {
      return try split(text, at: byte, keepsEmpty: keepsEmpty, call)
    }
    let bytes = text.utf8
    var start = text.startIndex
    var offset = 0
    for (round, found) in try TextSearch(separator).all(in: text, poll: call.poll).enumerated() {
      try call.poll(round)
      let end = bytes.index(start, offsetBy: found - offset)
      if keepsEmpty || start != end { try result.append(.string(String(text[start..<end]))) }
      start = bytes.index(end, offsetBy: separator.utf8.count)
      offset = found + separator.utf8.count
    }
    if keepsEmpty || start != text.endIndex { try result.append(.string(String(text[start...]))) }
    return result.finish()
  }

  static let lines = Builtin(
    "lines", [Call.receiver], "The lines without their line ends, as an array of strings.",
    examples: [.init("\"a\\nb\\n\".lines()", "[\"a\", \"b\"]")]
  ) { call in
    var parts = try call.string(0).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if parts.last?.isEmpty == true { parts.removeLast() }
    var result = try ArrayBuilder(capacity: parts.count)
    for (round, part) in parts.enumerated() {
      try call.poll(round)
      try result.append(.string(String(part)))
    }
    return result.finish()
  }

  static let trimmed = Builtin(
    "trimmed",
    [
      Call.receiver,
      .init("characters", default: "nil", "which characters to take off; without it, spaces and line ends"),
    ],
    "The text without spaces, or without certain characters, at both ends.",
    examples: [.init("\"  x \\n\".trimmed()", "\"x\""), .init("\"--x-\".trimmed(\"-\")", "\"x\"")]
  ) { call in
    let text = try call.string(0)
    guard call.has(1) else { return .string(text.trimmingSpace) }
    let characters = Set(try call.string(1))
    let rest = text.drop(while: characters.contains)
    guard let last = rest.lastIndex(where: { !characters.contains($0) }) else { return .string("") }
    return .string(String(rest[...last]))
  }

  static let replacing = Builtin(
    "replacing",
    [Call.receiver, .init("old", "the text to look for"), .init("with", "what takes its place")],
    "The text with every occurrence of another one replaced.",
    examples: [.init("\"a-b-c\".replacing(\"-\", with: \"+\")", "\"a+b+c\"")]
  ) { call in
    let text = try call.string(0)
    let old = try call.string(1)
    let new = try call.string(2)
    guard !old.isEmpty else { throw call.failure("the text to look for is empty", argument: 1) }
    let places = try TextSearch(old).all(in: text, poll: call.poll)
    guard !places.isEmpty else { return call[0].retained() }
    let (growth, overflow) = places.count.multipliedReportingOverflow(by: new.utf8.count)
    try Heap.checkRoom(bytes: overflow ? .max : growth)
    var result = ""
    let bytes = text.utf8
    var start = text.startIndex
    var offset = 0
    for (round, found) in places.enumerated() {
      try call.poll(round)
      let end = bytes.index(start, offsetBy: found - offset)
      result += text[start..<end]
      result += new
      start = bytes.index(end, offsetBy: old.utf8.count)
      offset = found + old.utf8.count
    }
    return .string(result + text[start...])
  }

  static let padded = Builtin(
    "padded",
    [
      Call.receiver, .init("to", "the number of characters to reach"),
      .init("with", default: "\" \"", "what to fill with"),
      .init("side", default: ".right", choices: ["right", "left", "both"], "where the filling goes"),
    ],
    "The text filled up to a number of characters.",
    examples: [
      .init("\"ab\".padded(to: 5) + \"|\"", "\"ab   |\""),
      .init("\"7\".padded(to: 3, with: \"0\", side: .left)", "\"007\""),
    ]
  ) { call in
    let side: NumberText.Side =
      switch try call.choice(3, default: "right") {
      case "left": .left
      case "both": .both
      default: .right
      }
    return .string(
      NumberText.padded(
        try call.string(0), to: try call.fieldWidth(1), with: try call.string(2, default: " "), on: side))
  }

  static let repeated = Builtin(
    "repeated", [Call.receiver, .init("count", "how many times")], "The text several times in a row.",
    examples: [.init("\"-\".repeated(5)", "\"-----\"")]
  ) { .string(try $0.repeated(try $0.string(0), count: 1)) }

  static let append = Builtin(
    "append", [Call.receiver, .init("text", "a string")], mutating: true, "Adds a text at the end.",
    details: "`s += text` does the same.",
    examples: [.init("var s = \"ab\"\ns.append(\"c\")\ns", "\"abc\"")]
  ) { call in
    let added = try call.string(1)
    guard call[0].isString else { throw call.mismatch(0, "a string") }
    try Heap.checkRoom(bytes: added.utf8.count)
    // Reading the text here would share it, and appending would then copy it.
    if call[0].isUnique {
      call[0].appendText(added)
    } else {
      call.replaceReceiver(.string(try call.string(0) + added))
    }
    return .none
  }

  /// The parts between the places of one byte, which in UTF-8 stands for a character of its own.
  private static func split(_ text: String, at separator: UInt8, keepsEmpty: Bool, _ call: Call) throws
    -> Value
  {
    var text = text
    var result = try ArrayBuilder()
    try text.withUTF8 { bytes in
      var start = 0
      for index in 0...bytes.count {
        if index & 0xFFFF == 0xFFFF { try call.poll(index) }
        guard index == bytes.count || bytes[index] == separator else { continue }
        if keepsEmpty || start != index {
          try result.append(.string(String(decoding: bytes[start..<index], as: UTF8.self)))
        }
        start = index + 1
      }
    }
    return result.finish()
  }

  private static func property(
    _ name: String, _ summary: String, _ code: String, _ output: String, shortcut: Builtin.Shortcut? = nil,
    _ body: @escaping Builtin.Body
  ) -> Builtin {
    Builtin(name, [Call.receiver], summary, examples: [.init(code, output)], shortcut: shortcut, body: body)
  }

  private static func text(
    _ name: String, _ summary: String, _ code: String, _ output: String,
    _ change: @escaping @Sendable (String) -> String
  ) -> Builtin {
    Builtin(name, [Call.receiver], summary, examples: [.init(code, output)]) {
      .string(change(try $0.string(0)))
    }
  }
}
