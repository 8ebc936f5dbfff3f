import Display
import Pictures
import Script
import Tensors
import Vision

/// Built-ins that read, draw, show and save pictures.
enum PictureBuiltins {
  static let functions: [Builtin] = [
    Builtin(
      "image", [.init("path", "a PNG or JPEG file, relative to the notebook; `~` is your home folder")],
      "Reads a picture from a file.",
      details: """
        The picture is a float32 tensor with numbers from 0 to 1: (height, width) where it is grey, else \
        (height, width, 3). It is turned the way the camera was held; transparency becomes white.
        """,
      examples: [
        .init(
          "save(drawings.house(32, 24), \"/tmp/swift-cnn-example.png\")\nimage(\"/tmp/swift-cnn-example.png\").shape",
          "[24, 32, 3]")
      ]
    ) { call in
      let path = try call.string(0)
      let picture = try Picture.read(
        call.context.resolve(path: path), named: path, safepoint: call.machine.safepoint)
      return .host(TensorValue(try PictureDisplay.tensor(picture), isPicture: true))
    },
    Builtin(
      "show",
      [
        .init("pictures", variadic: true, "pictures, one after another or in an array"),
        .init("titles", default: "[]", "an array with a title for each"),
        .init("columns", default: "nil", "how many stand in a row"),
        .init("title", default: "nil", "a title for all"),
        .init(
          "boxes", default: "nil",
          "detections, labelled boxes, or (n, 4) of x1, y1, x2, y2 in pixels; of several pictures an array with "
            + "those of each"),
        .init(
          "labels", default: "nil", "a name or a class for each box; of several pictures an array of arrays"),
        .init("scores", default: "nil", "a number for each box; of several pictures an array of arrays"),
      ],
      "Shows pictures side by side, with labelled boxes where there are some.",
      details: """
        Numbers from 0 to 1 are shown as they are; others are stretched, negative ones in blue. Boxes of one class \
        have one colour; scores stand behind the names.
        """,
      examples: [
        .init("show(drawings.chessboard())", "picture of 64 × 64 pixels, grey"),
        .init(
          "show(drawings.chessboard(), boxes: [[8, 8, 24, 32]], labels: [\"field\"], scores: [0.876])",
          "picture of 64 × 64 pixels, grey: 1 box: field 0.88"),
      ]
    ) { call in
      var values = try call.elements(0)
      if values.count == 1, values[0].isArray, let inner = values[0].elements, inner.first?.kind == .host {
        values = Array(inner)
      }
      let tensors = try values.map { value in
        guard let tensor = try Tensor.from(value) else { throw call.mismatch(0, "pictures") }
        return tensor
      }
      guard !tensors.isEmpty else { throw call.failure("there is nothing to show", argument: 0) }
      let titles = call.has(1) ? try call.elements(1).map { try call.machine.text(of: $0) } : []
      let bundle = try PictureDisplay.bundle(
        tensors, titles: titles, columns: call.has(2) ? max(1, try call.integer(2)) : nil,
        title: call.has(3) ? try call.string(3) : nil, marks: try marks(call, pictures: tensors.count))
      call.context.display(bundle, nil)
      return .none
    },
  ]

  /// The boxes of each picture.
  private static func marks(_ call: Call, pictures count: Int) throws -> [[PictureMark]] {
    guard call.has(4) else {
      for (index, name) in [(5, "labels"), (6, "scores")] where call.has(index) {
        throw call.failure("there are `\(name)`, but no `boxes` that they belong to", argument: index)
      }
      return []
    }
    let parts = try (4...6).map { try perPicture(call, $0, count) }
    return try (0..<count).map { picture in
      try BoxMarks.marks(
        parts[0]?[picture] ?? .none, labels: parts[1]?[picture], scores: parts[2]?[picture], call)
    }
  }

