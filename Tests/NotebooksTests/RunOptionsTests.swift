import Base
import Notebooks
import Testing

@Suite struct RunOptionsTests {
  @Test func readsOptionsInAnyOrder() throws {
    let options = try RunOptions(parsing: ["a.ipynb", "--output-dir", "out", "--allow-errors", "x/b.ipynb"])
    #expect(options.notebooks == ["a.ipynb", "x/b.ipynb"])
    #expect(options.allowsErrors)
    #expect(options.destination(of: "x/b.ipynb") == "out/b.ipynb")
    #expect(try RunOptions(parsing: ["--output-dir=out/", "a"]).destination(of: "a") == "out/a")
    #expect(try RunOptions(parsing: ["--inplace", "x/a"]).destination(of: "x/a") == "x/a")
    #expect(try RunOptions(parsing: ["x/a"]).destination(of: "x/a") == nil)
    #expect(try RunOptions(parsing: ["--", "--inplace"]).notebooks == ["--inplace"])
    #expect(try RunOptions(parsing: ["--help"]).showsHelp)
  }

  @Test(arguments: [
    ([], "`run` needs the name of a notebook"),
    (["--output-dir"], "`--output-dir` needs the name of a folder"),
    (["--inplace=yes", "a"], "the option `--inplace` takes no value"),
    (["--inplace", "--output-dir", "o", "a"], "`--inplace` and `--output-dir` cannot be used together"),
    (["a", "--output", "o"], "there is no option `--output`"),
    (
      ["--output-dir", "o", "x/a.ipynb", "y/a.ipynb"],
      "`x/a.ipynb` and `y/a.ipynb` would both be written to the same `a.ipynb`"
    ),
  ])
  func refusesWhatItCannotDo(_ arguments: [String], _ message: String) {
    let error = #expect(throws: UsageError.self) { try RunOptions(parsing: arguments) }
    #expect(error?.message == message)
  }

  @Test func suggestsTheOptionThatWasMeant() {
    let error = #expect(throws: UsageError.self) { try RunOptions(parsing: ["--inplce", "a"]) }
    #expect(error?.suggestion == "did you mean `--inplace`?")
  }
}
