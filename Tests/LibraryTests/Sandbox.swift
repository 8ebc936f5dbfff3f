import Base
import Display
import Library
import Script

/// A machine with the whole standard library, whose outputs end up in one text.
final class Sandbox {
  let machine: Machine
  let safepoint = Safepoint()
  /// What `input` answers, one after the other.
  var answers = ["Ada"]
  private(set) var bundles: [MIMEBundle] = []
  private var output = ""
  private var clearsAtNext = false
  private var cells = 0
  private var lastError: ScriptError?

  init(workingDirectory: String? = nil) {
    machine = Machine(registry: StandardLibrary.registry, safepoint: safepoint)
    machine.context = LibraryContext(
      workingDirectory: workingDirectory,
      write: { [unowned self] text, _ in emit(text) },
      display: { [unowned self] bundle, _ in show(bundle) },
      update: { [unowned self] _, bundle in show(bundle) },
      clearOutput: { [unowned self] wait in if wait { clearsAtNext = true } else { output = "" } },
      input: { [unowned self] prompt, isPassword in
        guard !answers.isEmpty else { throw ScriptError(.input, "nobody can answer") }
        let answer = answers.removeFirst()
        emit(prompt + (isPassword ? "" : answer) + "\n")
        return answer
      },
      page: { [unowned self] bundle in show(bundle) })
  }

  private func emit(_ text: String) {
    if clearsAtNext { output = "" }
    clearsAtNext = false
    output += text
  }

  private func show(_ bundle: MIMEBundle) {
    bundles.append(bundle)
    emit(bundle.plainText + "\n")
  }

  /// What the error of a cell suggests.
  func suggestion(for code: String) -> String? {
    _ = run(code)
    return lastError?.suggestion
  }

  /// Everything that a cell prints, shows and answers, or its error; without the last line end.
  func run(_ code: String) -> String {
    cells += 1
    output = ""
    clearsAtNext = false
    do {
      let source = SourceText(code, name: "cell \(cells)")
      let parsed = Parser.parse(source)
      let compilation = machine.compile(parsed.tree, source: source)
      guard let program = compilation.code, parsed.diagnostics.isEmpty else {
        let messages = (parsed.diagnostics + compilation.diagnostics).map(\.message)
        return "SyntaxError: " + messages.joined(separator: "; ")
      }
      let value = try machine.run(program)
      defer { value.release() }
      if let bundle = try Presentation.result(of: value, machine) { show(bundle) }
    } catch {
      let error = ScriptError.wrapping(error)
      lastError = error
      emit("\(error.kind.rawValue): \(error.message)\n")
    }
    return output.hasSuffix("\n") ? String(output.dropLast()) : output
  }
}
