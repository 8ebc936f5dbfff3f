import Base

/// Compares the outputs of two runs of a cell: what a reader would call the same is the same.
///
/// Adjacent pieces of one stream are one text, numbers agree within a tolerance, pictures pixel by pixel,
/// durations do not count. What a cell tagged `nondeterministic` says may change, not whether it fails.
package enum OutputComparison {
  /// How the outputs differ, as lines of text; none when they agree.
  package static func differences(saved: [JSON], now: [JSON], tags: [String] = []) -> [String] {
    let (saved, now) = (joined(saved), joined(now))
    if tags.contains("nondeterministic") {
      let failed = [saved, now].map { $0.contains { isError($0) } }
      return failed[0] == failed[1] ? [] : kindsDiffer(saved, now)
    }
    guard saved.map(kind) == now.map(kind) else { return kindsDiffer(saved, now) }
    return zip(saved, now).flatMap(differences)
  }

  /// Whether somebody has saved the notebook with the outputs of a run, so that there is something to compare.
  package static func hasOutputs(_ notebook: Notebook) -> Bool {
    notebook.cells.contains { !$0.outputs.isEmpty || $0.executionCount != nil }
  }

  private static func kindsDiffer(_ saved: [JSON], _ now: [JSON]) -> [String] {
    func list(_ outputs: [JSON]) -> String {
      outputs.isEmpty ? "nothing" : outputs.map(kind).joined(separator: ", ")
    }
    var lines = ["the outputs were \(list(saved)) and are \(list(now))"]
    if let error = now.first(where: isError), !saved.contains(where: isError) {
      lines.append("\(text(error["ename"])): \(text(error["evalue"]))")
    }
    // One side shows the text that is gone or new; both would hide it.
    let texts = [saved, now].map { outputs in
      outputs.map { text($0["text"] ?? $0["data"]?["text/plain"]) }.joined(separator: "\n")
    }
    return lines + LineDifference(saved: texts[0], now: texts[1]).lines.prefix(10)
  }

  private static func joined(_ outputs: [JSON]) -> [JSON] {
    var result: [JSON] = []
    for output in outputs {
      guard output["output_type"]?.stringValue == "stream", let last = result.last,
        last["output_type"]?.stringValue == "stream", last["name"] == output["name"]
      else {
        result.append(output)
        continue
      }
      var object = last.objectValue ?? [:]
      object["text"] = .string(text(last["text"]) + text(output["text"]))
      result[result.count - 1] = .object(object)
    }
    return result
  }

  private static func isError(_ output: JSON) -> Bool { output["output_type"]?.stringValue == "error" }

  /// What sort of output it is; of a value also its forms.
  private static func kind(_ output: JSON) -> String {
    let type = output["output_type"]?.stringValue ?? "an unknown output"
    if type == "stream" { return output["name"]?.stringValue ?? "stdout" }
    guard let data = output["data"]?.objectValue else { return type }
    return "\(type) (\(data.keys.sorted().joined(separator: ", ")))"
  }

  private static func differences(_ saved: JSON, _ now: JSON) -> [String] {
    if isError(saved) {
      return between("the error's name", text(saved["ename"]), text(now["ename"]))
        + between("the error's message", text(saved["evalue"]), text(now["evalue"]))
    }
    guard let data = saved["data"]?.objectValue else {
      return between(kind(saved), text(saved["text"]), text(now["text"]))
    }
    return data.entries.flatMap { type, value -> [String] in
      let other = now["data"]?[type] ?? .null
      switch type {
      case "image/png", "image/jpeg":
        return PictureComparison.difference(text(value), text(other)).map { ["\(type): \($0)"] } ?? []
      case _ where type.hasSuffix("json"):
        return between(type, lines(value), lines(other))
      default: return betweenMarkup(type, text(value), text(other))
      }
    }
  }

  private static func between(_ what: String, _ saved: String, _ now: String) -> [String] {
    if saved == now { return [] }
    let lines = LineDifference(saved: saved, now: now).lines
    return lines.isEmpty ? [] : ["\(what):"] + lines.map { "  " + $0 }
  }

  /// SVG and HTML hold pictures in links: they are compared as pictures, the rest as text.
  private static func betweenMarkup(_ type: String, _ saved: String, _ now: String) -> [String] {
    if saved == now { return [] }
    let (first, second) = (EmbeddedLinks(in: saved), EmbeddedLinks(in: now))
    guard first.pictures.count == second.pictures.count else { return between(type, saved, now) }
    var found = between(type, first.text, second.text)
    for (old, new) in zip(first.pictures, second.pictures) {
      if let difference = PictureComparison.difference(old, new) {
        found.append("\(type): inside of it, \(difference)")
      }
    }
    return found
  }

  private static func lines(_ value: JSON) -> String {
    var bytes: [UInt8] = []
    value.sortedByKey.write(to: &bytes, layout: JSON.Layout(indent: " "))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Text as nbformat keeps it: in one piece or as a list of lines.
  private static func text(_ value: JSON?) -> String {
    value?.stringValue ?? value?.arrayValue?.compactMap(\.stringValue).joined() ?? ""
  }
}

/// The pictures in `data:` links of a text, and the text without them.
private struct EmbeddedLinks {
  private(set) var text = ""
  private(set) var pictures: [String] = []

  init(in source: String) {
    var rest = Substring(source)
    while let start = rest.firstRange(of: ";base64,") {
      text += rest[..<start.upperBound]
      rest = rest[start.upperBound...]
      let picture = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+/=".contains($0)) }
      pictures.append(String(picture))
      rest = rest[picture.endIndex...]
    }
    text += rest
  }
}
