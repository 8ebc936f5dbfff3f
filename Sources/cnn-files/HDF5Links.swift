import CHDF5

/// One name in a group, in the bytes by which HDF5 knows it.
struct HDF5Link {
  let name: [UInt8]
  let kind: cnn_h5_link

  /// The links of a group: in the order of their making where the file keeps it, else by name with numbers in
  /// their own order, so that `vars/2` comes before `vars/10`.
  static func all(of group: hid_t) throws(Problem) -> [HDF5Link] {
    let collector = Collector()
    let keepsOrder = cnn_h5_keeps_order(group)
    let status = cnn_h5_links(
      group, keepsOrder,
      { name, kind, context in
        guard let context else { return -1 }
        return Unmanaged<Collector>.fromOpaque(context).takeUnretainedValue().take(name, kind) ? 0 : 1
      }, Unmanaged.passUnretained(collector).toOpaque())
    guard status >= 0 else { throw .damaged }
    guard status == 0 else { throw Problem("a group holds more than \(Limits.objects) objects") }
    return keepsOrder != 0 ? collector.links : collector.links.sorted { precedes($0.name, $1.name) }
  }

  private final class Collector {
    var links: [HDF5Link] = []

    func take(_ name: UnsafePointer<CChar>, _ kind: cnn_h5_link) -> Bool {
      guard links.count < Limits.objects else { return false }
      var bytes: [UInt8] = []
      var place = name
      while place.pointee != 0 {
        bytes.append(UInt8(bitPattern: place.pointee))
        place += 1
      }
      links.append(HDF5Link(name: bytes, kind: kind))
      return true
    }
  }

  /// Compares runs of digits by their value and everything else by bytes.
  private static func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      if digits ~= a[i], digits ~= b[j] {
        let first = a[i...].prefix { digits ~= $0 }
        let second = b[j...].prefix { digits ~= $0 }
        let (x, y) = (first.drop { $0 == digits.lowerBound }, second.drop { $0 == digits.lowerBound })
        if x.count != y.count { return x.count < y.count }
        if !x.elementsEqual(y) { return x.lexicographicallyPrecedes(y) }
        (i, j) = (i + first.count, j + second.count)
      } else {
        if a[i] != b[j] { return a[i] < b[j] }
        (i, j) = (i + 1, j + 1)
      }
    }
    if a.count - i != b.count - j { return a.count - i < b.count - j }
    return a.lexicographicallyPrecedes(b)
  }
}
