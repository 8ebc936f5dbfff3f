import Base
import Glibc

/// The folder by which Jupyter finds the kernel: kernel.json and logos.
///
/// The template lies in `kernelspec/`, at the top of the source tree, or in `share/swift-cnn/kernelspec/`
/// where the program was installed; it is looked for from the executable's own folder upwards.
struct KernelSpec {

  struct Problem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  static let defaultName = "swift-cnn"

  let name: String
  /// The folder itself.
  let folder: String

  private static let logos = ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]
  private static let specification = "kernel.json"

  init(name: String, in place: KernelCommand.Place) throws(Problem) {
    let allowed = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard allowed, !name.isEmpty, !name.hasPrefix(".") else {
      throw Problem("a kernel's name is made of letters, digits, '-', '_' and '.', not \"\(name)\"")
    }
    // Jupyter looks for names in lower case.
    self.name = name.lowercased()
    folder = try Self.kernelsFolder(of: place) + "/" + self.name
  }

  func install() throws(Problem) {
    let executable = try Self.executable()
    let template = try Self.templateFolder(near: executable)
    let text = try Self.read("\(template)/\(Self.specification)")
    let json: JSON
    do { json = try JSON(parsing: text) } catch {
      throw Problem("\(template)/\(Self.specification): \(error.message)")
    }
    guard var object = json.objectValue, let arguments = json["argv"]?.arrayValue else {
      throw Problem("\(template)/\(Self.specification) has no \"argv\"")
    }
    object["argv"] = .array(arguments.map { $0 == "{cnn-kernel}" ? .string(executable) : $0 })

    guard SmallFile.makeFolder(folder) else { throw Self.systemProblem("cannot make the folder \(folder)") }
    for logo in Self.logos { try write(Self.read("\(template)/\(logo)"), logo) }
    // Last, since the folder counts as a kernel once this file is there.
    try write(Bytes((JSON.object(object).serialized(indent: 1) + "\n").utf8), Self.specification)
  }

  func uninstall() throws(Problem) {
    guard let text = SmallFile.bytes("\(folder)/\(Self.specification)") else {
      throw Problem("there is no kernel \"\(name)\" in \(folder)")
    }
    guard let json = try? JSON(parsing: text), json["language"] == "cnn" else {
      throw Problem("the kernel in \(folder) is another one; it stays")
    }
    for file in Self.logos + [Self.specification] where unlink("\(folder)/\(file)") != 0 && errno != ENOENT {
      throw Self.systemProblem("cannot remove \(folder)/\(file)")
    }
    guard rmdir(folder) == 0 else { throw Self.systemProblem("cannot remove the folder \(folder)") }
  }

  private func write(_ bytes: Bytes, _ file: String) throws(Problem) {
    guard SmallFile.write(bytes, to: "\(folder)/\(file)") else {
      throw Self.systemProblem("cannot write \(folder)/\(file)")
    }
  }

  private static func read(_ path: String) throws(Problem) -> Bytes {
    guard let bytes = SmallFile.bytes(path) else { throw systemProblem("cannot read \(path)") }
    return bytes
  }

  private static func systemProblem(_ attempt: String) -> Problem {
    Problem("\(attempt): \(String(cString: strerror(errno)))")
  }

  // MARK: Places

  private static func executable() throws(Problem) -> String {
    guard let path = realpath("/proc/self/exe", nil) else {
      throw systemProblem("cannot tell where cnn-kernel is")
    }
    defer { free(path) }
    return String(cString: path)
  }

  private static func templateFolder(near executable: String) throws(Problem) -> String {
    var folder = executable[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      for candidate in ["\(folder)/kernelspec", "\(folder)/share/swift-cnn/kernelspec"]
      where access("\(candidate)/\(specification)", R_OK) == 0 {
        return candidate
      }
    }
    throw Problem(
      "the kernel's specification is missing: there is no kernelspec/ or share/swift-cnn/kernelspec/ in the "
        + "folders above \(executable)")
  }

  private static func kernelsFolder(of place: KernelCommand.Place) throws(Problem) -> String {
    switch place {
    case .user: return try userFolder() + "/kernels"
    case .activeEnvironment: return try environmentPrefix() + "/share/jupyter/kernels"
    case .prefix(let prefix): return try absolute(prefix) + "/share/jupyter/kernels"
    }
  }

  private static func userFolder() throws(Problem) -> String {
    if let folder = variable("JUPYTER_DATA_DIR") { return try absolute(folder) }
    if let data = variable("XDG_DATA_HOME") { return try absolute(data) + "/jupyter" }
    guard let home = variable("HOME") else {
      throw Problem("HOME is not set, so there is no place for one person's kernels; use --prefix DIR")
    }
    return try absolute(home) + "/.local/share/jupyter"
  }

  /// The prefix of the Python that runs Jupyter here.
  private static func environmentPrefix() throws(Problem) -> String {
    for name in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
      if let prefix = variable(name) { return try absolute(prefix) }
    }
    guard let prefix = output(of: "python3 -c 'import sys; print(sys.prefix)' 2>/dev/null"),
      prefix.hasPrefix("/")
    else { throw Problem("no Python environment is active and there is no python3; use --prefix DIR") }
    return prefix
  }

  private static func output(of command: String) -> String? {
    guard let pipe = popen(command, "r") else { return nil }
    var bytes = Bytes()
    var buffer = Bytes(repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 {
      bytes.append(contentsOf: buffer[..<count])
    }
    guard pclose(pipe) == 0 else { return nil }
    return String(decoding: bytes.split(separator: UInt8(ascii: "\n")).first ?? [], as: UTF8.self)
  }

  private static func absolute(_ path: String) throws(Problem) -> String {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    if trimmed.hasPrefix("/") { return trimmed }
    guard let folder = getcwd(nil, 0) else { throw systemProblem("cannot tell the working folder") }
    defer { free(folder) }
    return "\(String(cString: folder))/\(trimmed)"
  }

  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
