import Glibc
import Library

extension Session {
  /// Files and folders whose name starts as given; folders end in a slash.
  func files(in folder: String, _ prefix: String) -> [Completions.Item] {
    let path = machine.library.resolve(path: folder.isEmpty ? "." : folder)
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var items: [Completions.Item] = []
    while let entry = readdir(directory), items.count < Session.fileLimit {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      guard name.hasPrefix(prefix), prefix.hasPrefix(".") || !name.hasPrefix(".") else { continue }
      let isFolder = entry.pointee.d_type == UInt8(DT_DIR)
      items.append(.init(text: isFolder ? name + "/" : name, type: "path"))
    }
    return items.sorted { $0.text < $1.text }
  }

  private static let fileLimit = 1000
}
