import Base

/// What a line that starts with a colon asks of the prompt itself.
package enum PromptCommand: Equatable, Sendable {
  case help(topic: String?)
  case variables
  case time(code: String)
  case save(path: String)
  case load(path: String)
  case edit(path: String?)
  case reset
  case quit
  /// It is none of them, or something is missing: what to say.
  case wrong(String)

  package static let names = ["edit", "help", "load", "quit", "reset", "save", "time", "vars"]

  /// Nil where the line is code.
  package init?(_ line: String) {
    let line = line.trimmed
    guard line.hasPrefix(":") else { return nil }
    let body = line.dropFirst()
    let name = body.prefix { !$0.isWhitespace }
    let rest = String(body.dropFirst(name.count)).trimmed
    switch name {
    case "help", "h", "?": self = .help(topic: rest.isEmpty ? nil : rest)
    case "vars": self = Self.alone(.variables, name, rest)
    case "reset": self = Self.alone(.reset, name, rest)
    case "quit", "q", "exit": self = Self.alone(.quit, name, rest)
    case "edit", "e": self = .edit(path: rest.isEmpty ? nil : rest)
    case "time":
      self =
        rest.isEmpty ? .wrong("`:time` needs code to run, such as `:time fit(net, data)`") : .time(code: rest)
    case "save":
      self =
        rest.isEmpty
        ? .wrong("`:save` needs the name of a file, such as `:save session.cnn`") : .save(path: rest)
    case "load":
      self =
        rest.isEmpty
        ? .wrong("`:load` needs the name of a file, such as `:load session.cnn`") : .load(path: rest)
    default:
      let near = EditDistance.best(for: String(name), among: Self.names)
      self = .wrong(
        "there is no command `:\(name)`; "
          + (near.map { "did you mean `:\($0)`?" } ?? "`:help` lists them all"))
    }
  }

  private static func alone(_ command: PromptCommand, _ name: Substring, _ rest: String) -> PromptCommand {
    rest.isEmpty ? command : .wrong("`:\(name)` takes nothing more, but `\(rest)` follows")
  }

  package static let help = """
    Commands of the prompt
      :help [NAME]     this page, or what a name is for (so does `NAME?`)
      :vars            the variables of the session
      :time CODE       runs code and says how long it took
      :save FILE       writes what has been run so far as a script
      :load FILE       runs a script here
      :edit [FILE]     opens the last cell, or a file, in $VISUAL or $EDITOR
      :reset           forgets all variables
      :quit            ends the session, as Ctrl-D does

    Keys
      Enter            runs what is complete and continues what is not; Alt-Enter always continues
      Tab              completes, and shows what fits; Tab or arrows choose, Enter takes, Esc leaves
      Up, Down         other lines, then earlier and later cells that start with what stands before the cursor
      PageUp, PageDown earlier and later cells, whatever the line
      Ctrl-R           searches the history
      Ctrl-A, Ctrl-E   start and end of the line; Alt-B, Alt-F a word back or on
      Ctrl-K, Ctrl-U   cut to the end or start of the line; Ctrl-W a word; Ctrl-Y puts it back
      Ctrl-_           undoes
      Ctrl-X Ctrl-E    edits the cell in $VISUAL or $EDITOR
      Ctrl-L           clears the screen
      Ctrl-C           drops the cell, or interrupts it while it runs
      Ctrl-D           ends the session, on an empty line

    `help()` lists the functions of the language.
    """
}

extension String {
  /// Without blanks and line ends at both sides.
  package var trimmed: String {
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
