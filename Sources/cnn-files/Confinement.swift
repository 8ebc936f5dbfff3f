import Glibc

/// What this process forbids itself, since the file it reads may have been made to lead the libraries astray.
enum Confinement {
  /// Before the file is opened: a share of memory and time, and no core dump.
  static func begin(_ options: Options) {
    limit(RLIMIT_CORE, 0)
    if let memory = options.memory { limit(RLIMIT_AS, UInt(memory)) }
    if let seconds = options.seconds {
      limit(RLIMIT_CPU, UInt(seconds))
      alarm(UInt32(clamping: seconds))
    }
    // Read by HDF5 when it starts: no plug-ins from any folder, and no lock, for it may be on a read-only
    // disk.
    setenv("HDF5_PLUGIN_PRELOAD", "::", 1)
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1)
  }

  private static func closeInherited() {
    guard let folder = opendir("/proc/self/fd") else { return }
    var inherited: [Int32] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let number = Int32(name), number > STDERR_FILENO, number != dirfd(folder) {
        inherited.append(number)
      }
    }
    closedir(folder)
    for number in inherited { close(number) }
  }

  /// Once the file is open: nothing else can be, whatever it refers to.
  static func closeDoors() {
    limit(RLIMIT_NOFILE, 0)
  }

  private static func limit(_ resource: __rlimit_resource, _ value: UInt) {
    var limit = rlimit()
    let resource = __rlimit_resource_t(resource.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, value)
    limit.rlim_max = limit.rlim_cur
    setrlimit(resource, &limit)
  }
}
