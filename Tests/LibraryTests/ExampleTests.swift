import Library
import Script
import Testing

/// One built-in, with the name a failing test shows.
struct Documented: CustomTestStringConvertible, Sendable {
  let name: String
  let builtin: Builtin
  var testDescription: String { name }

  /// Every built-in of the registry, methods and members included.
  static let all: [Documented] = {
    var result: [Documented] = []
    let registry = StandardLibrary.registry
    for (name, entry) in registry.globals {
      switch entry {
      case .function(let builtin): result.append(Documented(name: name, builtin: builtin))
      case .namespace(let namespace):
        for member in namespace.constants.values {
          result.append(.init(name: "\(name).\(member.name)", builtin: member))
        }
        for member in namespace.functions.values {
          result.append(.init(name: "\(name).\(member.name)", builtin: member))
        }
        if let call = namespace.call { result.append(.init(name: "\(name)()", builtin: call)) }
      }
    }
    for (name, type) in registry.types {
      for member in type.properties.values {
        result.append(.init(name: "\(name).\(member.name)", builtin: member))
      }
      for member in type.methods.values {
        result.append(.init(name: "\(name).\(member.name)()", builtin: member))
      }
    }
    return result.sorted { $0.name < $1.name }
  }()
}

@Suite("Examples in the documentation")
struct ExampleTests {
  @Test("Every example answers what the documentation says", arguments: Documented.all)
  func example(_ documented: Documented) {
    for example in documented.builtin.examples {
      #expect(Sandbox().run(example.code) == example.output, "\(example.code)")
    }
  }

  @Test("Every built-in is documented", arguments: Documented.all)
  func documentation(_ documented: Documented) {
    let builtin = documented.builtin
    #expect(!builtin.examples.isEmpty)
    #expect(builtin.summary.hasSuffix("."))
    for parameter in builtin.parameters where parameter.name != "self" {
      #expect(!parameter.summary.isEmpty, "\(parameter.name)")
    }
  }

  @Test("No name is given twice") func names() {
    let globals = StandardLibrary.functions.map(\.name) + StandardLibrary.namespaces.map(\.name)
    for names in [globals, StandardLibrary.types.map(\.name)] {
      let twice = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
      #expect(twice.isEmpty)
    }
  }
}
