import Base
import Script

/// `String` as a name: conversion to text.
enum TextTypes {
  static let string = Namespace(
    "String", "Text, and the conversion to it.",
    call: Builtin(
      "String",
      [
        .init("value", default: "\"\"", "anything"),
        .init("decimals", default: "nil", "for a number: digits behind the point"),
        .init("repeating", default: "nil", "a text to repeat, instead of a value"),
        .init("count", default: "0", "how many times to repeat it"),
        .init("code", default: "nil", "the Unicode number of one character, instead of a value"),
      ],
      "Makes the text that `print` writes.",
      examples: [
        .init("String(42) + \"!\"", "\"42!\""), .init("String(2.0 / 3, decimals: 3)", "\"0.667\""),
        .init("String(repeating: \"ab\", count: 3)", "\"ababab\""), .init("String(code: 65)", "\"A\""),
      ]
    ) { call in
      if call.has(2) { return .string(try call.repeated(try call.string(2), count: 3)) }
      if call.has(4) {
        let code = try call.integer(4)
        guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else {
          throw call.failure("\(code) is not the number of a character", argument: 4)
        }
        return .string(String(Character(scalar)))
      }
      if call[0].isAbsent { return .string("") }
      if call.has(1) {
        let decimals = try call.integer(1)
        guard (0...NumberText.mostDecimals).contains(decimals) else {
          throw call.failure(
            "`decimals` can be 0 to \(NumberText.mostDecimals), but is \(decimals)", argument: 1)
        }
        return .string(NumberText.fixed(try call.double(0), decimals: decimals))
      }
      return call[0].isString ? call[0].retained() : .string(try call.machine.text(of: call[0]))
    })

  static let format = Builtin(
    "format",
    [
      .init("value", "a number, or an array of numbers"),
      .init("decimals", default: "nil", "digits behind the point; as many as needed without it"),
      .init("width", default: "0", "fill with spaces on the left up to so many characters"),
      .init("grouped", default: "false", "commas between thousands"),
    ],
    "A number as text, with a fixed number of decimals, a width, or commas.",
    details: "For an array the result is an array of texts.",
    examples: [
      .init("format(2.0 / 3, decimals: 2)", "\"0.67\""),
      .init("format(138357544, grouped: true)", "\"138,357,544\""),
      .init("format([1, 10.5], decimals: 1, width: 5)", "[\"  1.0\", \" 10.5\"]"),
    ]
  ) { call in
    guard call[0].isArray else { return try call.formattedNumber() }
    let iteration = try call.sequence(0)
    var result = try ArrayBuilder(capacity: iteration.count)
    try call.forEach(iteration) { index, element in
      guard element.number != nil else {
        throw call.failure("element \(index) is \(element.describedKind), not a number", argument: 0)
      }
      try result.append(try call.formatted(element))
      return true
    }
    return result.finish()
  }
}

extension Call {
  /// A text as often as the count says, within what memory allows.
  func repeated(_ text: String, count index: Int) throws -> String {
    let count = try count(index, default: 0)
    let (size, overflow) = text.utf8.count.multipliedReportingOverflow(by: count)
    try Heap.checkRoom(bytes: overflow ? .max : size)
    return String(repeating: text, count: count)
  }
}
