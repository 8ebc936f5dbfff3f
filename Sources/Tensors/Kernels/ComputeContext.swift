/// Things that other rooms keep for the calling thread, because what they hold belongs to it.
package enum ComputeContext {
  /// The thread's own object of a type, made at the first call.
  package static func value<T: AnyObject>(_ type: T.Type, _ make: () -> T) -> T {
    let thread = ComputeThread.current
    if let known = thread.attachments[ObjectIdentifier(type)] as? T { return known }
    let made = make()
    thread.attachments[ObjectIdentifier(type)] = made
    return made
  }
}
