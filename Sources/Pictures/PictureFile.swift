import Base
import Glibc

/// Whole picture files: read with a limit of size, and with a proposal when there is no such file; written in one
/// step. Nothing but regular files is opened, because a pipe or a device could make a cell wait for ever.
enum PictureFile {
  /// All bytes of a file.
  ///
  /// - Parameters:
  ///   - path: as the system knows it; `~` and the working directory are the caller's matter.
  ///   - name: how messages call the file.
  ///   - limit: the most bytes to read.
  ///   - suffixes: endings (".png") of the files that are worth proposing when this one does not exist.
  static func read(
    _ path: String, named name: String, limit: Int, proposing suffixes: [String] = []
  ) throws(PictureError) -> [UInt8] {
    guard !path.utf8.contains(0) else {
      throw .file("the file name \(quoted(name)) contains a zero byte, which no file name can")
    }
    // Looked at first as well: merely opening some devices has an effect.
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw MissingFile(path: path, name: name, suffixes: suffixes).error(errno)
    }
    try checkRegular(status, name)
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      throw MissingFile(path: path, name: name, suffixes: suffixes).error(errno)
    }
    defer { close(descriptor) }
    guard fstat(descriptor, &status) == 0 else {
      throw .file("\(name) cannot be read: \(systemMessage(errno))")
    }
    try checkRegular(status, name)
    guard status.st_size <= limit else {
      throw .file(
        "\(name) has \(status.st_size / 1_000_000) MB; files of up to \(limit / 1_000_000) MB are read")
    }
    return try readAll(descriptor, expected: Int(status.st_size), name)
  }

  /// Writes a file, or replaces one, in one step.
  static func write(_ bytes: [UInt8], to path: String, named name: String) throws(PictureError) {
    guard !path.utf8.contains(0) else {
      throw .file("the file name \(quoted(name)) contains a zero byte, which no file name can")
    }
    var status = stat()
    if stat(path, &status) == 0 {
      try checkRegular(status, name)
    } else if stat(folderAndName(path).folder, &status) != 0, errno == ENOENT {
      throw .file("\(name) cannot be written: there is no folder \(quoted(folderAndName(name).folder))")
    }
    do {
      try RegularFile.replace(path, with: bytes)
    } catch {
      throw .file(error.message)
    }
  }

  private static func checkRegular(_ status: stat, _ name: String) throws(PictureError) {
    let what: String
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw .file("\(name) is a folder, not a file")
    case S_IFIFO: what = "a pipe"
    case S_IFSOCK: what = "a socket"
    default: what = "a device"
    }
    throw .file("\(name) is \(what); only regular files are opened")
  }

  private static func readAll(
    _ descriptor: Int32, expected: Int, _ name: String
  ) throws(PictureError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: expected)
    var filled = 0
    while filled < expected {
      let start = filled
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + start }, expected - start)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .file("\(name) cannot be read: \(systemMessage(errno))") }
      if count == 0 { break }
      filled += count
    }
    bytes.removeLast(expected - filled)
    return bytes
  }
}

/// The system's words for an error number, in small letters as the other messages are.
func systemMessage(_ number: Int32) -> String {
  switch number {
  case EACCES, EPERM: return "permission denied"
  default:
    guard let text = strerror(number) else { return "error \(number)" }
    return String(cString: text).lowercased()
  }
}

func quoted(_ name: String) -> String { "\"\(name)\"" }

func folderAndName(_ path: String) -> (folder: String, name: String) {
  guard let slash = path.lastIndex(of: "/") else { return (".", path) }
  let folder = slash == path.startIndex ? "/" : String(path[..<slash])
  return (folder, String(path[path.index(after: slash)...]))
}
