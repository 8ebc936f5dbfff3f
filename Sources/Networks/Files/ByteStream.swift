import Tensors

/// Bytes that are read from front to back: a part of a file, or an entry of an archive as it is unpacked.
protocol ByteStream: AnyObject {
  var place: FilePlace { get }
  /// How many bytes are still to come.
  var remaining: Int { get }
  /// Fills the whole buffer; asks for no more than remains.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws
  /// To be called when all bytes were read: checks what can be checked only then.
  func finish() throws
}

/// A part of a file as a stream.
final class FileRange: ByteStream {
  let place: FilePlace
  let input: ArrayInput
  private(set) var remaining: Int
  private var offset: Int

  /// The caller knows that the part lies in the file.
  init(_ input: ArrayInput, offset: Int, count: Int, place: FilePlace? = nil) {
    self.input = input
    self.offset = offset
    self.place = place ?? input.place
    remaining = count
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    guard buffer.count <= remaining else { throw endsEarly(wanted: buffer.count) }
    try input.read(into: buffer, at: offset)
    offset += buffer.count
    remaining -= buffer.count
  }

  func finish() throws {}
}

extension ByteStream {
  func bytes(_ count: Int) throws -> [UInt8] {
    guard count <= remaining else { throw endsEarly(wanted: count) }
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try read(into: $0) }
    return bytes
  }

  func endsEarly(wanted: Int) -> TensorError {
    place.error("ends too early: \(byteText(wanted)) should follow, but \(byteText(remaining)) came")
  }
}
