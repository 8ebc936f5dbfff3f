import CKernels
import Glibc

/// What belongs to one computing thread: its team of workers, its oneDNN engine and the primitives it has
/// prepared.
///
/// By design one thread computes. But nothing goes wrong when several do, as in tests: each has its own
/// context, reached through thread-specific data, so nothing is shared and nothing needs a lock. libgomp makes a team per
/// calling thread in the same way.
final class ComputeThread {
  private var teamStarted = false
  var attachments: [ObjectIdentifier: AnyObject] = [:]
  lazy var dnn: DNN? = DNN()

  /// The context of the calling thread, made at its first use and freed with the thread.
  static var current: ComputeThread {
    if let pointer = pthread_getspecific(key) {
      return Unmanaged<ComputeThread>.fromOpaque(pointer).takeUnretainedValue()
    }
    let context = ComputeThread()
    pthread_setspecific(key, Unmanaged.passRetained(context).toOpaque())
    return context
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let status = pthread_key_create(&key) { pointer in
      if let pointer { Unmanaged<ComputeThread>.fromOpaque(pointer).release() }
    }
    precondition(status == 0, "the process has thread-specific data left")
    return key
  }()

  private var convolutions: [ConvolutionGradients.Key: ConvolutionGradients.Prepared?] = [:]

  /// The program for a convolution that is run on its own; nil when oneDNN has no fast one, which is remembered too.
  func prepared(_ key: ConvolutionGradients.Key) -> ConvolutionGradients.Prepared? {
    if let known = convolutions[key] { return known }
    // Each holds an arena, so only as many are kept as a learner's loop may use in turn.
    if convolutions.count >= 64 { convolutions.removeAll() }
    let made = ConvolutionGradients.Prepared(key)
    convolutions[key] = .some(made)
    return made
  }

  /// Sets the size of the thread's team before its first parallel work: oneDNN's primitives are made for a
  /// number of threads, so it never changes afterwards.
  func startTeam() {
    guard !teamStarted else { return }
    teamStarted = true
    cnn_start_team(Int32(Processor.threadCount))
  }
}
