import Base
import Notebooks
import Testing

@Suite struct ParameterTests {
  @Test(arguments: [
    ("a=3", "3"), ("a=-0.5", "-0.5"), ("a=1e3", "1e3"), ("a=true", "true"), ("a=null", "nil"),
    ("a=True", "true"), ("a=None", "nil"), ("a=.5", "0.5"), ("a=+3", "3"), ("a=1.2.3", #""1.2.3""#),
    ("a=lenet", #""lenet""#), (#"a="3""#, #""3""#), ("a=", #""""#), ("a=b=c", #""b=c""#),
    ("a=inf", #""inf""#), ("a=e", #""e""#),
    (#"a=x"\(y)"#, #""x\"\\(y)""#), ("a=\u{1}\n", #""\u{1}\n""#), ("größe=ü", #""ü""#),
    ("a=[1, [2.50, \"x\"]]", #"[1, [2.50, "x"]]"#), (#"a={"b": {}, "c": null}"#, #"["b": [:], "c": nil]"#),
  ])
  func readsValues(_ text: String, _ code: String) throws {
    #expect(try Parameter(parsing: text).code == code)
  }

  @Test(arguments: ["3a=1", "=1", "let=1", "a b=1", "_=1", "a-b=1", "true=1", "😀=1"])
  func refusesWhatIsNoName(_ text: String) {
    let error = #expect(throws: UsageError.self) { try Parameter(parsing: text) }
    let name = text.split(separator: "=", omittingEmptySubsequences: false)[0]
    #expect(error?.message == "`\(name)` cannot be the name of a parameter")
  }

  @Test func wantsAValue() {
    let error = #expect(throws: UsageError.self) { try Parameter(parsing: "epochs") }
    #expect(error?.message == "`-p` needs a name and a value, and `epochs` has no `=`")
  }

  private func notebook(_ cells: String, minor: Int = 5) throws -> Notebook {
    let text = "{\"cells\": [\(cells)], \"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": \(minor)}"
    return try Notebook(parsing: Array(text.utf8), name: "a")
  }

  private func cell(_ id: String, _ source: String, tag: String = "x") -> String {
    "{\"cell_type\": \"code\", \"id\": \"\(id)\", \"metadata\": {\"tags\": [\"\(tag)\"]}, "
      + "\"execution_count\": null, \"outputs\": [], \"source\": \"\(source)\"}"
  }

  private let parameters = [
    try? Parameter(parsing: "epochs=5"), try? Parameter(parsing: "model=lenet"),
  ].compactMap { $0 }

  @Test func goesBehindTheCellOfDefaults() throws {
    let before = try notebook(cell("a", "1") + ", " + cell("b", "let epochs = 1", tag: "parameters"))
    let after = try before.setting(parameters, name: "a")
    #expect(after.cells.map(\.id) == ["a", "b", "injected-parameters"])
    #expect(after.cells[2].source == "// Parameters\nvar epochs = 5\nvar model = \"lenet\"")
    #expect(after.cells[2].tags == ["injected-parameters"])
    // What was there is there still, byte for byte.
    let text = String(decoding: after.serialized(), as: UTF8.self)
    let added = try #require(text.firstRange(of: ",{\"cell_type\":\"code\""))
    let end = try #require(text[added.lowerBound...].firstRange(of: "\"lenet\\\"\"]}"))
    var kept = text
    kept.removeSubrange(added.lowerBound..<end.upperBound)
    #expect(kept == String(decoding: before.serialized(), as: UTF8.self))
  }

  @Test func goesFirstWhereThereAreNoDefaults() throws {
    let after = try notebook(cell("injected-parameters", "1")).setting(parameters, name: "a")
    #expect(after.cells.map(\.id) == ["injected-parameters-2", "injected-parameters"])
    let alone = try notebook("").setting(parameters, name: "a")
    #expect(alone.cells.map(\.tags) == [["injected-parameters"]])
  }

  @Test func replacesThatOfAnEarlierRun() throws {
    let cells = cell("b", "1", tag: "parameters") + "," + cell("old", "2", tag: "injected-parameters")
    let after = try notebook(cells).setting(parameters, name: "a")
    #expect(after.cells.map(\.id) == ["b", "old"])
    #expect(after.cells[1].source.hasPrefix("// Parameters\n"))
    #expect(try after.setting(parameters, name: "a").serialized() == after.serialized())
  }

  @Test func olderFormatsHaveNoIdentifiers() throws {
    let after = try notebook(cell("a", "1"), minor: 4).setting(parameters, name: "a")
    #expect(after.cells[0].id == nil)
  }

  @Test func followsTheLayoutOfTheFile() throws {
    let text = """
      {
       "cells": [
        {
         "cell_type": "markdown",
         "id": "m",
         "metadata": {},
         "source": []
        }
       ],
       "metadata": {},
       "nbformat": 4,
       "nbformat_minor": 5
      }

      """
    let after = try Notebook(parsing: Array(text.utf8), name: "a").setting(parameters, name: "a")
    var expected: [UInt8] = []
    try JSON(parsing: after.serialized()).write(to: &expected, layout: JSON.Layout(indent: " "))
    #expect(after.serialized() == expected + [0x0A])
  }

  @Test func warnsOfNamesThatTheDefaultsDoNotHave() throws {
    let notebook = try notebook(cell("a", "let epoch = 1", tag: "parameters"))
    #expect(
      notebook.warnings(about: [try Parameter(parsing: "epochs=1"), try Parameter(parsing: "epoch=1")]) == [
        "the cell tagged `parameters` knows no `epochs`; did you mean `epoch`?"
      ])
    #expect(try self.notebook("").warnings(about: parameters) == [])
  }
}
