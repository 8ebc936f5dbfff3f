import Base
import CMatio
import Glibc

/// A MATLAB file of version 5 or 7.3: its variables become tensors and texts; members of structs and cells
/// are named by paths ("layers/0/weights/0"), counted from 0 in MATLAB's own order.
final class MATFile: DataSource {
  let contents = Contents()
  private let file: OpaquePointer
  /// The variables, which own everything below them, and the leaves that hold the tensors of `contents`.
  private var leaves: [UnsafeMutablePointer<matvar_t>] = []
  /// The most bytes that a variable of this file can unpack to.
  private var byteLimit = Int.max
  private let fileSize: Int

  init(_ input: borrowing InputFile) throws(Problem) {
    fileSize = input.size
    let expected = try MATVariables.count(in: input)
    cnn_mat_be_silent()
    guard let file = Mat_Open(input.path, Int32(MAT_ACC_RDONLY.rawValue)) else { throw .damaged }
    self.file = file
    Confinement.closeDoors()
    // Only descriptions are read here; the numbers follow one tensor at a time.
    var count = 0
    while let variable = Mat_VarReadNextInfo(file) {
      count += 1
      setByteLimit(variable.pointee)
      try visit(variable, path: Self.text(variable.pointee.name) ?? "", depth: 0)
    }
    guard count >= expected else { throw .damaged }
  }

  func write(_ index: Int, to output: Output) throws(Problem) {
    let item = contents.items[index]
    guard item.length > 0 else { return }
    let variable = leaves[index]
    try load(variable, item.name)
    defer { drop(variable) }
    guard let source = MATNumbers(variable.pointee, item) else {
      throw Problem("`\(item.name)` cannot be read: the file is damaged")
    }
    try source.write(to: output)
  }

  // MARK: Looking through

  /// Small files may claim huge arrays, for which the library would make up the numbers. Version 5 stores a
  /// number in no less than an eighth of its size in memory, and zlib packs a thousandfold at best.
  private func setByteLimit(_ variable: matvar_t) {
    guard Mat_GetVersion(file) == MAT_FT_MAT5 else { return }
    let factor = variable.compression == MAT_COMPRESSION_ZLIB ? 8 * 1040 : 8
    let (limit, overflow) = fileSize.multipliedReportingOverflow(by: factor)
    byteLimit = overflow ? Int.max : limit
  }

  private func visit(
    _ variable: UnsafeMutablePointer<matvar_t>?, path: String, depth: Int
  ) throws(Problem) {
    try contents.countObjects()
    try contents.countText(path.utf8.count)
    guard depth < Limits.depth else {
      throw Problem("its structs and cells are nested more than \(Limits.depth) levels deep")
    }
    guard let variable, let shape = Self.shape(of: variable.pointee) else {
      return try contents.omit(path, "it has no size, as a damaged part has none")
    }
    let content = variable.pointee
    switch content.class_type {
    case MAT_C_CELL: try visit(cell: variable, shape, path, depth)
    case MAT_C_STRUCT: try visit(struct: variable, shape, path, depth)
    case MAT_C_CHAR:
      guard let text = try text(of: variable, shape, path) else {
        return try contents.omit(path, "its text cannot be read")
      }
      try contents.add(path, text: text)
    case MAT_C_EMPTY: try contents.omit(path, "it is empty")
    case MAT_C_SPARSE: try contents.omit(path, "it is a sparse matrix, and only full ones are read")
    default:
      guard let type = MATNumbers.elementType(of: content) else {
        return try contents.omit(path, "it holds neither numbers nor texts")
      }
      guard content.isComplex == 0 else {
        return try contents.omit(path, "it holds complex numbers")
      }
      guard try contents.add(path, type, shape) else { return }
      guard let length = contents.items.last?.length, length <= byteLimit else { throw .damaged }
      leaves.append(variable)
    }
  }

  private func visit(
    cell: UnsafeMutablePointer<matvar_t>, _ shape: [Int], _ path: String, _ depth: Int
  ) throws(Problem) {
    guard let count = elementCount(shape), let members = Self.members(of: cell.pointee, count) else {
      if shape.contains(0) { return try contents.omit(path, "it is an empty cell array") }
      throw .damaged
    }
    if let texts = try self.texts(of: members, path) {
      return try contents.add(path, text: .array(texts))
    }
    for (index, member) in members.enumerated() {
      try visit(member, path: "\(path)/\(index)", depth: depth + 1)
    }
  }