  /// An argument about boxes, one value for each picture.
  private static func perPicture(_ call: Call, _ index: Int, _ count: Int) throws -> [Value]? {
    guard call.has(index) else { return nil }
    let elements = call[index].elements.map(Array.init)
    // The list that a batch's detections are counts for a single picture too.
    if count == 1 {
      guard let elements, elements.count == 1,
        elements[0].hostValue is DetectionsValue
          || elements[0].hostValue is ObjectsValue
      else { return [call[index]] }
      return elements
    }
    guard let elements, elements.count == count else {
      throw call.failure(
        "there are \(count) pictures, so `\(call.builtin.parameters[index].name)` is an array with those of each",
        argument: index)
    }
    return elements
  }

  // MARK: Members of tensors

  static let tensorProperties: [Builtin] = [
    Builtin(
      "gray", [.init("self")], "The picture's brightness: 0.299 red + 0.587 green + 0.114 blue.",
      examples: [.init("drawings.house(32, 24).gray.shape", "[24, 32]")]
    ) { call in
      let operand = try call.operand(0)
      guard operand.rank == 3, operand.shape[2] >= 3 else {
        return try Value.tensor(operand, isPicture: true)
      }
      let weights = try Tensor([Float(0.299), 0.587, 0.114])
      let colors = try operand.slice([.ellipsis, .range(lower: 0, upper: 3, step: 1)])
      return try Value.tensor(
        Operands.apply(.multiply, colors, weights).reduce(.sum, axes: [2], keepAxes: false), isPicture: true)
    },
    Builtin(
      "picture", [.init("self")], "The same numbers, shown as a picture.",
      examples: [.init("zeros(4, 4).picture.shape", "[4, 4]")]
    ) { call in
      let tensor = try call.operand(0)
      guard TensorValue.hasPictureShape(tensor.shape) else {
        throw ScriptError(
          .shape,
          "a picture has the shape (height, width), (height, width, 1), (height, width, 3) or (height, width, 4), but this is \(tensor.shape)"
        )
      }
      return try Value.tensor(tensor, isPicture: true)
    },
    Builtin(
      "tensor", [.init("self")], "The same numbers, shown as a table.",
      examples: [.init("drawings.chessboard(2, 4).tensor.sum()", "8.0")]
    ) { call in
      try Value.tensor(call.operand(0))
    },
    Builtin(
      "height", [.init("self")], "The number of rows of a picture.",
      examples: [.init("drawings.house().height", "240")]
    ) { call in
      Value(try sizes(call).height)
    },
    Builtin(
      "width", [.init("self")], "The number of columns of a picture.",
      examples: [.init("drawings.house().width", "320")]
    ) { call in
      Value(try sizes(call).width)
    },
  ]

  static let tensorMethods: [Builtin] = [
    Builtin(
      "resized",
      [
        .init("self"), .init("width", "columns of the new picture"),
        .init("height", "rows of the new picture"),
      ],
      "The picture in another size, averaged where it shrinks.",
      examples: [.init("drawings.house().resized(80, 60).shape", "[60, 80, 3]")]
    ) { call in
      let picture = try PictureDisplay.pixels(try call.tensor(0)).resized(
        width: try call.integer(1), height: try call.integer(2))
      return .host(TensorValue(try PictureDisplay.tensor(picture), isPicture: true))
    },
    Builtin(
      "cropped",
      [
        .init("self"), .init("x", "the first column"), .init("y", "the first row"),
        .init("width", "how many columns"), .init("height", "how many rows"),
      ],
      "A part of the picture, with the numbers as they are.",
      examples: [.init("drawings.house().cropped(20, 10, 64, 48).shape", "[48, 64, 3]")]
    ) { call in
      let size = try sizes(call)
      let (x, y) = (try call.integer(1), try call.integer(2))
      let (width, height) = (try call.integer(3), try call.integer(4))
      // Differences of numbers in range cannot overflow.
      guard x >= 0, y >= 0, x < size.width, y < size.height, width > 0, height > 0,
        width <= size.width - x, height <= size.height - y
      else {
        throw call.failure(
          "\(width) × \(height) points from column \(x), row \(y) do not lie inside a picture of "
            + "\(size.width) × \(size.height) points")
      }
      let part = try call.operand(0).slice([
        .range(lower: y, upper: y + height, step: 1), .range(lower: x, upper: x + width, step: 1),
      ])
      return try Value.tensor(part, isPicture: true)
    },
    Builtin(
      "flippedHorizontally", [.init("self")], "The picture as a mirror shows it.",
      examples: [.init("print(tensor([[1, 2], [3, 4]]).flippedHorizontally())", "[[2 1]\n [4 3]]")]
    ) { call in
      _ = try sizes(call)
      return try Value.tensor(call.operand(0).flip([1]), isPicture: true)
    },
  ]

