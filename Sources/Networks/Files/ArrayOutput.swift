import Base
import Glibc

/// A file that is being written under another name beside its target, and takes the target's name when it is
/// whole.
///
/// An error or the end of the process leaves the old file as it was.
final class ArrayOutput {
  /// How messages call the file.
  let place: FilePlace
  /// Bytes written so far.
  private(set) var position = 0
  private let poll: () throws -> Void
  private let target: String
  private let temporary: String
  private let descriptor: Int32
  private var isCommitted = false

  init(replacing path: String, named name: String, poll: @escaping () throws -> Void) throws {
    guard !path.utf8.contains(0) else {
      throw FileError(
        message: "the file name \(shownName(name)) contains a zero byte, which no file name can")
    }
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists { try ArrayOutput.checkRegular(status, name) }
    // A symbolic link stays one: what it points to is replaced.
    let target = ArrayOutput.resolved(path)
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
    let temporary = folder + ".\(String(UInt64.random(in: .min ... .max), radix: 36)).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError("cannot write", name, errno) }
    if exists { fchmod(descriptor, status.st_mode & 0o7777) }
    self.target = target
    self.temporary = temporary
    self.descriptor = descriptor
    self.poll = poll
    place = FilePlace(file: name)
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(temporary) }
  }

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    try put(bytes, at: position)
    position += bytes.count
  }

  func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// Puts other bytes in the place of some that were written.
  func rewrite(_ bytes: [UInt8], at offset: Int) throws {
    try bytes.withUnsafeBytes { try put($0, at: offset) }
  }

  /// Brings the file to the disk and gives it its name.
  func commit() throws {
    guard fsync(descriptor) == 0, rename(temporary, target) == 0 else {
      throw FileError("cannot write", place.file, errno)
    }
    isCommitted = true
    // The new name is on the disk only when its folder is.
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "./"
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if opened >= 0 {
      fsync(opened)
      close(opened)
    }
  }

  private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    var written = 0
    while written < bytes.count {
      try poll()
      let wanted = min(bytes.count - written, ArrayInput.pieceSize)
      let count = pwrite(descriptor, bytes.baseAddress.map { $0 + written }, wanted, offset + written)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError("cannot write", place.file, errno) }
      written += count
    }
  }

  private static func checkRegular(_ status: stat, _ name: String) throws(FileError) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw FileError("cannot write", name, EISDIR)
    default: throw FileError(message: "`\(name)` is not a regular file")
    }
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}
