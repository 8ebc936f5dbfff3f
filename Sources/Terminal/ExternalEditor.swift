import Base
import CChafa
import Glibc

/// The person's own editor: `$VISUAL`, `$EDITOR`, or one that is there.
struct ExternalEditor {
  let device: TerminalDevice

  /// Opens a file and waits until the editor ends; false when it ended badly or is not there.
  func open(_ path: String) -> Bool {
    let variables: [String] = ["VISUAL", "EDITOR"]
    let named = variables.lazy.compactMap { name in getenv(name).map { String(cString: $0) } }
      .first { !$0.isEmpty }
    let editor = named ?? "$(command -v nano || command -v vi || echo false)"
    // The variable may hold options; the file may hold anything.
    return device.lend { run(["sh", "-c", "\(editor) \"$1\"", "sh", path]) == 0 }
  }

  /// Has a text edited; nil when that did not come about.
  func edit(_ text: String) throws(FileError) -> String? {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/cell-XXXXXX.cnn".utf8CString)
    let file = mkstemps(&template, 4)
    guard file >= 0 else { throw FileError("cannot make a file in", folder, errno) }
    close(file)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    try RegularFile.replace(path, with: Array(text.utf8))
    guard open(path) else { return nil }
    return String(decoding: try RegularFile.read(path), as: UTF8.self)
  }

  /// The exit status of a program; 127 when it cannot be started. It gets the signals that this process
  /// keeps for a thread of its own.
  private func run(_ arguments: [String]) -> Int32 {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var child = pid_t()
    guard posix_spawnp(&child, "sh", nil, &attributes, &pointers, terminal_environment()) == 0 else {
      return 127
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { if errno != EINTR { return 127 } }
    return status
  }
}
