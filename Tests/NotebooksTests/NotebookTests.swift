import Base
import Notebooks
import Testing

@Suite struct NotebookTests {
  /// A notebook with everything a writer could lose: order, spelling, escapes, odd layout.
  static let text = """
    {
      "nbformat_minor": 5,
      "cells": [
        {
          "source": "# T\\u00eftle\\/",
          "id": "m1", "metadata": {"z": 1.0, "a": 1e3},
          "cell_type": "markdown",
          "attachments": {"a.png": {"image/png": "AAAA"}}
        },
        {
          "outputs": [],
          "execution_count": null,
          "cell_type": "code",
          "metadata": {"tags": ["slow", "x"]},
          "id": "c1",
          "source": ["let a = 1\\n", "a"]
        },
        {"cell_type": "code", "id": "c2", "metadata": {}, "execution_count": 7,
         "source": "2", "outputs": [{"output_type": "stream", "name": "stdout", "text": ["2\\n"]}]}
      ],
      "metadata": {"kernelspec": {"name": "swift-cnn", "display_name": "Swift CNN", "language": "cnn"}},
      "nbformat": 4,
      "custom": 12345678901234567890
    }

    """

  @Test func readsCells() throws {
    let notebook = try Notebook(parsing: Array(Self.text.utf8), name: "a.ipynb")
    #expect(notebook.minorVersion == 5)
    #expect(notebook.cells.map(\.kind) == [.markdown, .code, .code])
    #expect(notebook.cells[0].source == "# Tïtle/")
    #expect(notebook.cells[1].source == "let a = 1\na")
    #expect(notebook.cells[1].tags == ["slow", "x"])
    #expect(notebook.cells[1].executionCount == nil)
    #expect(notebook.cells[2].executionCount == 7)
    #expect(notebook.cells[2].outputs.count == 1)
    #expect(notebook.cells[2].id == "c2")
  }

  @Test func keepsEveryByteWhenNothingChanges() throws {
    let bytes = Array(Self.text.utf8)
    var notebook = try Notebook(parsing: bytes, name: "a.ipynb")
    #expect(notebook.serialized() == bytes)
    notebook.cells[2].outputs = [["text": ["2\n"], "name": "stdout", "output_type": "stream"]]
    notebook.cells[2].executionCount = 7
    #expect(notebook.serialized() == bytes, "the same outputs in another order of keys are no change")
  }

