import Base
import Glibc
import Tensors

/// A file of arrays, open for reading at any place.
///
/// It is read with `pread` and not mapped into memory: a mapped file that somebody shortens ends the process.
final class ArrayInput {
  /// How messages call the file.
  let place: FilePlace
  /// Bytes in the file when it was opened.
  let size: Int
  /// Called between pieces of work; what it throws ends the reading.
  let poll: () throws -> Void
  private let descriptor: Int32

  /// Large enough to be fast, small enough to be polled between.
  static let pieceSize = 1 << 20

  /// - Parameters:
  ///   - path: As the system knows it.
  ///   - name: How messages call the file.
  /// - Throws: `FileError` when there is no such file, or it is a folder, a pipe or a device.
  init(_ path: String, named name: String, poll: @escaping () throws -> Void) throws {
    guard !path.utf8.contains(0) else {
      throw FileError(
        message: "the file name \(shownName(name)) contains a zero byte, which no file name can")
    }
    // Looked at before it is opened: merely opening some devices has an effect.
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError("cannot open", name, errno) }
    try ArrayInput.checkRegular(status, name)
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw FileError("cannot open", name, errno) }
    do {
      guard fstat(descriptor, &status) == 0 else { throw FileError("cannot read", name, errno) }
      try ArrayInput.checkRegular(status, name)
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.poll = poll
    place = FilePlace(file: name)
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills the whole buffer with the bytes from `offset` on.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var filled = 0
    while filled < buffer.count {
      try poll()
      let wanted = min(buffer.count - filled, ArrayInput.pieceSize)
      let count = pread(descriptor, buffer.baseAddress.map { $0 + filled }, wanted, offset + filled)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError("cannot read", place.file, errno) }
      guard count > 0 else {
        throw place.error("was shortened while it was being read, to \(byteText(offset + filled))")
      }
      filled += count
    }
  }

  /// The bytes at a place that the caller knows to lie in the file and to be few.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try read(into: $0, at: offset) }
    return bytes
  }

  static func checkRegular(_ status: stat, _ name: String) throws(FileError) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw FileError("cannot read", name, EISDIR)
    default: throw FileError(message: "`\(name)` is not a regular file")
    }
  }
}
