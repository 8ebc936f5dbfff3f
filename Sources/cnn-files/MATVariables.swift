import CHDF5
import Glibc

/// Counts the variables of a MATLAB file without looking into them.
///
/// matio ends its list without a word at the first variable that it cannot make sense of; compared with this
/// count, a part that is missing is noticed.
enum MATVariables {
  static func count(in file: borrowing InputFile) throws(Problem) -> Int {
    let mark = file.bytes(at: 124, count: 4)
    guard mark.count == 4 else { throw .damaged }
    // "IM" in a file whose numbers begin with their last byte, "MI" in others.
    let isLittle = mark[2] == 0x49
    let version = isLittle ? mark[1] : mark[0]
    return version == 2 ? try links(file) : try elements(file, isLittle)
  }

  /// Version 5 is a row of elements, each with its kind and its length in front.
  private static func elements(_ file: borrowing InputFile, _ isLittle: Bool) throws(Problem) -> Int {
    var count = 0
    var offset = 128
    while offset <= file.size - 8 {
      let tag = file.bytes(at: offset, count: 8)
      guard tag.count == 8 else { throw .damaged }
      func number(_ bytes: ArraySlice<UInt8>) -> Int {
        isLittle ? bytes.reversed().reduce(0) { $0 << 8 | Int($1) } : bytes.reduce(0) { $0 << 8 | Int($1) }
      }
      // Plain and compressed variables; there is nothing else at this level.
      guard [14, 15].contains(number(tag[..<4])) else { throw .damaged }
      offset += 8 + number(tag[4...])
      count += 1
    }
    guard offset <= file.size else { throw .damaged }
    return count
  }

  /// Version 7.3 is an HDF5 file; names with # in front are not variables.
  private static func links(_ file: borrowing InputFile) throws(Problem) -> Int {
    guard cnn_h5_start() >= 0, let opened = HDF5Handle(cnn_h5_open(file.path)),
      let root = HDF5Handle(cnn_h5_object(opened.id, "/"))
    else { throw .damaged }
    return try HDF5Link.all(of: root.id).count { $0.name.first != UInt8(ascii: "#") }
  }
}
