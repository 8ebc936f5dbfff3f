import Base
import Script

/// Asking the person at the front end.
enum InputFunctions {
  static let all: [Builtin] = [input, password, arguments]

  static let input = Builtin(
    "input", [.init("prompt", default: "\"\"", "the text shown before the field")],
    "Asks for a line of text and waits for it.",
    details: """
      Gives the line as a string without its line end; `Int(...)` and `Double(...)` make numbers of it. \
      Where nobody can answer, as in a notebook that runs unattended, it is an InputError.
      """,
    examples: [.init("let name = input(\"Name? \")\nprint(\"Hello, \\(name)\")", "Name? Ada\nHello, Ada")]
  ) { call in
    .string(try call.context.input(try call.promptText(0), false))
  }

  static let password = Builtin(
    "password", [.init("prompt", default: "\"\"", "the text shown before the field")],
    "Asks for a line of text that is not shown while it is typed.",
    examples: [.init("let secret = password(\"Key: \")\nsecret.count", "Key: \n3")]
  ) { call in
    .string(try call.context.input(try call.promptText(0), true))
  }

  static let arguments = Builtin(
    "arguments", [],
    "The words given to a script behind its file name.",
    details: "Empty in notebooks and at the prompt.",
    examples: [.init("arguments()", "[]")]
  ) { call in
    .array(call.context.arguments)
  }
}

extension Call {
  fileprivate func promptText(_ index: Int) throws -> String {
    self[index].isAbsent ? "" : try machine.text(of: self[index])
  }
}