  /// A cell array of nothing but texts is one list.
  private func texts(
    of members: UnsafeBufferPointer<UnsafeMutablePointer<matvar_t>?>, _ path: String
  ) throws(Problem) -> [JSON]? {
    guard members.allSatisfy({ $0.map { $0.pointee.class_type == MAT_C_CHAR } ?? false }) else { return nil }
    var texts: [JSON] = []
    for (index, member) in members.enumerated() {
      try contents.countObjects()
      guard let member, let shape = Self.shape(of: member.pointee),
        let text = try text(of: member, shape, "\(path)/\(index)")
      else { throw .damaged }
      texts.append(text)
    }
    return texts
  }

  private func visit(
    struct variable: UnsafeMutablePointer<matvar_t>, _ shape: [Int], _ path: String, _ depth: Int
  ) throws(Problem) {
    let fields = Int(Mat_VarGetNumberOfFields(variable))
    guard fields <= Limits.objects, let count = elementCount(shape) else { throw .damaged }
    let (total, overflow) = count.multipliedReportingOverflow(by: fields)
    guard !overflow else { throw .damaged }
    guard total > 0 else { return try contents.omit(path, "it is an empty struct") }
    guard let names = Mat_VarGetStructFieldnames(variable),
      let members = Self.members(of: variable.pointee, total)
    else { throw .damaged }
    for (index, member) in members.enumerated() {
      let field = Self.text(names[index % fields]) ?? "\(index % fields)"
      let place = count == 1 ? path : "\(path)/\(index / fields)"
      try visit(member, path: "\(place)/\(field)", depth: depth + 1)
    }
  }

  /// What a cell array or a struct points to, if it has as many members as it claims.
  private static func members(
    of content: matvar_t, _ count: Int
  ) -> UnsafeBufferPointer<UnsafeMutablePointer<matvar_t>?>? {
    guard let data = content.data, count > 0,
      content.nbytes / MemoryLayout<UnsafeMutablePointer<matvar_t>?>.stride >= count
    else { return nil }
    let base = data.assumingMemoryBound(to: UnsafeMutablePointer<matvar_t>?.self)
    return UnsafeBufferPointer(start: base, count: count)
  }

  private static func shape(of content: matvar_t) -> [Int]? {
    guard content.rank > 0, content.rank <= 1024, let sizes = content.dims else { return nil }
    var shape: [Int] = []
    for axis in 0..<Int(content.rank) {
      guard let size = Int(exactly: sizes[axis]) else { return nil }
      shape.append(size)
    }
    return shape
  }

  private static func text(_ name: UnsafePointer<CChar>?) -> String? {
    name.map { String(cString: $0) }
  }

  // MARK: Reading

  private func load(_ variable: UnsafeMutablePointer<matvar_t>, _ name: String) throws(Problem) {
    guard Mat_VarReadDataAll(file, variable) == 0 else {
      throw Problem("`\(name)` cannot be read: the file is damaged, or there is not enough memory")
    }
  }

  /// Gives the numbers of a leaf back, so that only one tensor is in memory at a time.
  private func drop(_ variable: UnsafeMutablePointer<matvar_t>) {
    free(variable.pointee.data)
    variable.pointee.data = nil
  }

  /// The rows of an array of characters: one text, or a list where there are several rows.
  private func text(
    of variable: UnsafeMutablePointer<matvar_t>, _ shape: [Int], _ path: String
  ) throws(Problem) -> JSON? {
    guard let count = elementCount(shape) else { return nil }
    guard count > 0 else { return "" }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: 4)
    guard count <= byteLimit else { throw .damaged }
    try contents.countText(overflow ? Int.max : bytes)
    try load(variable, path)
    defer { drop(variable) }
    try contents.countObjects(shape[0])
    guard let rows = MATText.rows(of: variable.pointee, shape) else { return nil }
    return rows.count == 1 ? .string(rows[0]) : .array(rows.map { .string($0) })
  }
}
