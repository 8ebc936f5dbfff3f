import CSQLite
import Glibc

/// The SQLite file behind `History`, which also sees to it that only one thread uses it at a time.
final class HistoryDatabase: @unchecked Sendable {
  /// What SQLite, or the system, says is wrong.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  private let connection: OpaquePointer

  /// How long another process may hold the file, in milliseconds.
  private static let patience: Int32 = 200

  private static let schema = """
    CREATE TABLE IF NOT EXISTS sessions (
      session INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS history (
      id INTEGER PRIMARY KEY, session INTEGER NOT NULL, line INTEGER NOT NULL,
      input TEXT NOT NULL, output TEXT);
    CREATE UNIQUE INDEX IF NOT EXISTS history_place ON history (session, line);
    """

  /// Opens the file, which is made where it is missing; nil opens a database in memory.
  init(file: String?) throws(Problem) {
    if let file { try Self.prepare(file) }
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let status = sqlite3_open_v2(file ?? ":memory:", &handle, flags, nil)
    guard let handle else { throw Problem(description: "out of memory") }
    guard status == SQLITE_OK else {
      let problem = Problem(description: String(cString: sqlite3_errmsg(handle)))
      sqlite3_close_v2(handle)
      throw problem
    }
    connection = handle
    sqlite3_busy_timeout(connection, Self.patience)
    if file != nil { try run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL") }
    try run(Self.schema)
  }

  deinit { sqlite3_close_v2(connection) }

  /// Makes the folders; anything but a regular file is refused, as reading it might never end.
  private static func prepare(_ file: String) throws(Problem) {
    var status = stat()
    if stat(file, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG else { throw Problem(description: "it is not a regular file") }
      return
    }
    guard let slash = file.lastIndex(of: "/") else { return }
    var place = file.index(after: file.startIndex)
    while place <= slash {
      let end = file[place...].firstIndex(of: "/") ?? slash
      mkdir(String(file[..<end]), 0o700)
      place = file.index(after: end)
    }
  }

  func beginSession() throws(Problem) -> Int {
    try run("INSERT INTO sessions (started) VALUES (datetime('now'))")
    return Int(sqlite3_last_insert_rowid(connection))
  }

  func add(_ entries: [History.Entry]) throws(Problem) {
    try run("BEGIN IMMEDIATE")
    do {
      for entry in entries {
        try run(
          "INSERT OR REPLACE INTO history (session, line, input, output) VALUES (?, ?, ?, ?)",
          [
            .number(entry.session), .number(entry.line), .text(entry.input),
            entry.output.map { .text($0) } ?? .none,
          ])
      }
      try run("COMMIT")
    } catch {
      try? run("ROLLBACK")
      throw error
    }
  }

  func setOutput(session: Int, line: Int, output: String) {
    // The output is an extra: an entry without it is still an entry.
    try? run(
      "UPDATE history SET output = ? WHERE session = ? AND line = ?",
      [.text(output), .number(session), .number(line)])
  }

  func search(pattern: String, limit: Int?, unique: Bool) -> [History.Entry] {
    // SQLite knows character sets in brackets too; here a bracket is a bracket.
    let glob = pattern.split(separator: "[", omittingEmptySubsequences: false).joined(separator: "[[]")
    let grouping = unique ? "GROUP BY input" : "GROUP BY id"
    let rows = query(
      "SELECT session, line, input, output, max(id) AS latest FROM history WHERE input GLOB ? "
        + "\(grouping) ORDER BY latest DESC LIMIT ?",
      [.text(glob), .number(limit ?? -1)])
    return rows.reversed()
  }

  func range(session: Int, start: Int, stop: Int?) -> [History.Entry] {
    query(
      "SELECT session, line, input, output FROM history "
        + "WHERE session = ? AND line >= ? AND line < ? ORDER BY line",
      [.number(session), .number(start), .number(stop ?? Int.max)])
  }

  // MARK: Statements

  private enum Parameter {
    case none
    case number(Int)
    case text(String)
  }

  private func run(_ statements: String) throws(Problem) {
    guard sqlite3_exec(connection, statements, nil, nil, nil) == SQLITE_OK else { throw problem() }
  }

  private func run(_ statement: String, _ parameters: [Parameter]) throws(Problem) {
    let prepared = try prepare(statement, parameters)
    defer { sqlite3_finalize(prepared) }
    guard sqlite3_step(prepared) == SQLITE_DONE else { throw problem() }
  }

  /// The rows, or none where the file cannot be read any more.
  private func query(_ statement: String, _ parameters: [Parameter]) -> [History.Entry] {
    guard let prepared = try? prepare(statement, parameters) else { return [] }
    defer { sqlite3_finalize(prepared) }
    var entries: [History.Entry] = []
    while sqlite3_step(prepared) == SQLITE_ROW {
      entries.append(
        History.Entry(
          session: Int(sqlite3_column_int64(prepared, 0)), line: Int(sqlite3_column_int64(prepared, 1)),
          input: Self.text(prepared, 2) ?? "", output: Self.text(prepared, 3)))
    }
    return entries
  }

  private func prepare(_ statement: String, _ parameters: [Parameter]) throws(Problem) -> OpaquePointer {
    var prepared: OpaquePointer?
    guard sqlite3_prepare_v2(connection, statement, -1, &prepared, nil) == SQLITE_OK, let prepared else {
      throw problem()
    }
    for (index, parameter) in parameters.enumerated() {
      let place = Int32(index + 1)
      switch parameter {
      case .none: sqlite3_bind_null(prepared, place)
      case .number(let number): sqlite3_bind_int64(prepared, place, Int64(number))
      case .text(var text):
        text.withUTF8 { bytes in
          // SQLITE_TRANSIENT, which C spells as a cast that Swift does not import: SQLite keeps a copy.
          let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
          _ = bytes.withMemoryRebound(to: CChar.self) {
            sqlite3_bind_text64(prepared, place, $0.baseAddress, UInt64($0.count), copies, UInt8(SQLITE_UTF8))
          }
        }
      }
    }
    return prepared
  }

  private static func text(_ prepared: OpaquePointer, _ column: Int32) -> String? {
    guard let bytes = sqlite3_column_text(prepared, column) else { return nil }
    let count = Int(sqlite3_column_bytes(prepared, column))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  private func problem() -> Problem { Problem(description: String(cString: sqlite3_errmsg(connection))) }
}
