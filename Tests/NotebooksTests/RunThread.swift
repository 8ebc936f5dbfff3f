import Base
import Notebooks
import Session

/// Runs notebooks on a compute thread, as the program does.
enum RunThread {
  private final class Box: @unchecked Sendable {
    var runner: NotebookRunner?
    var ending: NotebookRunner.Ending?
  }

  /// A notebook of these cells, each with its tags.
  static func notebook(_ cells: [(source: String, tags: [String])]) throws -> Notebook {
    var bytes: [UInt8] = []
    let list = cells.map { source, tags -> JSON in
      [
        "cell_type": "code", "execution_count": nil, "metadata": ["tags": .array(tags.map { .string($0) })],
        "outputs": [], "source": .string(source),
      ]
    }
    let value: JSON = ["cells": .array(list), "metadata": [:], "nbformat": 4, "nbformat_minor": 4]
    value.write(to: &bytes)
    return try Notebook(parsing: bytes, name: "a")
  }

  /// The runner after its run, and how that ended.
  static func run(
    _ notebook: Notebook, _ rules: NotebookRunner.Rules = .init(), _ stopSign: StopSign? = nil
  ) throws -> (runner: NotebookRunner, ending: NotebookRunner.Ending) {
    let box = Box()
    let thread = ComputeThread {
      let runner = NotebookRunner(notebook, rules: rules, stopSign: stopSign)
      box.ending = runner.run(in: Session(SessionConfiguration()))
      box.runner = runner
    }
    thread.join()
    guard let runner = box.runner, let ending = box.ending else { throw Missing() }
    return (runner, ending)
  }

  private struct Missing: Error {}
}
