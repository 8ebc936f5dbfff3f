import Base
import Display
import Script

/// What the session holds, and how to forget it.
enum SessionFunctions {
  static let all: [Builtin] = [vars, reset]

  static let vars = Builtin(
    "vars", [],
    "The variables that the session holds: name, type, size and value, as a table.",
    details: """
      Your own names are listed in the order in which they came, functions and structs too; built-ins are \
      not. The size is a tensor's shape, or how many elements an array or a dictionary has.
      """,
    examples: [
      .init(
        "let rate = 0.5\nlet sizes = [3, 5]\nvars()",
        """
        name   type    size  value
        ───────────────────────────
        rate   Double        0.5
        sizes  Array   2     [3, 5]
        """)
    ]
  ) { call in
    let table = VariableTable.table(of: call.machine)
    return .host(FigureValue(table.bundle, typeName: "Table"))
  }

  static let reset = Builtin(
    "reset", [],
    "Forgets every variable, function and struct of the session; built-ins come back.",
    details: "Random streams, the history and the number of the cell stay as they are.",
    examples: [.init("var x = 3\nlet print = 5\nreset()\nprint(\"new\")", "new")]
  ) { call in
    call.machine.globals.reset()
    return .none
  }
}

/// The variables of a session as rows; no code of the program runs for it.
package enum VariableTable {
  package static func table(of machine: Machine) -> Table {
    var table = Table(columns: [
      Table.Column("name"), Table.Column("type"), Table.Column("size"), Table.Column("value"),
    ])
    for (name, value) in machine.globals.userVariables where name != "_" && !name.hasPrefix("$") {
      table.rows.append([
        .code(name), .text(value.typeName), size(of: value).map { .text($0) } ?? .empty,
        .code(text(of: value)),
      ])
    }
    if table.rows.isEmpty { table.note = "no variables yet" }
    return table
  }

  private static func size(of value: Value) -> String? {
    switch value.kind {
    case .array: return value.elements.map { NumberFormat.grouped($0.count) }
    case .dictionary: return value.entries.map { NumberFormat.grouped($0.count) }
    case .host: return (value.hostValue as? TensorValue)?.shape.description
    default: return nil
    }
  }

  /// The value on one line, no longer than a glance.
  private static func text(of value: Value) -> String {
    let type = value.referenced
    if type is StructType { return "struct" }
    if type is EnumType { return "enum" }
    let limits = Values.TextLimits(characters: limit, depth: 4)
    let text = (try? Values.literal(of: value, limits: limits)) ?? ""
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > limit ? line.prefix(limit - 1) + "…" : line
  }

  private static let limit = 60
}
