import Synchronization

/// The one word through which other threads speak to the compute thread.
///
/// The compute thread reads it on loop back-edges, on calls, between engine operations and in waits; any
/// thread may raise a request. Reading costs one relaxed load.
public final class Safepoint: Sendable {
  /// What another thread can ask of the compute thread.
  public struct Requests: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// End the running execution with an `Interrupted` error.
    public static let interrupt = Requests(rawValue: 1)
    /// Answer questions about live values (completion, inspection), then go on.
    public static let service = Requests(rawValue: 2)
    /// Memory ran low: end the running execution with a `MemoryError`.
    public static let memory = Requests(rawValue: 4)
  }

  @usableFromInline let word = Atomic<UInt32>(0)

  public init() {}

  /// Whether anything is asked; the only thing the fast path reads.
  @inlinable public var isRaised: Bool { word.load(ordering: .relaxed) != 0 }

  /// The requests that are raised now.
  public var pending: Requests { Requests(rawValue: word.load(ordering: .relaxed)) }

  public func raise(_ requests: Requests) {
    word.bitwiseOr(requests.rawValue, ordering: .acquiringAndReleasing)
  }

  /// Takes the given requests back and returns those of them that were raised.
  @discardableResult
  public func take(_ requests: Requests) -> Requests {
    let (old, _) = word.bitwiseAnd(~requests.rawValue, ordering: .acquiringAndReleasing)
    return Requests(rawValue: old & requests.rawValue)
  }
}

extension Safepoint {
  /// What long engine work calls between two steps; it throws to end the work.
  public struct Check: Sendable {
    // A bare closure as a task-local value ends the process in optimised builds of Swift 6.3.
    let body: @Sendable () throws -> Void
    public init(_ body: @escaping @Sendable () throws -> Void) { self.body = body }
    public func callAsFunction() throws { try body() }
  }

  /// Set by a host around a call into the engine.
  @TaskLocal public static var check: Check?

  /// Ends the running work with an error when its host asks for that.
  public static func poll() throws {
    try check?()
  }
}
