import Base
import Glibc
import Script
import Synchronization

/// One program of the fuzzer's: from bytes through lexer, parser and compiler to the machine.
///
/// Errors are what it should end in; only a trap, a sanitizer's finding or a hang is a failure.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  _ = Parser.state(of: text)
  _ = CursorContext(text, at: text.unicodeScalars.count / 2)
  let source = SourceText(text, name: "cell 1")
  let parsed = Parser.parse(source)
  guard parsed.diagnostics.isEmpty else {
    let renderer = DiagnosticRenderer(useColor: false)
    for diagnostic in parsed.diagnostics { _ = renderer.render(diagnostic, in: source) }
    return 0
  }
  let watchdog = Watchdog.shared
  let machine = Machine(
    registry: Registry(functions: [], namespaces: [], types: []), safepoint: watchdog.safepoint)
  let compiled = machine.compile(parsed.tree, source: source)
  guard let code = compiled.code else { return 0 }
  watchdog.begin()
  defer { watchdog.end() }
  if let value = try? machine.run(code) { value.release() }
  machine.collectCycles()
  return 0
}

/// Interrupts programs that run long, as a person would.
private final class Watchdog: Sendable {
  static let shared = Watchdog()
  static let tick: UInt32 = 20_000
  static let patience = 5

  let safepoint = Safepoint()
  /// How many ticks the running program has left, 0 when none runs.
  private let left = Mutex<Int>(0)

  private init() {
    MemoryBudget.configure(limit: 256 << 20)
    var thread = pthread_t()
    pthread_create(&thread, nil, { _ in Watchdog.watch() }, nil)
  }

  private static func watch() -> Never {
    while true {
      usleep(tick)
      shared.left.withLock { left in
        guard left > 0 else { return }
        left -= 1
        if left == 0 { shared.safepoint.raise(.interrupt) }
      }
    }
  }

  func begin() { left.withLock { $0 = Self.patience } }

  func end() {
    left.withLock { left in
      left = 0
      safepoint.take([.interrupt, .service, .memory])
    }
  }
}
