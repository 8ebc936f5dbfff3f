import Networks
import Script
import Tensors

/// Built-ins that bring pictures, sequences and regions to a size.
enum TensorResizing {
  static let functions: [Builtin] = [resize] + adaptivePools + regions

  private static let picture = Builtin.Parameter(
    "x",
    "a picture (height, width) or (height, width, channels), or a batch (batch, height, width, channels)")

  private static let resize = Builtin(
    "resize",
    [
      picture, .init("height", "rows of the result"), .init("width", "columns of the result"),
      .init(
        "method", default: ".bilinear", choices: ResizeMethod.allCases.map(\.rawValue),
        "how numbers between those of the original are found"),
      .init(
        "alignCorners", default: "false",
        "with .bilinear: the outermost elements of both pictures lie on each other"),
    ],
    "Pictures and feature maps in another size; gradients flow through it.",
    details: """
      The numbers are those of TensorFlow's `tf.image.resize` without antialiasing. To make photos smaller, \
      `picture.resized(width, height)` averages instead.
      """,
    examples: [
      .init("resize([[0.0, 4.0]], 1, 4)", "[[0. 1. 3. 4.]]"),
      .init("resize([[0, 4]], 1, 4, method: .nearest)", "[[0 0 4 4]]"),
      .init("resize(zeros(2, 8, 8, 16), 20, 30, method: .bicubic).shape", "[2, 20, 30, 16]"),
    ]
  ) { call in
    let (height, width) = (try call.span(1), try call.span(2))
    let method = ResizeMethod(rawValue: try call.choice(3, default: "bilinear")) ?? .bilinear
    let alignCorners = try call.bool(4, default: false)
    return try Value.tensor(
      call.operand(0).applying {
        try $0.resize(height: height, width: width, method: method, alignCorners: alignCorners)
      }, isPicture: call[0].isPicture)
  }

  // MARK: Adaptive pools

  private static let sequence = Builtin.Parameter(
    "x", "a sequence (length) or (length, channels), or a batch (batch, length, channels)")
  private static let volume = Builtin.Parameter(
    "x", "a volume (depth, height, width, channels), or a batch (batch, depth, height, width, channels)")

  private static func adaptive(
    _ name: String, _ kind: String, _ x: Builtin.Parameter, _ size: Builtin.Parameter,
    _ example: Builtin.Example,
    _ pool: @escaping @Sendable (Call) throws -> (Variable) throws -> Variable
  ) -> Builtin {
    Builtin(
      name, [x, size], "The \(kind) of equal parts, so that an input of any size comes out in this one.",
      examples: [example]
    ) { call in
      let pool = try pool(call)
      return try Value.tensor(call.operand(0).applying(pool), isPicture: call[0].isPicture)
    }
  }

  private static let (largest, mean) = ("largest number", "mean")
  private static let length = Builtin.Parameter("size", "the length of the result")
  private static let sides = Builtin.Parameter("size", "height and width of the result: one integer or two")
  private static let edges = Builtin.Parameter(
    "size", "depth, height and width of the result: one integer or three")

  private static let adaptivePools: [Builtin] = [
    adaptive(
      "adaptiveAveragePool1d", mean, sequence, length,
      .init("adaptiveAveragePool1d([1.0, 3.0, 5.0, 9.0], 2)", "[2. 7.]")
    ) { call in
      let length = try call.span(1)
      return { try $0.adaptiveAveragePool1d(length) }
    },
    adaptive(
      "adaptiveMaxPool1d", largest, sequence, length, .init("adaptiveMaxPool1d([1, 3, 5, 9], 2)", "[3 9]")
    ) { call in
      let length = try call.span(1)
      return { try $0.adaptiveMaxPool1d(length) }
    },
    adaptive(
      "adaptiveAveragePool2d", mean, picture, sides,
      .init("adaptiveAveragePool2d(ones(1, 13, 17, 8), 7).shape", "[1, 7, 7, 8]")
    ) { call in
      let size = try call.window(1)
      return { try $0.adaptiveAveragePool2d(size) }
    },
    adaptive(
      "adaptiveMaxPool2d", largest, picture, sides,
      .init("adaptiveMaxPool2d([[1, 3], [2, 9]], 1)", "[[9]]")
    ) { call in
      let size = try call.window(1)
      return { try $0.adaptiveMaxPool2d(size) }
    },
    adaptive(
      "adaptiveAveragePool3d", mean, volume, edges,
      .init("adaptiveAveragePool3d(ones(1, 5, 9, 9, 4), [1, 3, 3]).shape", "[1, 1, 3, 3, 4]")
    ) { call in
      let size = try call.block(1)
      return { try $0.adaptiveAveragePool3d(size) }
    },
    adaptive(
      "adaptiveMaxPool3d", largest, volume, edges,
      .init("adaptiveMaxPool3d(ones(1, 4, 6, 6, 2), 2).shape", "[1, 2, 2, 2, 2]")
    ) { call in
      let size = try call.block(1)
      return { try $0.adaptiveMaxPool3d(size) }
    },
  ]

  // MARK: Regions

  private static let features = Builtin.Parameter("features", "a batch of feature maps (n, h, w, c)")
  private static let cells = Builtin.Parameter("size", "cells of each box: one integer or two")

  private static let regions: [Builtin] = [
    Builtin(
      "roiPool",
      [
        features,
        .init(
          "boxes",
          "(k, 5): for each region the number of its picture, then y1, x1, y2, x2 in elements of the map; (k, 4) "
            + "for a batch of one"),
        cells,
      ],
      "The largest values in the cells of boxes on feature maps, as Fast R-CNN pools its regions.",
      details: """
        (n, h, w, c) becomes (k, size, size, c). Corners are rounded to whole elements; both the first and the last \
        row and column belong to the box. No gradient flows to the boxes.
        """,
      examples: [
        .init(
          "roiPool(reshape(arange(16), 1, 4, 4, 1), [[0, 0, 3, 3]], 2)[0, ..., 0]",
          "[[ 5.  7.]\n [13. 15.]]")
      ]
    ) { call in
      let (boxes, size) = (try call.tensor(1), try call.window(2))
      return try Value.tensor(call.operand(0).applying { try $0.roiPool(boxes, size: size) })
    },
    Builtin(
      "roiAlign",
      [
        features,
        .init(
          "boxes",
          "as for `roiPool`, with y1 = 0 at the upper edge of the map and y2 = h at its lower one"),
        cells,
        .init("samples", default: "2", "points of each cell in each direction, 1 to 64"),
      ],
      "The means of sample points in the cells of boxes on feature maps, as Mask R-CNN aligns its regions.",
      details: """
        Nothing is rounded: the points are read by bilinear interpolation, as torchvision's `roi_align` does it \
        with `aligned=True`.
        """,
      examples: [
        .init(
          "roiAlign(reshape(arange(16), 1, 4, 4, 1), [[0, 0, 4, 4]], 2)[0, ..., 0]",
          "[[ 2.5  4.5]\n [10.5 12.5]]")
      ]
    ) { call in
      let (boxes, size, samples) = (try call.tensor(1), try call.window(2), try call.integer(3, default: 2))
      return try Value.tensor(
        call.operand(0).applying { try $0.roiAlign(boxes, size: size, samples: samples) })
    },
  ]
}