  private static func sizes(_ call: Call) throws -> (width: Int, height: Int) {
    guard let size = PictureDisplay.size(of: try call.operand(0).shape) else {
      throw ScriptError(.shape, "only pictures have a width and a height; a tensor has a `shape`")
    }
    return (size.width, size.height)
  }

  // MARK: Namespaces

  static let namespaces: [Namespace] = [
    Namespace(
      "filters", "Filters for pictures, as tensors.",
      constants: Filters.all.map { entry in
        Builtin(
          entry.name, [], "The filter `\(entry.name)`.",
          examples: [.init("filters.\(entry.name).shape", "[3, 3]")]
        ) { _ in .host(TensorValue(entry.filter)) }
      },
      functions: [
        Builtin(
          "edge", [.init("angle", "degrees: 0 for vertical edges, 90 for horizontal ones")],
          "The Sobel filter turned by an angle.", examples: [.init("filters.edge(90).shape", "[3, 3]")]
        ) { call in .host(TensorValue(try Filters.edge(angle: try call.double(0)))) },
        Builtin(
          "gaussian",
          [
            .init("size", default: "5", "rows and columns, odd"),
            .init("sigma", default: "1", "the width of the bell in points"),
          ],
          "A soft blur whose weights sum to 1.", examples: [.init("round(filters.gaussian(5).sum())", "1.0")]
        ) { call in
          let size = try call.integer(0, default: 5)
          let sigma = try call.double(1, default: 1)
          guard size > 0, size <= 101, size % 2 == 1, sigma > 0 else {
            throw call.failure("the size must be odd and at most 101, and sigma positive")
          }
          return .host(TensorValue(try Filters.gaussian(size: size, sigma: sigma)))
        },
        Builtin(
          "box", [.init("size", default: "3", "rows and columns")],
          "A plain blur: the mean of a window.",
          examples: [.init("filters.box(2)", "[[0.25 0.25]\n [0.25 0.25]]")]
        ) { call in
          let size = try call.integer(0, default: 3)
          guard (1...101).contains(size) else { throw call.failure("the size is 1 to 101", argument: 0) }
          return .host(TensorValue(try Filters.box(size)))
        },
      ]),
    Namespace(
      "drawings", "Pictures drawn by the program.",
      functions: [
        Builtin(
          "house", [.init("width", default: "320", "columns"), .init("height", default: "240", "rows")],
          "A house with a garden, with edges in every direction.",
          examples: [.init("drawings.house().shape", "[240, 320, 3]")]
        ) { call in
          let (width, height) = (try call.integer(0, default: 320), try call.integer(1, default: 240))
          guard (16...2000).contains(width), (16...2000).contains(height) else {
            throw call.failure("a drawing has 16 to 2000 rows and columns")
          }
          return .host(TensorValue(try Drawings.house(width: width, height: height), isPicture: true))
        },
        Builtin(
          "chessboard",
          [
            .init("cells", default: "8", "fields in a row"),
            .init("size", default: "64", "rows and columns of the picture"),
          ],
          "A chessboard, white in the top left corner.",
          examples: [.init("drawings.chessboard().shape", "[64, 64]")]
        ) { call in
          let (cells, size) = (try call.integer(0, default: 8), try call.integer(1, default: 64))
          guard cells > 0, size >= cells, size <= 2000 else {
            throw call.failure("the picture has at least one point for each field, and at most 2000")
          }
          return .host(TensorValue(try Drawings.chessboard(cells: cells, size: size), isPicture: true))
        },
      ]),
  ]
}
