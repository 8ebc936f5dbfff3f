import Base
import Glibc

/// Finds out why a file cannot be opened, and which one was probably meant.
struct MissingFile {
  let path: String
  /// How messages call the file.
  let name: String
  /// Endings of the files worth proposing.
  let suffixes: [String]

  /// The error for a system error number that `stat` or `open` gave.
  func error(_ number: Int32) -> PictureError {
    switch number {
    case ENOENT, ENOTDIR: missing()
    case EACCES, EPERM: .file("\(name) cannot be read: permission denied")
    case ENAMETOOLONG: .file("\(quoted(name)) is too long for a file name")
    case ELOOP: .file("\(name) is a link that leads back to itself")
    default: .file("\(name) cannot be read: \(systemMessage(number))")
    }
  }

  private func missing() -> PictureError {
    let (folder, last) = folderAndName(path)
    guard let files = names(in: folder) else {
      let shown = folderAndName(name).folder
      return .file("there is no file \(quoted(name)): the folder \(quoted(shown)) does not exist")
    }
    let message = "there is no file \(quoted(name))"
    if let close = files.first(where: { $0.lowercased() == last.lowercased() })
      ?? EditDistance.best(for: last, among: files)
    {
      return .file(message, suggestion: "did you mean \(quoted(beside(close)))?")
    }
    let candidates = files.filter { file in suffixes.contains { file.lowercased().hasSuffix($0) } }
    guard !candidates.isEmpty else { return .file(message) }
    let shown = candidates.prefix(5).map { quoted(beside($0)) }.joined(separator: ", ")
    let more = candidates.count > 5 ? " and \(candidates.count - 5) more" : ""
    return .file(message, suggestion: "there are \(shown)\(more)")
  }

  /// Another file of the same folder, written as the user wrote this one.
  private func beside(_ file: String) -> String {
    guard let slash = name.lastIndex(of: "/") else { return file }
    return name[...slash] + file
  }

  /// The visible files of a folder in order, at most 2,000; nil when there is no such folder.
  private func names(in folder: String) -> [String]? {
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while names.count < 2000, let entry = readdir(directory) {
      let isFile = entry.pointee.d_type != UInt8(DT_DIR)
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if isFile && !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
