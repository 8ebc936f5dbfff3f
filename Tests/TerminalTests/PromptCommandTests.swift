import Terminal
import Testing

@Suite struct PromptCommandTests {
  @Test(arguments: [
    (":help", PromptCommand.help(topic: nil)), (":help conv2d", .help(topic: "conv2d")),
    (" :vars ", .variables),
    (":time 1 + 1", .time(code: "1 + 1")), (":time\nlet a = 1\na", .time(code: "let a = 1\na")),
    (":save my session.cnn", .save(path: "my session.cnn")), (":load a.cnn", .load(path: "a.cnn")),
    (":edit", .edit(path: nil)), (":edit a.cnn", .edit(path: "a.cnn")), (":reset", .reset), (":q", .quit),
    (":", .wrong("there is no command `:`; `:help` lists them all")),
    (":vras", .wrong("there is no command `:vras`; did you mean `:vars`?")),
    (":save", .wrong("`:save` needs the name of a file, such as `:save session.cnn`")),
    (":reset all", .wrong("`:reset` takes nothing more, but `all` follows")),
  ])
  func readsACommand(_ line: String, _ command: PromptCommand) {
    #expect(PromptCommand(line) == command)
  }

  @Test(arguments: ["1 + 1", "", "x ? 1 : 2", "  ", "a:b"])
  func leavesCodeAlone(_ line: String) { #expect(PromptCommand(line) == nil) }

  @Test func theHelpNamesEveryCommand() {
    for name in PromptCommand.names { #expect(PromptCommand.help.contains("  :\(name)")) }
  }
}
