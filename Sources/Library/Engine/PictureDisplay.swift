import Display
import Pictures
import Script
import Tensors

/// Tensors as pictures among a cell's outputs.
enum PictureDisplay {
  static func bundle(
    _ tensors: [Tensor], titles: [String], columns: Int? = nil, title: String? = nil,
    marks: [[PictureMark]] = []
  ) throws -> MIMEBundle {
    let items = try tensors.enumerated().map { index, tensor in
      var item = try item(tensor, title: titles.indices.contains(index) ? titles[index] : nil)
      if marks.indices.contains(index) { item.marks = marks[index] }
      return item
    }
    return PictureGrid(items, columns: columns, title: title).bundle
  }

  /// Numbers in 0...1 and bytes are shown as they are. Others are stretched: to blue and orange around zero
  /// where there are negative ones, from black to white where there are none; a note says so.
  private static func item(_ tensor: Tensor, title: String?) throws -> PictureGrid.Item {
    guard let size = size(of: tensor.shape) else {
      throw ScriptError(
        .shape,
        "a picture has the shape (height, width), (height, width, 1), (height, width, 3) or (height, width, 4), but this is \(tensor.shape)"
      )
    }
    let values = tensor.doubles()
    let scale: PictureMapping.Scale = scale(values, tensor.dtype, size.channels)
    guard
      let picture = PictureMapping.picture(
        values: values, width: size.width, height: size.height, channels: size.channels, scale: scale)
    else { preconditionFailure("the sizes of a picture were checked") }
    return PictureGrid.Item(picture, title: title, note: note(scale, values))
  }

  private static func scale(_ values: [Double], _ dtype: DType, _ channels: Int) -> PictureMapping.Scale {
    if dtype == .uint8 { return .bytes }
    if values.contains(where: { $0 < 0 }) { return channels == 1 ? .signed : .normalised }
    return values.contains { $0 > 1 } ? .normalised : .unit
  }

  static func size(of shape: Shape) -> (width: Int, height: Int, channels: Int)? {
    guard shape.elementCount > 0 else { return nil }
    switch shape.rank {
    case 2: return (shape[1], shape[0], 1)
    case 3 where [1, 3, 4].contains(shape[2]): return (shape[1], shape[0], shape[2])
    default: return nil
    }
  }

  private static func note(_ scale: PictureMapping.Scale, _ values: [Double]) -> String? {
    switch scale {
    case .normalised, .signed, .range:
      guard let least = values.min(), let most = values.max() else { return nil }
      return "\(NumberFormat.significant(least, 3)) to \(NumberFormat.significant(most, 3))"
    default: return nil
    }
  }

  /// The pixels of a picture tensor, for files: 0...1 becomes 0...255.
  static func pixels(_ tensor: Tensor) throws -> PixelBuffer {
    guard let size = size(of: tensor.shape) else {
      throw ScriptError(.shape, "only pictures are saved as files, but this has the shape \(tensor.shape)")
    }
    let scale: PictureMapping.Scale = tensor.dtype == .uint8 ? .bytes : .unit
    guard
      let picture = PictureMapping.picture(
        values: tensor.doubles(), width: size.width, height: size.height, channels: size.channels,
        scale: scale)
    else { preconditionFailure("the sizes of a picture were checked") }
    return picture
  }

  /// A picture as the language has it: float32 from 0 to 1, (height, width) or (height, width, 3).
  static func tensor(_ picture: PixelBuffer) throws -> Tensor {
    let plain = picture.channels == 1 ? picture : picture.channels == 2 ? picture.grey() : picture.rgb()
    let shape =
      plain.channels == 1
      ? try Shape([plain.height, plain.width]) : try Shape([plain.height, plain.width, 3])
    return try Tensor(plain.samples.map { Float($0) / 255 }, shape: shape)
  }
}
