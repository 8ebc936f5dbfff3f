import Base
import Display
import Notebooks
import Session
import Testing

@Suite struct OutputRecorderTests {
  private func outputs(of events: [OutputEvent], error: ErrorReport? = nil) -> [JSON] {
    var recorder = OutputRecorder()
    recorder.begin(cell: 0)
    for event in events { recorder.record(event) }
    recorder.end(executionCount: 5, error: error)
    return recorder.takeChanges().flatMap(\.outputs)
  }

  private func text(_ outputs: [JSON]) -> [String] { outputs.map { $0.serialized() } }

  @Test func joinsNeighboursOfOneStream() {
    let events: [OutputEvent] = [
      .stream(.stdout, "a"), .stream(.stdout, "b\nc\n"), .stream(.stderr, "e"), .stream(.stdout, ""),
      .stream(.stderr, "f\n"), .stream(.stdout, "d"),
    ]
    #expect(
      text(outputs(of: events)) == [
        #"{"name":"stdout","output_type":"stream","text":["ab\n","c\n"]}"#,
        #"{"name":"stderr","output_type":"stream","text":["ef\n"]}"#,
        #"{"name":"stdout","output_type":"stream","text":["d"]}"#,
      ])
  }

  @Test func writesBundlesAsNotebooksDo() {
    var bundle = MIMEBundle(text: "two\nlines")
    bundle["image/svg+xml"] = .text("<svg>\n</svg>")
    bundle["image/png"] = .data(Array("foo".utf8))
    bundle["application/json"] = .json(["z": "a\nb", "a": 1.5])
    bundle["application/vnd.x"] = .text("a\nb")
    bundle.metadata["image/png"] = ["width": 4, "height": 3]
    let data =
      #"{"application/json":{"a":1.5,"z":"a\nb"},"application/vnd.x":"a\nb","image/png":"Zm9v","#
      + #""image/svg+xml":["<svg>\n","</svg>"],"text/plain":["two\n","lines"]}"#
    let metadata = #"{"image/png":{"height":3,"width":4}}"#
    #expect(
      text(outputs(of: [.display(bundle, id: nil), .result(bundle)])) == [
        "{\"data\":\(data),\"metadata\":\(metadata),\"output_type\":\"display_data\"}",
        "{\"data\":\(data),\"execution_count\":5,\"metadata\":\(metadata),\"output_type\":\"execute_result\"}",
      ])
  }

  @Test func cutsLinesWherePythonDoes() {
    let all = "a\nb\r\nc\rd\u{0B}e\u{0C}f\u{1C}g\u{85}h\u{2028}i\u{2029}\n\nj"
    #expect(
      outputs(of: [.stream(.stdout, all)])[0]["text"] == [
        "a\n", "b\r\n", "c\r", "d\u{0B}", "e\u{0C}", "f\u{1C}", "g\u{85}", "h\u{2028}", "i\u{2029}", "\n",
        "\n",
        "j",
      ])
  }

  @Test func keepsErrorsBehindWhatWasPrinted() {
    let report = ErrorReport(
      name: "NameError", message: "no `x`", traceback: ["\u{1B}[31mone", "two"], plainText: "plain")
    #expect(
      text(outputs(of: [.stream(.stdout, "a\n")], error: report)) == [
        #"{"name":"stdout","output_type":"stream","text":["a\n"]}"#,
        #"{"ename":"NameError","evalue":"no `x`","output_type":"error","traceback":["\u001b[31mone","two"]}"#,
      ])
  }

  @Test func clearsAtOnceOrBeforeTheNextOutput() {
    #expect(outputs(of: [.stream(.stdout, "a"), .clear(wait: false)]) == [])
    #expect(outputs(of: [.stream(.stdout, "a"), .clear(wait: true)]).count == 1)
    let replaced = outputs(of: [
      .stream(.stdout, "a"), .clear(wait: true), .stream(.stdout, "b"), .stream(.stdout, "c"),
    ])
    #expect(replaced.map { $0["text"] } == [["bc"]])
    #expect(
      outputs(of: [.stream(.stdout, "a"), .clear(wait: true), .result(MIMEBundle(text: "r"))]).count == 1)
  }

  @Test func updatesEveryPlaceThatShowsAValue() {
    let id = DisplayID(rawValue: "p")
    var recorder = OutputRecorder()
    recorder.begin(cell: 2)
    recorder.record(.display(MIMEBundle(text: "1"), id: id))
    recorder.record(.display(MIMEBundle(text: "other"), id: DisplayID(rawValue: "q")))
    recorder.end(executionCount: 1, error: nil)
    #expect(recorder.takeChanges().map(\.cell) == [2])
    recorder.begin(cell: 4)
    recorder.record(.display(MIMEBundle(text: "2"), id: id))
    recorder.record(.update(id, MIMEBundle(text: "3")))
    recorder.record(.update(DisplayID(rawValue: "unknown"), MIMEBundle(text: "4")))
    recorder.end(executionCount: 2, error: nil)
    let changes = recorder.takeChanges()
    #expect(changes.map(\.cell) == [2, 4])
    #expect(changes.map(\.executionCount) == [1, 2])
    #expect(changes[0].outputs.map { $0["data"]?["text/plain"] } == [["3"], ["other"]])
    #expect(changes[1].outputs.map { $0["data"]?["text/plain"] } == [["3"]])
  }

  @Test func manyPrintsCostLittle() {
    var recorder = OutputRecorder()
    recorder.begin(cell: 0)
    let clock = ContinuousClock.now
    for number in 0..<200_000 { recorder.record(.stream(.stdout, "line \(number)\n")) }
    recorder.end(executionCount: 1, error: nil)
    let outputs = recorder.takeChanges()[0].outputs
    #expect(ContinuousClock.now - clock < .seconds(10))
    #expect(outputs.count == 1)
    #expect(outputs[0]["text"]?[199_999] == "line 199999\n")
  }
}
