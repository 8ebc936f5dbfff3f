import Glibc

/// The file to be read: opened once, seen to be a regular one, and told by its first bytes.
struct InputFile: ~Copyable {
  enum Format { case hdf5, matlab }

  let descriptor: Int32
  let format: Format
  /// In bytes.
  let size: Int

  init(_ path: String) throws(Problem) {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw Problem("the file cannot be opened: \(String(cString: strerror(errno)))") }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw Problem("it is not a regular file")
    }
    guard let format = Self.format(of: file, size: Int(status.st_size), path: path) else {
      close(file)
      throw Problem("it is neither an HDF5 file nor a MATLAB file of version 5 or 7.3")
    }
    descriptor = file
    size = Int(status.st_size)
    self.format = format
  }

  deinit { close(descriptor) }

  /// A name under which a library opens this very file again, even if its own has gone to another meanwhile.
  var path: String { "/proc/self/fd/\(descriptor)" }

  /// Some of the bytes; fewer at the end of the file.
  func bytes(at offset: Int, count: Int) -> [UInt8] {
    Self.bytes(of: descriptor, at: offset, count: count)
  }

  private static func format(of file: Int32, size: Int, path: String) -> Format? {
    let start = bytes(of: file, at: 0, count: 128)
    if start.count == 128 {
      // The version and how the bytes of a number are ordered: "IM" or "MI".
      let mark = Array(start[124...])
      if mark == [0, 1, 0x49, 0x4D] || mark == [1, 0, 0x4D, 0x49] { return .matlab }
      if mark == [0, 2, 0x49, 0x4D] || mark == [2, 0, 0x4D, 0x49] { return .matlab }
    }
    // HDF5's own mark stands at the start, or behind a foreign block of 512, 1024, 2048, ... bytes.
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    var offset = 0
    while offset <= size - signature.count {
      if bytes(of: file, at: offset, count: signature.count) == signature { return .hdf5 }
      offset = offset == 0 ? 512 : offset * 2
    }
    return nil
  }

  private static func bytes(of file: Int32, at offset: Int, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = max(0, pread(file, buffer.baseAddress, count, offset))
    }
  }
}
