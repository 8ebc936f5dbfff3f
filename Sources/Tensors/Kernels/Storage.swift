import Base
import CKernels
import Glibc
import Synchronization

/// The memory of a tensor: raw, aligned to 64 bytes, counted by `MemoryBudget`.
///
/// Shared between copies of a tensor and written only when unique, as Swift's own arrays do it; that makes
/// it safe to hand from thread to thread.
final class Storage: @unchecked Sendable {
  let bytes: Int
  let base: UnsafeMutableRawPointer

  init(bytes: Int, for purpose: @autoclosure () -> String) throws(MemoryError) {
    try MemoryBudget.reserve(bytes, for: purpose())
    guard let base = BlockCache.take(bytes) else {
      MemoryBudget.release(bytes)
      throw MemoryError(
        "There is not enough memory for \(purpose()): the system refused \(MemoryBudget.text(bytes)).")
    }
    self.bytes = bytes
    self.base = base
  }

  /// Frees the blocks that lie idle for tensors to come, after work that will not be repeated.
  static func releaseIdle() { BlockCache.release(downTo: 0) }

  deinit {
    BlockCache.giveBack(base, bytes)
    MemoryBudget.release(bytes)
  }
}

/// Keeps a few freed large blocks, because fresh ones cost a page fault per 4 kB: for a picture that is as
/// much time as filtering it.
private enum BlockCache {
  /// Blocks smaller than this are the allocator's own business.
  static let smallest = 128 << 10
  /// Blocks from this size on lie in huge pages, where the system has them.
  static let smallestHuge = 4 * hugePage
  private static let hugePage = 2 << 20
  /// What may lie idle, in all.
  static let capacity = 64 << 20

  private struct Idle: ~Copyable {
    var blocks: [(base: UInt, bytes: Int)] = []
    var total = 0
  }

  private static let idle = Mutex(Idle())

  /// A block's real size: whole pages, so that nearly equal shapes share blocks.
  private static func rounded(_ bytes: Int) -> Int {
    bytes < smallest ? bytes : (bytes + 0xFFFF) & ~0xFFFF
  }

  static func take(_ bytes: Int) -> UnsafeMutableRawPointer? {
    let size = rounded(bytes)
    if size >= smallest {
      let found: UInt? = idle.withLock { idle in
        guard let index = idle.blocks.lastIndex(where: { $0.bytes == size }) else { return nil }
        idle.total -= size
        return idle.blocks.remove(at: index).base
      }
      if let found, let pointer = UnsafeMutableRawPointer(bitPattern: found) { return pointer }
    }
    var pointer: UnsafeMutableRawPointer?
    guard size >= smallestHuge else {
      return posix_memalign(&pointer, 64, max(size, 64)) == 0 ? pointer : nil
    }
    // Reading a large matrix with ordinary pages waits for address translation a fifth of the time.
    guard posix_memalign(&pointer, hugePage, size) == 0, let pointer else { return nil }
    cnn_advise_huge_pages(pointer, size)
    return pointer
  }

  static func giveBack(_ base: UnsafeMutableRawPointer, _ bytes: Int) {
    let size = rounded(bytes)
    guard size >= smallest, size <= capacity / 2 else {
      free(base)
      return
    }
    idle.withLock { idle in
      idle.blocks.append((UInt(bitPattern: base), size))
      idle.total += size
    }
    release(downTo: capacity)
  }

  /// Frees the oldest idle blocks.
  static func release(downTo capacity: Int) {
    let evicted: [UInt] = idle.withLock { idle in
      var evicted: [UInt] = []
      while idle.total > capacity {
        let oldest = idle.blocks.removeFirst()
        idle.total -= oldest.bytes
        evicted.append(oldest.base)
      }
      return evicted
    }
    for block in evicted { free(UnsafeMutableRawPointer(bitPattern: block)) }
  }
}
