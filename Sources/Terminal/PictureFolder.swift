import Base
import Display

/// Where a script's pictures go: numbered files in a folder that is made for the first of them.
package final class PictureFolder {
  private let folder: String
  private let name: String
  private var count = 0
  /// The file of each display that may be updated.
  private var files: [String: String] = [:]

  /// The files are called `<name>-1.png` and so on.
  package init(_ folder: String, name: String) {
    self.folder = folder
    self.name = name
  }

  /// `digits` for `course/digits.cnn`.
  package static func name(of script: String) -> String {
    let file = script.split(separator: "/").last ?? ""
    let stem = file.hasSuffix(".cnn") ? file.dropLast(4) : file
    return stem.isEmpty ? "picture" : String(stem)
  }

  /// Writes the bundle's picture, if it has one; an update takes the place of what it updates.
  package func write(_ bundle: MIMEBundle, id: String? = nil) throws(FileError) {
    guard let picture = bundle.pictureFile else { return }
    if count == 0 { try RegularFile.createFolder(folder) }
    var path = id.flatMap { files[$0] }
    if path?.hasSuffix(picture.ending) != true {
      count += 1
      path = "\(folder)/\(name)-\(count).\(picture.ending)"
    }
    guard let path else { return }
    if let id { files[id] = path }
    try RegularFile.replace(path, with: picture.bytes)
  }
}
