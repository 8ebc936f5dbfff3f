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

  @Test func readsValues() throws {
    let options = try RunOptions(parsing: [
      "--check", "--html", "--timeout", "1.5", "-p", "a=1", "--parameter=b=c=d", "-p", "a=2", "-j", "3",
      "--junit=r.xml", "x/n.ipynb",
    ])
    #expect(options.checks && options.writesHTML)
    #expect(options.timeout == 1.5)
    #expect(options.parameters.map(\.name) == ["b", "a"])
    #expect(options.parameters.map(\.code) == ["\"c=d\"", "2"])
    #expect(options.jobs == 3)
    #expect(options.junitFile == "r.xml")
    #expect(options.page(of: "x/n.ipynb") == "x/n.html")
    #expect(try RunOptions(parsing: ["--html", "--output-dir", "o", "x/n"]).page(of: "x/n") == "o/n.html")
    #expect(try RunOptions(parsing: ["x/n"]).page(of: "x/n") == nil)
  }

  @Test(arguments: [
    ([], "`run` needs the name of a notebook"),
    (["a", "-p"], "`-p` needs a name and a value, as in `-p epochs=3`"),
    (["a", "--timeout", "0"], "`--timeout` needs a number of seconds above 0, not `0`"),
    (["a", "--timeout=nan"], "`--timeout` needs a number of seconds above 0, not `nan`"),
    (["a", "--jobs", "x"], "`--jobs` needs a number of notebooks from 1 to 256, not `x`"),
    (["a", "--junit="], "`--junit` needs the name of a file"),
    (["a", "--report-to=99"], "`--report-to` needs the number of an open file"),
    (["a", "a", "--inplace"], "`a` is named twice"),
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
