import Base
import Glibc
import Tensors

extension FilesProgram {
  /// Where `cnn-files` is: what the environment says, beside this program, in the release build beside this
  /// build, or where commands are. Never in the current folder, which may be anybody's download.
  static func location() throws -> String {
    if let stated = getenv("CNN_FILES"), stated.pointee != 0 {
      let path = String(cString: stated)
      guard isProgram(path) else {
        throw TensorError(
          .file, "The environment variable CNN_FILES says `\(path)`, which is not a program that can be run.",
          suggestion: "unset it, or let it name the program cnn-files")
      }
      return path
    }
    var folders: [String] = []
    if let here = realpath("/proc/self/exe", nil) {
      defer { free(here) }
      let folder = String(cString: here).split(separator: "/").dropLast().map { "/\($0)" }.joined()
      folders += [folder, "\(folder)/../release"]
    }
    if let commands = getenv("PATH") {
      folders += String(cString: commands).split(separator: ":").filter { $0.hasPrefix("/") }.map(String.init)
    }
    if let folder = folders.first(where: { isProgram("\($0)/cnn-files") }) { return "\(folder)/cnn-files" }
    throw TensorError(
      .file, "The program cnn-files, which reads HDF5 and MATLAB files, was not found beside this one.",
      suggestion: "build it (swift build -c release --product cnn-files) or name it in CNN_FILES")
  }

  private static func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }

  /// A pipe's two ends, from which and to which; programs started elsewhere do not inherit them.
  static func pipePair() throws -> (from: Int32, to: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw notStarted(errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Starts a program with these streams, no signals blocked or ignored, and a bare environment. What else
  /// may be open here and not closed by starting a program, `cnn-files` closes first of all.
  static func spawn(_ program: String, _ arguments: [String], output: Int32, errors: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }

    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    // Ends that are among the first three already would be overwritten before they are used.
    let (high, higher) = (fcntl(output, F_DUPFD_CLOEXEC, 3), fcntl(errors, F_DUPFD_CLOEXEC, 3))
    defer {
      close(high)
      close(higher)
    }
    guard high >= 0, higher >= 0 else { throw notStarted(errno) }
    posix_spawn_file_actions_adddup2(&actions, high, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, higher, STDERR_FILENO)

    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    // In a process group of its own, Ctrl-C in a terminal interrupts the cell and not this program under it.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    var environment = ["LC_ALL=C"]
    if let libraries = getenv("LD_LIBRARY_PATH") {
      environment.append("LD_LIBRARY_PATH=\(String(cString: libraries))")
    }
    var process: pid_t = 0
    let status = withCStrings([program] + arguments) { arguments in
      withCStrings(environment) { environment in
        posix_spawn(&process, program, &actions, &attributes, arguments, environment)
      }
    }
    guard status == 0 else { throw notStarted(status) }
    return process
  }

  private static func notStarted(_ number: Int32) -> TensorError {
    TensorError(.file, "The program cnn-files cannot be started: \(String(cString: strerror(number))).")
  }

  /// Calls the body with a list of C strings that ends in nil.
  private static func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = texts.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
  }
}
