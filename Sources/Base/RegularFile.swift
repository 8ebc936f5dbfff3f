import Glibc

/// Reading whole files, and replacing them so that a reader meets the old one or the new one, never half.
public enum RegularFile {
  /// All bytes of a file. Pipes and devices, which could block for ever, are refused unless `allowingPipes`,
  /// files of more than `maximumBytes` always.
  public static func read(
    _ path: String, allowingPipes: Bool = false, maximumBytes: Int = .max
  ) throws(FileError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC | (allowingPipes ? 0 : O_NONBLOCK))
    guard file >= 0 else { throw FileError("cannot open", path, errno) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw FileError("cannot read", path, errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw FileError("cannot read", path, EISDIR) }
    guard allowingPipes || status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(message: "`\(path)` is not a regular file")
    }
    guard status.st_size <= maximumBytes else {
      throw FileError(
        message: "`\(path)` has \(status.st_size / 1_000_000) MB; files of up to "
          + "\(maximumBytes / 1_000_000) MB are read")
    }
    return try readAll(file, path: path, sizeHint: Int(status.st_size))
  }

  /// Everything that comes from an open file, such as standard input.
  public static func readAll(_ file: Int32, path: String, sizeHint: Int = 0) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(max(sizeHint, 0), 1 << 30) + 1)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count > 0 {
        bytes.append(contentsOf: chunk[..<count])
      } else if errno != EINTR {
        throw FileError("cannot read", path, errno)
      }
    }
  }

  /// Puts the bytes in place of a file, or makes it: they are written beside it, brought to the disk, and
  /// take its name only then. A symbolic link stays one, and the permissions stay as they are.
  public static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    let target = resolved(path)
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "./"
    let name = target.lastIndex(of: "/").map { String(target[target.index(after: $0)...]) } ?? target
    var template = Array((folder + "." + name.prefix(100) + ".XXXXXX").utf8CString)
    let file = mkstemp(&template)
    guard file >= 0 else { throw FileError("cannot write", path, errno) }
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    do throws(FileError) {
      try fill(file, with: bytes, permissionsOf: target, path: path)
      guard rename(template, target) == 0 else { throw FileError("cannot write", path, errno) }
    } catch {
      unlink(template)
      throw error
    }
    // The new name is on the disk only when its folder is.
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if opened >= 0 {
      fsync(opened)
      close(opened)
    }
  }

  /// Makes a folder and those above it.
  public static func createFolder(_ path: String) throws(FileError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part + "/"
      if mkdir(made, 0o777) != 0, errno != EEXIST { throw FileError("cannot make the folder", path, errno) }
    }
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError("cannot make the folder", path, errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw FileError("cannot make the folder", path, EEXIST) }
  }

  private static func fill(
    _ file: Int32, with bytes: [UInt8], permissionsOf target: String, path: String
  ) throws(FileError) {
    defer { close(file) }
    var status = stat()
    let exists = stat(target, &status) == 0
    fchmod(file, exists ? status.st_mode & 0o7777 : 0o666 & ~permissionMask)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { source in
        write(file, source.baseAddress.map { $0 + written }, source.count - written)
      }
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        throw FileError("cannot write", path, errno)
      }
    }
    guard fsync(file) == 0 else { throw FileError("cannot write", path, errno) }
  }

  /// The mask can only be read by setting it.
  private static var permissionMask: mode_t {
    let mask = umask(0o022)
    umask(mask)
    return mask
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}

/// Why a file could not be read or written.
public struct FileError: PlainError, Equatable {
  public let message: String
  public var kind: ErrorKind { .file }

  public init(message: String) { self.message = message }

  /// "cannot open `a.txt`: there is no such file".
  public init(_ action: String, _ path: String, _ number: Int32) {
    message = "\(action) `\(path)`: \(Self.reason(number))"
  }

  /// What an error number of the system means, in words for people.
  static func reason(_ number: Int32) -> String {
    switch number {
    case ENOENT: "there is no such file or folder"
    case EACCES, EPERM: "permission denied"
    case EISDIR: "it is a folder"
    case ENOTDIR: "a part of the path is not a folder"
    case EEXIST: "a file of that name is in the way"
    case ENOSPC, EDQUOT: "the disk is full"
    case EROFS: "the disk is read-only"
    case ENAMETOOLONG: "the name is too long"
    case EMFILE, ENFILE: "too many files are open"
    default: String(cString: strerror(number))
    }
  }
}