  @Test func changesOnlyTheOutputsThatAreSet() throws {
    var notebook = try Notebook(parsing: Array(Self.text.utf8), name: "a.ipynb")
    notebook.cells[1].outputs = [["name": "stdout", "text": ["1\n"]]]
    notebook.cells[1].executionCount = 1
    notebook.cells[2].outputs = []
    notebook.cells[2].executionCount = nil
    let expected = Self.text
      .replacing(
        "\"outputs\": [],\n      \"execution_count\": null,",
        with: """
          "outputs": [
                  {
                    "name": "stdout",
                    "text": [
                      "1\\n"
                    ]
                  }
                ],
                "execution_count": 1,
          """
      )
      .replacing("\"execution_count\": 7", with: "\"execution_count\": null")
      .replacing(#"[{"output_type": "stream", "name": "stdout", "text": ["2\n"]}]"#, with: "[]")
    #expect(String(decoding: notebook.serialized(), as: UTF8.self) == expected)
  }

  @Test(arguments: [
    ("\n", " "), ("\n", "    "), ("\n", "\t"), ("\r\n", "  "),
  ])
  func followsTheLayoutOfTheFile(_ lineBreak: String, _ indent: String) throws {
    let value: JSON = [
      "cells": [
        ["cell_type": "code", "execution_count": nil, "metadata": [:], "outputs": [], "source": "1"]
      ],
      "metadata": [:], "nbformat": 4, "nbformat_minor": 4,
    ]
    let layout = JSON.Layout(indent: indent, lineBreak: lineBreak)
    var before: [UInt8] = []
    value.write(to: &before, layout: layout)
    var notebook = try Notebook(parsing: before, name: "a.ipynb")
    notebook.cells[0].outputs = [["b": [1]]]
    let after = try JSON(parsing: notebook.serialized())
    var expected: [UInt8] = []
    after.write(to: &expected, layout: layout)
    #expect(notebook.serialized() == expected)
    #expect(after["cells"]?[0]?["outputs"] == [["b": [1]]])
  }

  @Test func writesIntoANotebookOnOneLine() throws {
    let text =
      #"{"cells":[{"cell_type":"code","execution_count":null,"metadata":{},"outputs":[],"source":["1"]}],"#
      + #""metadata":{},"nbformat":4,"nbformat_minor":2}"#
    var notebook = try Notebook(parsing: Array(text.utf8), name: "a.ipynb")
    notebook.cells[0].executionCount = 12
    notebook.cells[0].outputs = [["x": "[\"}"]]
    let written = String(decoding: notebook.serialized(), as: UTF8.self)
    #expect(
      written
        == text.replacing("null", with: "12").replacing("\"outputs\":[]", with: #""outputs":[{"x":"[\"}"}]"#))
  }

  static let complete = #"{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}"#

  @Test(arguments: [
    ("", "`a.ipynb` is empty, so it is not a notebook"),
    (" \n", "`a.ipynb` is empty, so it is not a notebook"),
    (
      "hello",
      "`a.ipynb` is not a notebook, because it is not valid JSON: line 1, column 1: expected a value, found `h`"
    ),
    ("{\n\"cells\": [", "`a.ipynb` is cut off: it ends in line 2, before the notebook is complete"),
    ("[]", "`a.ipynb` is JSON, but not a notebook: its outermost value is not an object"),
    ("{}", "`a.ipynb` is JSON, but not a notebook: it has no number `nbformat`"),
    (#"{"nbformat":3,"worksheets":[]}"#, "`a.ipynb` has notebook format 3; this program reads format 4"),
    (#"{"nbformat":5}"#, "`a.ipynb` has notebook format 5; this program reads format 4"),
    (#"{"nbformat":4}"#, "`a.ipynb` is not a complete notebook: it has no number `nbformat_minor`"),
    (#"{"nbformat":4,"nbformat_minor":5}"#, "`a.ipynb` is not a complete notebook: it has no `metadata`"),
    (
      #"{"nbformat":4,"nbformat_minor":5,"metadata":{}}"#,
      "`a.ipynb` is not a complete notebook: it has no list of `cells`"
    ),
  ])
  func refusesWhatIsNotANotebook(_ text: String, _ message: String) {
    let error = #expect(throws: NotebookError.self) {
      try Notebook(parsing: Array(text.utf8), name: "a.ipynb")
    }
    #expect(error?.message == message)
  }

  @Test(arguments: [
    ("1", "cell 1 of `a.ipynb` is not an object"),
    ("{}", "cell 1 of `a.ipynb` has no `cell_type`"),
    (
      #"{"cell_type":"heading"}"#,
      "cell 1 of `a.ipynb` has the type `heading`; a cell is `code`, `markdown` or `raw`"
    ),
    (#"{"cell_type":"code"}"#, "cell 1 of `a.ipynb` has no `source`, or one that is not text"),
    (
      #"{"cell_type":"code","source":[1]}"#,
      "cell 1 of `a.ipynb` has no `source`, or one that is not text"
    ),
    (#"{"cell_type":"code","source":""}"#, "cell 1 of `a.ipynb` has no `metadata`"),
    (
      #"{"cell_type":"code","source":"","metadata":{}}"#,
      "cell 1 of `a.ipynb` is a code cell without a list of `outputs`"
    ),
    (
      #"{"cell_type":"code","source":"","metadata":{},"outputs":[]}"#,
      "cell 1 of `a.ipynb` is a code cell without an `execution_count`"
    ),
  ])
  func refusesCellsWithoutTheirFields(_ cell: String, _ message: String) {
    let text = Self.complete.replacing("[]", with: "[\(cell)]")
    let error = #expect(throws: NotebookError.self) {
      try Notebook(parsing: Array(text.utf8), name: "a.ipynb")
    }
    #expect(error?.message == message)
  }

  @Test func everyCutOfANotebookIsRefused() {
    let bytes = Array(Self.text.utf8)
    for length in 0..<(bytes.count - 2) {
      #expect(throws: NotebookError.self) { try Notebook(parsing: Array(bytes[..<length]), name: "a") }
    }
  }

  @Test(arguments: [
    "{}", #"{"kernelspec":{"name":"swift-cnn"}}"#, #"{"kernelspec":{"name":"swift-cnn-dev"}}"#,
    #"{"kernelspec":{"name":"mine","language":"cnn"}}"#, #"{"language_info":{"name":"cnn"}}"#,
  ])
  func acceptsItsOwnLanguage(_ metadata: String) throws {
    let text = Self.complete.replacing("\"metadata\":{}", with: "\"metadata\":\(metadata)")
    try Notebook(parsing: Array(text.utf8), name: "a.ipynb").checkLanguage(name: "a.ipynb")
  }

  @Test func refusesAnotherLanguage() throws {
    let metadata = #"{"kernelspec":{"name":"python3","display_name":"Python 3","language":"python"}}"#
    let text = Self.complete.replacing("\"metadata\":{}", with: "\"metadata\":\(metadata)")
    let notebook = try Notebook(parsing: Array(text.utf8), name: "a.ipynb")
    let error = #expect(throws: NotebookError.self) { try notebook.checkLanguage(name: "a.ipynb") }
    #expect(
      error?.message
        == "`a.ipynb` is a notebook for the kernel \"Python 3\" (language python), not for Swift CNN")
  }
}
