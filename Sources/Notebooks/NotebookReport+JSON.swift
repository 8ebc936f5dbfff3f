import Base
import Session

/// The way of a report from the process that ran a notebook to the one that asked for it.
extension NotebookReport {
  var json: JSON {
    [
      "cells": .array(cells.map(\.json)), "seconds": JSON(seconds),
      "problem": problem.map { .string($0) } ?? .null, "isInterrupted": .bool(isInterrupted),
    ]
  }

  /// The report on `path`; nil when the text is none, as of a process that ended early.
  init?(_ json: JSON, path: String) {
    guard let cells = json["cells"]?.arrayValue, let seconds = json["seconds"]?.doubleValue else {
      return nil
    }
    self.init(path: path)
    self.cells = cells.compactMap(CellReport.init)
    self.seconds = seconds
    problem = json["problem"]?.stringValue
    isInterrupted = json["isInterrupted"]?.boolValue ?? false
  }
}

extension CellReport {
  fileprivate var json: JSON {
    var object: JSON.Object = [
      "index": JSON(index), "number": number.map { JSON($0) } ?? .null, "title": .string(title),
      "seconds": JSON(seconds), "differences": .array(differences.map { .string($0) }),
    ]
    switch outcome {
    case .passed: object["outcome"] = "passed"
    case .skipped: object["outcome"] = "skipped"
    case .notReached: object["outcome"] = "notReached"
    case .failed(let error):
      object["outcome"] = "failed"
      object["error"] = [.string(error.name), .string(error.message), .string(error.plainText)]
    }
    return .object(object)
  }

  fileprivate init?(_ json: JSON) {
    guard let index = json["index"]?.intValue, let title = json["title"]?.stringValue else { return nil }
    let outcome: Outcome
    switch json["outcome"]?.stringValue {
    case "passed": outcome = .passed
    case "skipped": outcome = .skipped
    case "failed":
      let error = json["error"]
      outcome = .failed(
        ErrorReport(
          name: error?[0]?.stringValue ?? "Error", message: error?[1]?.stringValue ?? "", traceback: [],
          plainText: error?[2]?.stringValue ?? ""))
    default: outcome = .notReached
    }
    self.init(
      index: index, number: json["number"]?.intValue, title: title, outcome: outcome,
      seconds: json["seconds"]?.doubleValue ?? 0,
      differences: json["differences"]?.arrayValue?.compactMap(\.stringValue) ?? [])
  }
}
