import Base
import Display
import Script

/// Printing and showing.
enum OutputFunctions {
  static let all: [Builtin] = [print, display, update, clearOutput]

  static let print = Builtin(
    "print",
    [
      .init("values", variadic: true, "what to write, of any type"),
      .init("separator", default: "\" \"", "the text between two values"),
      .init("terminator", default: "\"\\n\"", "the text after the last value"),
      .init("to", default: ".stdout", choices: ["stdout", "stderr"], "the stream"),
    ],
    "Writes values as text, with spaces between them and a line end behind them.",
    details: """
      Strings are written as they are; inside arrays and dictionaries they are in quotes. A struct with a \
      member `description` is written as that.
      """,
    examples: [
      .init("print(\"sum:\", 1 + 2, [1, 2.5])", "sum: 3 [1, 2.5]"),
      .init("print(1, 2, 3, separator: \"-\", terminator: \"!\\n\")", "1-2-3!"),
      .init("print(\"careful\", to: .stderr)", "careful"),
    ]
  ) { call in
    let toStderr = call.has(3) ? try call.choice(3) == "stderr" : false
    let values = call[0].elements
    var text: String
    if let values, values.count == 1 {
      text = try call.machine.text(of: values[0])
    } else {
      text = ""
      let separator = try call.string(1, default: " ")
      for index in 0..<(values?.count ?? 0) {
        try call.poll(index)
        if index > 0 { text += separator }
        // Arguments stay where they are while a `description` of the program runs.
        if let value = call[0].elements?[index] { text += try call.machine.text(of: value) }
      }
    }
    text += try call.string(2, default: "\n")
    call.context.write(text, toStderr)
    return .none
  }

  static let display = Builtin(
    "display",
    [
      .init("value", "what to show, as it would look at the end of a cell"),
      .init("id", default: "nil", "a name for `update`, or .new for a fresh one, which is then the result"),
    ],
    "Shows a value among the outputs of the cell, in the richest form the front end can draw.",
    details: """
      With an `id` the output can be replaced later by `update(id, value)`, also from another cell. \
      `print` writes text; `display` shows tensors as tables, pictures as pictures.
      """,
    examples: [
      .init("display([1, 2, 3])", "[1, 2, 3]"),
      .init("display(\"half\", id: \"state\")\nupdate(\"state\", \"done\")", "\"half\"\n\"done\""),
    ]
  ) { call in
    var id: String?
    var isFresh = false
    if call.has(1) {
      if let name = call[1].implicitMemberName {
        guard name == "new" else {
          throw call.failure(
            "the id is a string of yours, or .new for a fresh one, not .\(name)", argument: 1)
        }
        id = call.context.freshDisplayID()
        isFresh = true
      } else {
        id = try call.string(1)
      }
    }
    if call[0].isAbsent { throw call.mismatch(0, "a value to show") }
    let bundle =
      call[0].isNone ? MIMEBundle(text: "nil") : try Presentation.result(of: call[0], call.machine)
    if let bundle { call.context.display(bundle, id) }
    if isFresh, let id { return .string(id) }
    return .none
  }

  static let update = Builtin(
    "update",
    [
      .init("id", "the name given to `display`"),
      .init("value", "what to show from now on"),
    ],
    "Replaces what `display` showed under an id.",
    details:
      "Every place that shows the id changes. A front end that cannot change old output shows it anew.",
    examples: [
      .init("let id = display(0, id: .new)\nfor i in 1...2 { update(id, i * 10) }", "0\n10\n20")
    ]
  ) { call in
    let id = try call.string(0)
    if call[1].isAbsent { throw call.mismatch(1, "a value to show") }
    let bundle =
      call[1].isNone ? MIMEBundle(text: "nil") : try Presentation.result(of: call[1], call.machine)
    if let bundle { call.context.update(id, bundle) }
    return .none
  }

  static let clearOutput = Builtin(
    "clearOutput",
    [.init("wait", default: "false", "clear only when the next output comes, so that nothing flickers")],
    "Removes the outputs that the cell has shown so far.",
    examples: [.init("print(\"step 1\")\nclearOutput(wait: true)\nprint(\"step 2\")", "step 2")]
  ) { call in
    call.context.clearOutput(try call.bool(0, default: false))
    return .none
  }
}
