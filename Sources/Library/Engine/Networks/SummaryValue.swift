import Base
import Display
import Networks
import Script

/// What a network consists of, as a table.
final class SummaryValue: HostValue, Presentable {
  let summary: Summary

  init(_ summary: Summary) { self.summary = summary }

  var typeName: String { "Summary" }
  func text() -> String { table.text(width: 120) }

  func bundle(in machine: Machine) throws -> MIMEBundle {
    var bundle = table.bundle
    bundle["text/plain"] = .text(text())
    return bundle
  }

  private var table: Table {
    let rows = summary.rows.map { row -> [Table.Cell] in
      let marks = [row.isFrozen ? "frozen" : nil, row.isShared ? "shared" : nil].compactMap { $0 }
      return [
        .text(row.label + (marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))")), .text(row.settings),
        row.outputShape.isEmpty
          ? .empty : .code("(" + row.outputShape.map(String.init).joined(separator: ", ") + ")"),
        number(row.activations), number(row.parameters), bytes(row.parameterBytes), number(row.multiplyAdds),
      ]
    }
    let total: [Table.Cell] = [
      "total", .empty, .empty, number(summary.activations), number(summary.parameters),
      bytes(summary.parameterBytes), number(summary.multiplyAdds),
    ]
    let fixed = summary.nonTrainableParameters
    return Table(
      columns: [
        Table.Column("layer"), Table.Column("settings"), Table.Column("output"),
        Table.Column("activations", .right), Table.Column("parameters", .right),
        Table.Column("bytes", .right), Table.Column("multiply-adds", .right),
      ], rows: rows, footers: [total],
      note: fixed == 0
        ? nil
        : "\(NumberFormat.grouped(summary.trainableParameters)) parameters are learned, "
          + "\(NumberFormat.grouped(fixed)) are not")
  }

  private func number(_ count: Int) -> Table.Cell { count == 0 ? .empty : .count(count) }

  private func bytes(_ count: Int) -> Table.Cell {
    count == 0 ? .empty : .number(MemoryBudget.text(count).replacing(" bytes", with: " B"))
  }

  // MARK: Members

  static let input = Builtin.Parameter(
    "input", "the shape of one sample without the batch, such as [32, 32, 3]")

  static let function = Builtin(
    "summary",
    [
      .init("network", "a layer or network, or a struct with `callAsFunction` whose members are layers"),
      input,
    ],
    "The shape table: every layer with what it gives, its parameters and its multiply-adds.",
    examples: [.init("summary(Sequential(Flatten(), Dense(2)), input: [4, 4]).parameters", "34")]
  ) { call in try summary(of: call.layer(0).layer, call) }

  /// The table for the network and the input's shape that a call names.
  static func summary(of layer: any Layer, _ call: Call) throws -> Value {
    let shape = try call.integers(1)
    return .host(
      SummaryValue(try Differentiation.interruptible(call.machine) { try layer.summary(input: shape) }))
  }

  private static func member(
    _ name: String, _ summary: String, _ output: String, _ read: @escaping @Sendable (Summary) -> Int
  ) -> Builtin {
    Builtin(
      name, [.init("self")], summary,
      examples: [.init("Sequential(Flatten(), Dense(2)).summary(input: [4, 4]).\(name)", output)]
    ) { call in
      Value(read(try call.host(0, as: SummaryValue.self, expected: "a summary").summary))
    }
  }

  static let table = TypeTable(
    "Summary", "What a network consists of, shown as a table.",
    properties: [
      member("parameters", "How many numbers the network keeps.", "34") { $0.parameters },
      member("trainable", "How many of them training changes.", "34") { $0.trainableParameters },
      member("multiplyAdds", "Multiplications, each with an addition, for one sample.", "32") {
        $0.multiplyAdds
      },
      member("activations", "Numbers that the input and all layers give for one sample.", "34") {
        $0.activations
      },
    ])
}
