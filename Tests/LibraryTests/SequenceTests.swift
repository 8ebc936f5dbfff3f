import Base
import Library
import Script
import Testing

@Suite("Arrays, dictionaries and closures")
struct SequenceTests {
  @Test(
    "Values stay their own",
    arguments: [
      ("var a = [1]\nlet b = a\na.append(2)\nprint(a, b)", "[1, 2] [1]"),
      ("var a = [3, 1]\nlet b = a\na.sort()\nprint(a, b)", "[1, 3] [3, 1]"),
      ("var a = [[1], [2]]\na[0].append(9)\na", "[[1, 9], [2]]"),
      ("var d = [\"a\": [1]]\nlet e = d\nd.removeValue(forKey: \"a\")\nprint(d, e)", "[:] [\"a\": [1]]"),
      (
        "struct P { var items = []\n func add(x) { items.append(x) } }\nvar p = P()\np.add(1)\np.add(2)\np.items",
        "[1, 2]"
      ),
      ("var a = [1, 2, 3]\na.append(contentsOf: a)\na", "[1, 2, 3, 1, 2, 3]"),
      ("var s = \"ab\"\nlet t = s\ns.append(\"c\")\nprint(s, t)", "abc ab"),
    ])
  func valueSemantics(_ code: String, _ output: String) { #expect(Sandbox().run(code) == output) }

  @Test("A closure that changes the array it runs over works on the elements as they were")
  func changingInTheMiddle() {
    let code = "var a = [1, 2, 3]\nlet b = a.map { x in\n  a.append(x * 10)\n  x + 1\n}\nprint(a, b)"
    #expect(Sandbox().run(code) == "[1, 2, 3, 10, 20, 30] [2, 3, 4]")
  }

  @Test("An error inside a sorting closure leaves the array as it was")
  func failingSort() {
    let sandbox = Sandbox()
    #expect(
      sandbox.run("var a = [3, 1, 2]\na.sort { x, y in x < [y] }").contains("Error"))
    #expect(sandbox.run("a") == "[3, 1, 2]")
  }

  @Test("Sorting is stable and puts NaN last", arguments: [0, 1, 2, 13, 100, 1000])
  func sorting(_ count: Int) {
    let sandbox = Sandbox()
    let code = """
      let items = (0..<\(count)).map { (($0 * 7919) % 10, $0) }
      let sorted = items.sorted { $0.0 < $1.0 }
      sorted.indices.dropFirst().allSatisfy { i in
        sorted[i - 1].0 < sorted[i].0 || (sorted[i - 1].0 == sorted[i].0 && sorted[i - 1].1 < sorted[i].1)
      }
      """
    #expect(sandbox.run(code) == "true")
    #expect(sandbox.run("[2.0, 0.0 / 0, 1.0].sorted().last.isNaN") == "true")
    #expect(sandbox.run("[2, 1.5, \(count + 3)].sorted()") == "[1.5, 2, \(count + 3)]")
  }

  @Test(
    "Mistakes are answered in plain words",
    arguments: [
      ("[1, \"a\"].sum()", "ValueError: `sum`: element 1 is a string, not a number"),
      (
        "[Int.max, 1].sum()",
        "ArithmeticError: the integers overflow: 9223372036854775807 + 1 does not fit into 64 bits"
      ),
      (
        "[1, \"a\"].sorted()",
        "TypeError: a string and the integer 1 have no order: neither is less than the other"
      ),
      (
        "[1, 2].filter { 3 }",
        "TypeError: the closure of `filter` must answer true or false, but gave the integer 3"
      ),
      (
        "[1, 2].map(5)",
        "TypeError: `map` expects a function or a closure for `transform`, but got the integer 5"
      ),
      (
        "var a = [1]\na.remove(at: 3)",
        "IndexError: `remove`: `at` is 3, but it can be 0 to 0, or -1 to -1 from the end"
      ),
      ("var a = []\na.removeLast()", "IndexError: `removeLast`: the array is empty"),
      ("[1].first()", "TypeError: `first` needs a closure between the parentheses"),
      ("(0...).map { $0 }", "ValueError: the range has no end, so its elements cannot be gone through"),
      ("[1].prefix(-1)", "ValueError: `prefix`: `count` cannot be negative, but is -1"),
      ("stride(from: 0, to: 5, by: 0)", "ValueError: `stride`: `by` must not be 0"),
      ("[1: 2].mapValues { $0 / 0 }", "ArithmeticError"),
      ("\"a\".split(\"\")", "ValueError: `split`: the separator is empty"),
      ("Int(0.0 / 0)", "ArithmeticError: nan has no place among the integers of 64 bits"),
      ("sleep(-1)", "ValueError: `sleep`: `seconds` must be 0 or more, but is -1.0"),
      ("\"x\".repeated(1 << 60)", "MemoryError"),
      ("Array(repeating: 0, count: Int.max)", "MemoryError"),
      ("(0..<Int.max).enumerated()", "MemoryError"),
      ("Array(Int.min..<Int.max)", "MemoryError"),
      ("help(\"gdc\")", "NameError: there is no help on `gdc`"),
    ])
  func mistakes(_ code: String, _ message: String) {
    let answer = Sandbox().run(code)
    #expect(answer.hasPrefix(message), "\(answer)")
  }

  @Test("What ends in an error gives back all it held")
  func leaks() {
    let sandbox = Sandbox()
    let cells = [
      "[\"x\" + \"y\", 3].map { $0 / 0 }", "[[1], \"a\"].sorted()", "(0..<9).reduce([]) { $0 + $1.foo }",
      "zip([\"a\" + \"b\"], [[1]])", "[\"a\", \"b\"].flatMap { [$0, $0] }",
      "Dictionary(grouping: 0..<9) { [$0 % 2] }",
      "[\"k\": [1]].filter { $0.value.count > 0 }", "[[3], [1]].max { $0[0] }",
      "var a = [[1], [2]]\na.removeAll { $0[0] > 1 }",
      "[1, 2].flatMap { $0 }", "Dictionary([1, 2])",
    ]
    for cell in cells { _ = sandbox.run(cell) }
    let before = Heap.bytesInUse
    for _ in 0..<50 { for cell in cells { _ = sandbox.run(cell) } }
    sandbox.machine.collectCycles()
    #expect(Heap.bytesInUse - before < 4096)
  }
}

@Suite("Names from other languages")
struct HabitTests {
  @Test(
    "are translated",
    arguments: [
      ("\"a\".upper()", "here it is called `.uppercased()`"),
      ("\"a\".strip()", "here it is called `.trimmed()`"),
      ("var a = [1]\na.push(2)", "here it is called `.append(x)`"),
      ("[1].len()", "the number of elements is `.count`"),
      ("[1: 2].items()", "here it is called `for (key, value) in d { ... }`"),
      ("[1].copy()", "assigning already gives an independent value: `var b = a`; of a network: `copy(net)`"),
      ("[1].soted()", "did you mean `.sorted`?"),
    ])
  func translated(_ code: String, _ suggestion: String) {
    #expect(Sandbox().suggestion(for: code) == suggestion)
  }
}
