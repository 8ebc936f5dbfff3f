import CNN
import Foundation

/// Answers requests about workloads, one line of JSON each.
final class Server {
  private let folder: URL
  private var prepared: [String: Workload] = [:]

  init(folder: String) { self.folder = URL(fileURLWithPath: folder, isDirectory: true) }

  private func seconds(_ work: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(work)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func prepare(_ name: String, withFiles: Bool) throws -> [String: Any] {
    var made: Workload?
    let time = try seconds { made = try Workload.make(name, isCompared: withFiles) }
    guard let work = made else { return ["error": "unknown work \(name)"] }
    prepared[name] = work
    guard withFiles else { return ["ok": true, "seconds": time, "threads": Processor.threadCount] }
    let tensors = NamedTensors(work.parameters.map { (name: $0.name, tensor: $0.parameter.value) })
    try SafeTensorsFile.write(
      tensors,
      metadata: ["order": work.parameters.map(\.name).joined(separator: ",")].merging(work.facts) { $1 },
      to: path("\(name)-weights.safetensors"))
    try NumPyFile.write(work.input, to: path("\(name)-input.npy"))
    if let labels = work.labels { try NumPyFile.write(labels, to: path("\(name)-labels.npy")) }
    for (kind, tensor) in work.more { try NumPyFile.write(tensor, to: path("\(name)-\(kind).npy")) }
    try NumPyFile.write(work.output, to: path("\(name)-output.npy"))
    var answer: [String: Any] = ["ok": true, "seconds": time, "threads": Processor.threadCount]
    answer["threshold"] = work.threshold
    return answer
  }

  private func peakMemory() -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").compactMap { Double($0) }.first ?? 0) / 1024
  }

  func answer(_ request: [String: Any]) throws -> [String: Any] {
    let name = request["work"] as? String ?? ""
    switch request["do"] as? String {
    case "list": return ["works": Workload.names]
    case "prepare": return try prepare(name, withFiles: request["files"] as? Bool ?? true)
    case "time":
      guard let work = prepared[name] else { return ["error": "\(name) has not been prepared"] }
      return ["seconds": try (0..<(request["rounds"] as? Int ?? 1)).map { _ in try seconds(work.run) }]
    case "forget":
      prepared[name] = nil
      return ["ok": true]
    case "memory": return ["peak_rss_mb": peakMemory()]
    case "quit": exit(0)
    default: return ["error": "unknown request"]
    }
  }
}
