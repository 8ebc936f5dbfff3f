import Foundation
import Session
import Testing

/// Runs every file under Tests/Scripts in a session of its own and compares what it says with what its
/// comments expect.
@Suite struct ScriptFileTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Scripts").resolvingSymlinksInPath()

  static let files: [String] = {
    let all = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return all.filter { $0.hasSuffix(".cnn") }.sorted()
  }()

  @Test(arguments: files)
  func says(_ file: String) throws {
    let path = Self.folder.appending(path: file)
    let script = ScriptExpectations(try String(contentsOf: path, encoding: .utf8))
    #expect(!script.expected.isEmpty, "the script expects nothing, so it cannot fail")
    let got = SessionThread.shared.run {
      var configuration = SessionConfiguration()
      configuration.workingDirectory = path.deletingLastPathComponent().path
      let session = Session(configuration)
      let limit = Timer(seconds: 60) { [interruption = session.interruption] in interruption.interrupt() }
      defer { limit.cancel() }
      let host = CollectingHost(inputs: script.inputs)
      for (index, cell) in script.cells.enumerated() {
        let name = script.cells.count == 1 ? file : "\(file), cell \(index + 1)"
        host.finish(session.execute(Cell(cell, name: name), host: host))
      }
      return host.channels
    }
    if let difference = script.difference(from: got) {
      Issue.record("Tests/Scripts/\(file)\n\(difference)")
    }
  }
}

@Suite struct ScriptExpectationsTests {
  private let script = ScriptExpectations(
    """
    print(1) // expect: 1
    // expect: two...
    // cell
    missing // expect error: NameError: x
    // input: Ada
    """)

  @Test func readsComments() {
    #expect(script.cells.count == 2)
    #expect(script.cells[1].hasPrefix("\n\n\nmissing"))
    #expect(script.inputs == ["Ada"])
    #expect(script.expected == [.output: ["1", "two..."], .error: ["NameError: x"]])
  }

  @Test func comparesAll() {
    #expect(script.difference(from: [.output: ["1", "two and more"], .error: ["NameError: x"]]) == nil)
    #expect(
      script.difference(from: [.output: ["1", "three"], .error: ["NameError: x"]])
        == "expect: (- expected, + got)\n    1\n  - two...\n  + three")
    #expect(script.difference(from: [.output: ["1"], .error: ["NameError: x"]]) != nil)
    #expect(script.difference(from: [.output: ["1", "two", "3"], .error: ["NameError: x"]]) != nil)
    #expect(script.difference(from: [.output: ["1", "two"]]) != nil)
    #expect(
      script.difference(from: [.output: ["1", "two"], .error: ["NameError: x"], .warning: ["w"]]) != nil)
  }
}
