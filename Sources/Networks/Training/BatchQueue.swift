import Dispatch
import Synchronization
import Tensors

/// Mini-batches in a given order, each prepared on a thread of low priority while the one before is trained on.
final class BatchQueue {
  typealias Batch = (inputs: Tensor, targets: Tensor)

  /// How many batches an epoch has.
  let count: Int
  private let inputs, targets: Tensor
  private let order: [Int]
  private let size: Int
  private let augment: (@Sendable (Tensor, inout PhiloxGenerator) throws -> Tensor)?
  private var position = 0
  private var coming: Coming?

  /// A batch that is being prepared.
  private final class Coming: Sendable {
    private let result = Mutex<Result<Batch, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ prepare: @escaping @Sendable () throws -> Batch) {
      DispatchQueue.global(qos: .utility).async { [self] in
        let made = Result { try prepare() }
        result.withLock { $0 = made }
        done.signal()
      }
    }

    func take() throws -> Batch {
      done.wait()
      guard let made = result.withLock({ $0 }) else { preconditionFailure("a signalled batch is there") }
      return try made.get()
    }
  }

  init(
    _ inputs: Tensor, _ targets: Tensor, order: [Int], size: Int,
    augment: (@Sendable (Tensor, inout PhiloxGenerator) throws -> Tensor)?
  ) {
    self.inputs = inputs
    self.targets = targets
    self.order = order
    self.size = size
    self.augment = augment
    count = (order.count + size - 1) / size
    start()
  }

  private func start() {
    guard position < order.count else {
      coming = nil
      return
    }
    let places = Array(order[position..<min(order.count, position + size)])
    position += places.count
    let generator = augment == nil ? nil : RandomStreams.generator(.augmentation)
    coming = Coming { [inputs, targets, augment] in
      let list = try Tensor(places)
      var pictures = try inputs.slice([.gather(list)])
      if let augment, var generator { pictures = try augment(pictures, &generator) }
      return (pictures, try targets.slice([.gather(list)]))
    }
  }

  /// The next batch; nil after the last.
  func next() throws -> Batch? {
    guard let ready = coming else { return nil }
    let batch = try ready.take()
    start()
    return batch
  }
}
