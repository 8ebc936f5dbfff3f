import Base
import Display
import Script

/// `help`.
enum HelpFunctions {
  static let all: [Builtin] = [help]

  static let help = Builtin(
    "help", [.init("topic", default: "nil", "a function, a type, a value, or a name as a string")],
    "Shows what a name is for: its form, its parameters, and examples.",
    details: "`name?` on a line of its own does the same. Without a topic it lists every name there is.",
    examples: [
      .init(
        "help(gcd)",
        """
        gcd(a, b)

        The greatest common divisor of two integers.

          a  an integer
          b  an integer

        Example
          gcd(12, 18)
          → 6
        """)
    ]
  ) { call in
    guard call.has(0) else {
      call.context.display(HelpPage.overview(of: call.machine.registry).bundle, nil)
      return .none
    }
    let page: HelpPage?
    if let name = call[0].stringValue {
      page = HelpPage.named(name, in: call.machine.registry)
      guard page != nil else {
        throw ScriptError(
          .name, "there is no help on `\(name)`",
          suggestion: EditDistance.best(for: name, among: call.machine.registry.globals.keys.sorted())
            .map { "did you mean `\($0)`?" } ?? "`help()` lists all names",
          argument: 0)
      }
    } else {
      page = try HelpPage.about(call[0], in: call.machine)
    }
    if let page { call.context.display(page.bundle, nil) }
    return .none
  }
}
