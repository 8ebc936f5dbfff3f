import Script
import Tensors
import Vision

/// A window that is moved over a picture, as programs see it.
final class WindowValue: HostValue {
  let window: SlidingWindow

  init(_ window: SlidingWindow) { self.window = window }

  var typeName: String { "SlidingWindow" }
  func text() -> String { "SlidingWindow(\(window.height) × \(window.width), stride \(window.stride))" }

  private static func value(_ call: Call) throws -> SlidingWindow {
    try call.host(0, as: WindowValue.self, expected: "a sliding window").window
  }

  private static let width = Builtin.Parameter("width", "the picture's columns")
  private static let height = Builtin.Parameter("height", "its rows")

  static let function = Builtin(
    "SlidingWindow",
    [
      .init("size", "rows and columns of the window: one integer or two"),
      .init("stride", default: "1", "how far it moves at a time, down and across"),
    ],
    "A window that is moved over a picture step by step: detection without a detector.",
    details: "`net(window.crops(picture))` answers for every position, `window.map` lays the answers out.",
    examples: [.init("SlidingWindow(14, 2).crops(zeros(16, 16, 3)).shape", "[4, 14, 14, 3]")]
  ) { call in
    let size = try call.window(0)
    return .host(
      WindowValue(
        try SlidingWindow(height: size.height, width: size.width, stride: call.span(1, default: 1))))
  }

  static let table = TypeTable(
    "SlidingWindow", "A window that is moved over a picture step by step.",
    methods: [
      Builtin(
        "boxes", [.init("self"), width, height], "Every position as a box, row by row: (positions, 4).",
        examples: [.init("SlidingWindow(2, 2).boxes(4, 2)", "[[0. 0. 2. 2.]\n [2. 0. 4. 2.]]")]
      ) { call in
        let (width, height) = (try call.count(1), try call.count(2))
        return .tensor(
          try Differentiation.interruptible(call.machine) {
            try value(call).boxes(height: height, width: width)
          })
      },
      Builtin(
        "crops", [.init("self"), .init("picture", "(height, width, channels)")],
        "What the window shows at every position, row by row: (positions, height, width, channels).",
        examples: [.init("SlidingWindow(2).crops(zeros(3, 3, 1)).shape", "[4, 2, 2, 1]")]
      ) { call in
        .tensor(
          try Differentiation.interruptible(call.machine) { try value(call).crops(call.tensor(1)) })
      },
      Builtin(
        "map", [.init("self"), .init("answers", "one row for each position"), width, height],
        "Answers laid out as the positions lie in the picture: (rows, columns, ...).",
        examples: [.init("SlidingWindow(2).map([1, 2, 3, 4], 3, 3)", "[[1 2]\n [3 4]]")]
      ) { call in
        .tensor(
          try value(call).map(call.tensor(1), height: call.count(3), width: call.count(2)))
      },
    ])
}
