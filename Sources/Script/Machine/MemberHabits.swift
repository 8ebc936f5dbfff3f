/// What members of other languages' strings, lists and dictionaries are called here.
enum MemberHabits {
  /// A suggestion for a name that a value of this type does not have.
  static func suggestion(for name: String, on type: String) -> String? {
    switch type {
    case "String": strings[name].map { "here it is called `\($0)`" } ?? notes[name]
    case "Array", "Range": arrays[name].map { "here it is called `\($0)`" } ?? notes[name]
    case "Dictionary": dictionaries[name].map { "here it is called `\($0)`" } ?? notes[name]
    default: notes[name]
    }
  }

  private static let strings = [
    "upper": ".uppercased()", "toUpperCase": ".uppercased()", "lower": ".lowercased()",
    "toLowerCase": ".lowercased()", "title": ".capitalized()", "strip": ".trimmed()", "trim": ".trimmed()",
    "lstrip": ".trimmed()", "rstrip": ".trimmed()", "startswith": ".hasPrefix(text)",
    "startsWith": ".hasPrefix(text)", "endswith": ".hasSuffix(text)", "endsWith": ".hasSuffix(text)",
    "find": ".firstIndex(of: text)", "index": ".firstIndex(of: text)", "indexOf": ".firstIndex(of: text)",
    "replace": ".replacing(old, with: new)", "splitlines": ".lines()", "isdigit": ".isNumber",
    "isnumeric": ".isNumber", "zfill": ".padded(to: n, with: \"0\", side: .left)",
    "ljust": ".padded(to: n)", "rjust": ".padded(to: n, side: .left)",
    "center": ".padded(to: n, side: .both)",
    "includes": ".contains(text)", "substring": "text[1..<3]", "charAt": "text[i]", "length": ".count",
    "components": ".split(separator)",
  ]

  private static let arrays = [
    "push": ".append(x)", "add": ".append(x)", "push_back": ".append(x)",
    "extend": ".append(contentsOf: other)",
    "concat": ".append(contentsOf: other)", "pop": ".removeLast()", "shift": ".removeFirst()",
    "unshift": ".insert(x, at: 0)", "index": ".firstIndex(of: x)", "indexOf": ".firstIndex(of: x)",
    "find": ".first { ... }", "includes": ".contains(x)", "clear": ".removeAll()", "slice": "a[1..<3]",
    "every": ".allSatisfy { ... }", "some": ".contains { ... }", "join": ".joined(separator)",
    "each": ".forEach { ... }", "flat": ".joined()", "length": ".count", "average": ".mean()",
    "fold": ".reduce(start) { ... }",
  ]

  private static let dictionaries = [
    "has_key": ".contains(key)", "has": ".contains(key)", "containsKey": ".contains(key)",
    "items": "for (key, value) in d { ... }", "pop": ".removeValue(forKey: key)", "update": ".merging(other)",
    "clear": ".removeAll()", "setdefault": "d[key] = d[key] ?? value", "length": ".count",
  ]

  private static let notes = [
    "copy": "assigning already gives an independent value: `var b = a`; of a network: `copy(net)`",
    "toString": "`String(x)` makes a text", "to_s": "`String(x)` makes a text",
    "str": "`String(x)` makes a text",
    "format": "values go into a text with \\( ): \"x = \\(x)\"; decimals: `format(x, decimals: 2)`",
  ]
}
