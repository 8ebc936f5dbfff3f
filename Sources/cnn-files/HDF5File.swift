import Base
import CHDF5

/// An HDF5 file: its data sets become tensors and texts, named by their paths ("conv1/conv1/kernel:0").
final class HDF5File: DataSource {
  let contents = Contents()
  private let file: HDF5Handle
  /// How each tensor of `contents` is read.
  private var places: [HDF5Place] = []
  /// The groups that have been entered, by their addresses: a file may name one twice, or put it into itself.
  private var entered: Set<UInt64> = []

  init(_ path: String) throws(Problem) {
    guard cnn_h5_start() >= 0 else { throw Problem("the HDF5 library does not start") }
    guard let file = HDF5Handle(cnn_h5_open(path)) else { throw .damaged }
    self.file = file
    Confinement.closeDoors()
    guard let root = HDF5Handle(cnn_h5_object(self.file.id, "/")) else { throw .damaged }
    try visit(root.id, path: [], depth: 0)
    if let order = KerasOrder(contents) {
      contents.layerNames = order.layerNames
      contents.weightNames = order.weightNames
      let positions = order.positions(of: contents.items.map(\.name))
      contents.reorder(positions)
      places = positions.map { places[$0] }
    }
  }

  func write(_ index: Int, to output: Output) throws(Problem) {
    let item = contents.items[index]
    let path = places[index].path.map { CChar(bitPattern: $0) } + [0]
    guard let dataset = HDF5Handle(cnn_h5_object(file.id, path)) else { throw .damaged }
    try places[index].write(dataset.id, item, to: output)
  }

  // MARK: Looking through

  private func visit(_ object: hid_t, path: [UInt8], depth: Int) throws(Problem) {
    try contents.countObjects()
    let name = String(decoding: path, as: UTF8.self)
    var address: UInt64 = 0
    var attributes: UInt64 = 0
    let kind = cnn_h5_inspect(object, &address, &attributes)
    switch kind {
    case CNN_H5_GROUP: guard entered.insert(address).inserted else { return }
    case CNN_H5_DATASET: break
    default: return
    }
    let found = try HDF5Attributes.read(object, count: attributes, counting: contents)
    try contents.add(attributes: found, of: name)
    if kind == CNN_H5_DATASET { return try visit(dataset: object, path, name) }
    guard depth < Limits.depth else {
      throw Problem("its groups are nested more than \(Limits.depth) levels deep")
    }
    for link in try HDF5Link.all(of: object) {
      let member = path.isEmpty ? link.name : path + [UInt8(ascii: "/")] + link.name
      try visit(link, of: object, member, depth: depth)
    }
  }

  private func visit(_ link: HDF5Link, of group: hid_t, _ path: [UInt8], depth: Int) throws(Problem) {
    // Names are counted before the objects, since each level repeats those above it.
    try contents.countText(path.count)
    let name = String(decoding: path, as: UTF8.self)
    guard link.kind != CNN_H5_ELSEWHERE else {
      return try contents.omit(name, "it is a link to another file, and only one file is read")
    }
    guard let object = HDF5Handle(cnn_h5_object(group, link.name.map { CChar(bitPattern: $0) } + [0])) else {
      guard link.kind == CNN_H5_SOFT else { throw .damaged }
      return try contents.omit(name, "it is a link that leads nowhere")
    }
    // A group is read under its own name, where it is a member and not merely linked to.
    if link.kind == CNN_H5_SOFT, H5Iget_type(object.id) == H5I_GROUP { return }
    try visit(object.id, path: path, depth: depth + 1)
  }

  private func visit(dataset: hid_t, _ path: [UInt8], _ name: String) throws(Problem) {
    guard let type = HDF5Handle(H5Dget_type(dataset)), let space = HDF5Handle(H5Dget_space(dataset)),
      let shape = hdf5Shape(space.id)
    else { throw .damaged }
    var chunk: UInt64 = 1
    var filter = [CChar](repeating: 0, count: 64)
    switch cnn_h5_storage_of(dataset, &chunk, &filter, filter.count - 1) {
    case CNN_H5_PLAIN: break
    case CNN_H5_OTHER_FILES:
      return try contents.omit(name, "its numbers are stored in other files, and only one file is read")
    case CNN_H5_OTHER_FILTER:
      let filterName = String(
        decoding: filter.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let shown = filterName.isEmpty ? "" : " \(filterName)"
      return try contents.omit(name, "it is compressed with the filter\(shown), and only gzip is understood")
    default: throw .damaged
    }
    if H5Tget_class(type.id) == H5T_STRING {
      guard
        let text = try HDF5Text.read(.dataset(dataset), type: type.id, space: space.id, counting: contents)
      else { throw .damaged }
      return try contents.add(name, text: text)
    }
    guard let number = HDF5NumberType(type.id) else {
      return try contents.omit(name, "its elements are neither numbers nor texts")
    }
    if try contents.add(name, number.element, shape) {
      places.append(HDF5Place(path: path, number: number, chunk: Int(clamping: chunk)))
    }
  }
}

/// Where a data set is found again, and how its numbers are read.
struct HDF5Place {
  let path: [UInt8]
  let number: HDF5NumberType
  /// How many entries of the first axis lie in one chunk.
  let chunk: Int

  /// About as many bytes are read at a time.
  private static let portion = 16 << 20

  /// Reads the numbers, some rows at a time and whole chunks, so that none is unpacked twice.
  func write(_ dataset: hid_t, _ item: Contents.Item, to output: Output) throws(Problem) {
    guard item.length > 0 else { return }
    let rows = item.shape.first ?? 1
    let rowBytes = item.length / rows
    let whole = max(1, Self.portion / rowBytes)
    let step = min(rows, whole > chunk ? whole - whole % chunk : chunk)
    let block = try Block(step * rowBytes)
    guard let base = block.bytes.baseAddress else { throw .damaged }
    let sizes = item.shape.isEmpty ? [hsize_t(1)] : item.shape.map { hsize_t($0) }
    for start in stride(from: 0, to: rows, by: step) {
      let count = min(step, rows - start)
      let status = cnn_h5_read_rows(
        dataset, number.memory, Int32(item.shape.count), sizes, hsize_t(start), hsize_t(count), base)
      guard status >= 0 else {
        throw Problem("`\(item.name)` cannot be read: the file is damaged, or it holds numbers beyond int64")
      }
      let bytes = UnsafeMutableRawBufferPointer(rebasing: block.bytes[..<(count * rowBytes)])
      if number.element == .bool { for index in bytes.indices where bytes[index] != 0 { bytes[index] = 1 } }
      try output.write(UnsafeRawBufferPointer(bytes))
    }
  }
}
