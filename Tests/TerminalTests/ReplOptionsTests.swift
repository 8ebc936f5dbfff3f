import Base
import Terminal
import Testing

@Suite struct ReplOptionsTests {
  @Test(arguments: [
    ([], ReplOptions.Action.prompt, []),
    (["a.cnn", "-x", "--help"], .script(path: "a.cnn"), ["-x", "--help"]),
    (["-e", "1", "a"], .code("1", showsResult: false), ["a"]),
    (["-p", "-1"], .code("-1", showsResult: true), []),
    (["-", "a"], .standardInput, ["a"]),
    (["--", "-odd.cnn", "b"], .script(path: "-odd.cnn"), ["b"]),
    (["--version"], .version, []),
    (["-h"], .help, []),
  ])
  func readsTheCommandLine(_ arguments: [String], _ action: ReplOptions.Action, _ rest: [String]) throws {
    let options = try ReplOptions(parsing: arguments)
    #expect(options.action == action)
    #expect(options.arguments == rest)
  }

  @Test(arguments: [
    (
      ["--output-dir", "out", "a.cnn", "--output-dir"], "out", ReplOptions.Action.script(path: "a.cnn"),
      ["--output-dir"]
    ),
    (["--output-dir=out", "-p", "1"], "out", .code("1", showsResult: true), []),
    (["--output-dir", "out"], "out", .prompt, []),
  ])
  func readsTheFolderForPictures(
    _ arguments: [String], _ folder: String, _ action: ReplOptions.Action, _ rest: [String]
  ) throws {
    let options = try ReplOptions(parsing: arguments)
    #expect(options.outputFolder == folder)
    #expect(options.action == action)
    #expect(options.arguments == rest)
  }

  @Test(arguments: [
    (["-e"], "`-e` needs code to run"), (["--output-dir"], "`--output-dir` needs the name of a folder"),
    (["--output-dir=", "a"], "`--output-dir` needs the name of a folder"),
    (["-x"], "there is no option `-x`"),
    (["--help", "me"], "`--help` takes nothing more, but `me` follows"),
  ])
  func refusesWhatItDoesNotKnow(_ arguments: [String], _ message: String) {
    let error = #expect(throws: UsageError.self) { try ReplOptions(parsing: arguments) }
    #expect(error?.message == message)
  }
}
