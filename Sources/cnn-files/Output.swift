import Base
import Glibc

/// Standard output, written to the last byte.
struct Output {
  func write(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(STDOUT_FILENO, rest.baseAddress, rest.count)
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno != EINTR {
        throw Problem("the numbers cannot be written: \(String(cString: strerror(errno)))")
      }
    }
  }

  func write(_ bytes: [UInt8]) throws(Problem) {
    let result: Result<Void, Problem> = bytes.withUnsafeBytes { source in
      do throws(Problem) { return .success(try write(source)) } catch { return .failure(error) }
    }
    try result.get()
  }
}

/// Memory for numbers on their way; what cannot be had is an error here, where Swift's own arrays would trap.
struct Block: ~Copyable {
  let bytes: UnsafeMutableRawBufferPointer

  init(_ count: Int) throws(Problem) {
    guard let base = malloc(max(count, 1)) else { throw .memory(count) }
    bytes = UnsafeMutableRawBufferPointer(start: base, count: count)
  }

  deinit { free(bytes.baseAddress) }
}
