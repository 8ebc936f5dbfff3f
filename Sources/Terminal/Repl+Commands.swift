import Base
import Display
import Glibc
import Session

extension Repl {
  enum Answer: Equatable {
    case done, failed, ends
  }

  func perform(_ command: PromptCommand) -> Answer {
    do throws(FileError) {
      switch command {
      case .quit: return .ends
      case .wrong(let message): return fail(message)
      case .help(let topic): return help(on: topic)
      case .variables: host.show(session.variables)
      case .reset:
        session.reset()
        ran = []
        host.note("all variables are forgotten")
      case .time(let code): return time(code)
      case .save(let path): try save(path)
      case .load(let path): return try load(path)
      case .edit(let path): try edit(file: path)
      }
      return .done
    } catch {
      return fail(error.message)
    }
  }

  private func fail(_ message: String) -> Answer {
    host.complain(message)
    return .failed
  }

  private func help(on topic: String?) -> Answer {
    guard let topic else {
      host.show(MIMEBundle(text: PromptCommand.help))
      return .done
    }
    let name = topic.hasPrefix(":") ? String(topic.dropFirst()) : topic
    if PromptCommand.names.contains(name), topic != name {
      host.show(MIMEBundle(text: PromptCommand.help))
    } else if let page = session.inspection(of: topic, at: topic.unicodeScalars.count, detail: 0) {
      host.show(page)
    } else {
      return fail("there is no help on `\(topic)`; `help()` lists all names")
    }
    return .done
  }

  private func time(_ code: String) -> Answer {
    let clock = ContinuousClock()
    let start = clock.now
    let isGood = execute(code)
    let span = clock.now - start
    let seconds = Double(span.components.seconds) + Double(span.components.attoseconds) * 1e-18
    host.note("took \(Self.text(seconds: seconds))")
    return isGood ? .done : .failed
  }

  /// Three digits: `1.23 ms`.
  static func text(seconds: Double) -> String {
    let (value, unit) =
      seconds < 1e-3 ? (seconds * 1e6, "µs") : seconds < 1 ? (seconds * 1e3, "ms") : (seconds, "s")
    return "\(NumberFormat.significant(value, 3)) \(unit)"
  }

  private func save(_ path: String) throws(FileError) {
    guard !ran.isEmpty else { return host.note("nothing has been run yet, so there is nothing to save") }
    let text = ran.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined(separator: "\n")
    try RegularFile.replace(Self.expanded(path), with: Array(text.utf8))
    host.note("\(ran.count) \(ran.count == 1 ? "cell" : "cells") saved in \(path)")
  }

  private func load(_ path: String) throws(FileError) -> Answer {
    let bytes = try RegularFile.read(Self.expanded(path))
    guard let code = String(validating: bytes, as: UTF8.self) else {
      return fail("`\(path)` is not text in UTF-8")
    }
    return execute(ScriptRun.withoutInterpreterLine(code), name: path) ? .done : .failed
  }

  /// Opens a file, or the last cell, which then stands at the prompt.
  private func edit(file path: String?) throws(FileError) {
    guard device.isInteractive else { return host.complain("`:edit` needs a terminal") }
    guard let path else { return edit(lastCode) }
    if !ExternalEditor(device: device).open(Self.expanded(path)) {
      host.complain("the editor ended with an error")
    }
  }

  /// Has a text edited, which then stands at the prompt to be run.
  func edit(_ text: String) {
    do throws(FileError) {
      guard let edited = try ExternalEditor(device: device).edit(text.isEmpty ? "" : text + "\n") else {
        nextText = text
        return host.complain("the editor ended with an error, so the text is as it was")
      }
      nextText = edited
      while nextText.last?.isNewline == true { nextText.removeLast() }
    } catch {
      nextText = text
      host.complain(error.message)
    }
  }

  /// `~` is the home directory.
  private static func expanded(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst()
  }
}
