import Script
import Testing

/// Every message, with what it underlines and what it suggests.
@Suite("Messages of the parser")
struct SyntaxMessageTests {
  static func messages(_ code: String) -> [String] {
    let source = SourceText(code, name: "cell 1")
    return Parser.parse(source).diagnostics.map { found in
      source.text(in: found.range) + " | " + found.message
        + (found.suggestion.map { " | " + $0 } ?? "")
    }
  }

  @Test(
    "Habits of other languages are translated",
    arguments: [
      (
        "def f(x):\n    return x",
        "def | functions are declared with `func` | write `func f(x) { ... }`"
      ),
      (
        "function f(x) { return x }",
        "function | functions are declared with `func` | write `func f(x) { ... }`"
      ),
      (
        "for i in range(10):\n    print(i)",
        ": | a body stands in braces, not after a colon | write `{` here and `}` at the end"
      ),
      ("if a and b { c }", "and | logic is written with signs here | write `&&` for `and`"),
      ("if a or b { c }", "or | logic is written with signs here | write `||` for `or`"),
      ("let y = not x", "not | logic is written with signs here | write `!x` for `not x`"),
      (
        "x not in xs",
        "not | logic is written with signs here | write `!list.contains(x)` for `x not in list`"
      ),
      (
        "3 in xs",
        "in | whether something is in a list is asked of the list | write `list.contains(x)`"
      ),
      (
        "let f = lambda x: x * 2",
        "lambda | a function without a name is written in braces | write `{ x in x * 2 }`"
      ),
      (
        "f = lambda: 3",
        "lambda | a function without a name is written in braces | write `{ x in x * 2 }`"
      ),
      (
        "x => x * 2", "=> | a function without a name is written in braces | write `{ x in x * 2 }`"
      ),
      ("# hello", "# hello | a comment starts with `//`, not with `#` | write `// ...`"),
      ("!ls", "! | commands with `!` belong to IPython: no other programs are run from here"),
      (
        "!pip install numpy",
        "! | commands with `!` belong to IPython: no other programs are run from here"
      ),
      ("%time f(x)", "% | commands with `%` belong to IPython | time code with `time { ... }`"),
      ("%%time\nf(x)", "% | commands with `%` belong to IPython | time code with `time { ... }`"),
      (
        "%matplotlib inline",
        "% | commands with `%` belong to IPython | nothing is needed: `plot(y)` shows a plot"
      ),
      (
        "import numpy as np",
        "import | nothing needs to be imported: everything is there from the start | delete the line; only files are imported: `import \"tools.cnn\"`"
      ),
      (
        "from keras.layers import Dense",
        "from | nothing needs to be imported: everything is there from the start | delete the line"
      ),
      (
        "try:\n    f()\nexcept ValueError as e:\n    g()",
        ": | errors are caught with `do` and `catch` | write `do { ... } catch { ... }`"
      ),
      (
        "with open(\"x\") as f:\n    f.read()",
        "with | there is no `with` | use the value directly; `defer { ... }` runs code on the way out"
      ),
      ("print \"hello\"", "print | `print` is a function | write `print(\"hello\")`"),
      ("assert x == 1", "assert | `assert` is a function | write `assert(x == 1)`"),
      ("let s = 'it'", "'it' | texts are written in double quotes | write \"it\""),
      (
        "f\"x = {x:.2f}\"",
        "f\"x = {x:.2f}\" | no letter stands before a text; values go into any text with `\\( )` | write \"x = \\(x)\""
      ),
      ("x[1:3]", ": | ranges are written with `..<`, not with a colon | write `x[1..<3]`"),
      ("x[:, 0]", ": | ranges are written with `..<`, not with a colon | write `x[0..., 0]`"),
      (
        "x[2:, :n - 1]",
        ": | ranges are written with `..<`, not with a colon | write `x[2..., 0..<n - 1]`"
      ),
      (
        "x[::2]",
        ": | ranges are written with `..<`, not with a colon | write `x[1..<3]` for `x[1:3]`, and `x[0..., 0]` for `x[:, 0]`"
      ),
      (
        "[x * 2 for x in xs]",
        "for | there are no list comprehensions | write `xs.map { x in x * 2 }`"
      ),
      (
        "[x for x in xs if x > 1]",
        "for | there are no list comprehensions | write `xs.filter { x in x > 1 }`"
      ),
      ("x++", "++ | `++` does not exist | write `x += 1`"),
      ("--x", "-- | `++` and `--` do not exist | write `x += 1`"),
      ("if x = 3 { y }", "= | a condition compares with `==`; a single `=` assigns | write `==`"),
      (
        "while x = 3 { y }", "= | a condition compares with `==`; a single `=` assigns | write `==`"
      ),
      ("a === b", "=== | values are compared with `==` and `!=` | write `==`"),
      ("a !== b", "!== | values are compared with `==` and `!=` | write `!=`"),
      ("a <> b", "<> | values are compared with `==` and `!=` | write `!=`"),
      ("x: int = 3", ": | variables are declared with `let` or `var` | write `let x = ...`"),
      ("x := 3", ": | variables are declared with `let` or `var` | write `let x = ...`"),
      ("x = y = 3", "= | one `=` assigns one value | write two lines"),
      ("a, b = b, a", ", | several variables at once stand in brackets | write `(a, b) = (b, a)`"),
      (
        "let a, b = f(x)",
        ", | several variables at once stand in brackets | write `let (a, b) = ...`"
      ),
      (
        "for i, x in xs { y }",
        "i, x | several variables of a loop stand in brackets | write `for (a, b) in ...`"
      ),
      (
        "for (i = 0; i < 3; i++) { y }",
        "( | loops go through a sequence | write `for i in 0..<10 { ... }`"
      ),
      (
        "x is None",
        "is | `is` asks for a type; values are compared with `==` and `!=` | write `x == nil`"
      ),
      (
        "x is not None",
        "is | `is` asks for a type; values are compared with `==` and `!=` | write `x != nil`"
      ),
      (
        "let z = x if c else y",
        "if | a choice between two values has the condition first | write `condition ? a : b`"
      ),
      ("del x", "del | variables are not deleted | give it another value, such as `nil`"),
      (
        "global x",
        "global | functions read and change the variables around them as they are | delete the line"
      ),
      (
        "raise ValueError(\"no\")",
        "raise | errors are thrown with `throw` | write `throw \"what went wrong\"`"
      ),
      (
        "yield x", "yield | functions give one value | collect the values in an array and return it"
      ),
      ("conv2d(x, stride=2)", "= | arguments are labelled with a colon | write `stride: 2`"),
      (
        "class Net { }",
        "class | there are no classes | write `struct Net { ... }`: its values copy, and any struct with `callAsFunction` is a layer"
      ),
      (
        "protocol P { }",
        "protocol | there are no protocols: methods are found by name | leave the protocol out"
      ),
      (
        "extension Int { }",
        "extension | there are no extensions | put the methods into the struct, or write a function"
      ),
      ("actor A { }", "actor | there are no actors | write `struct A { ... }`"),
      (
        "async f()",
        "async | functions are not `async`: every call waits for its result | leave it out"
      ),
      (
        "await f()", "await | `await` is not needed: every call waits for its result | leave it out"
      ),
      (
        "func f() async { }",
        "async | functions are not `async`: every call waits for its result | leave it out"
      ),
      (
        "func f<T>(x: T) { x }",
        "< | functions take values of any type, so they need no `<T>` | leave out the part in `< >`"
      ),
      (
        "struct A<T> { }",
        "< | structs take no parameters in `< >`: their members hold values of any type"
      ),
      (
        "struct A: P { }",
        ": | structs conform to no protocols: methods are found by name | leave out `: ...`"
      ),
      (
        "func f(x: inout Int) { }",
        "inout | parameters cannot be `inout` | return the new value, or make it a method of a struct"
      ),
      (
        "f(&x)",
        "& | values are passed as they are here, not by reference with `&` | return the new value, or use a method of a struct"
      ),
      (
        "x as Int",
        "as | values are not cast with `as` | convert them: `Double(x)`, or annotate: `let x: Double = ...`"
      ),
      (
        "try? f()",
        "? | `try?` and `try!` do not exist here | catch the error: `do { ... } catch { ... }`"
      ),
      ("x = {'a'}", "'a' | texts are written in double quotes | write \"a\""),
      (
        "x = {1, 2}",
        "{ | lists are written in square brackets; braces hold code | write `[1, 2, 3]`"
      ),
      (
        "x = {\"a\": 1}",
        "{ | dictionaries are written in square brackets; braces hold code | write `[\"a\": 1, \"b\": 2]`"
      ),
      ("new Thing()", "new | values are made by calling their type | write `Thing(...)`"),
      ("const x = 3", "const | variables are declared with `let` or `var` | write `let x = ...`"),
      ("x @ y", "@ | `@` is not an operator here | write `matmul(a, b)` for the matrix product"),
      ("1 < x < 3", "< | comparisons cannot be chained | write `a < b && b < c`"),
      ("let x = “hello”", "“hello” | texts are written in plain double quotes | write \"hello\""),
      ("let x = 3 × 4", "× | `×` is not the sign that code uses | type `*` on the keyboard"),
      ("x²", "² | `²` is not the sign that code uses | type `** 2` on the keyboard"),
      (
        "@property\ndef f(self): return 1",
        "def | functions are declared with `func` | write `func f(self) { ... }`"
      ),
      ("if x { y } elif z { w }", "elif | `elif` is written in two words | write `else if`"),
    ])
  func habits(code: String, expected: String) { #expect(Self.messages(code) == [expected]) }

  @Test(
    "Mistakes are named",
    arguments: [
      ("let x =", " | the code ends where a value is expected"),
      ("let x = )", ") | expected a value before this `)`"),
      ("let x = = 3", "= | expected a value, but found `=` | values are compared with `==`"),
      ("let x", "x | a `let` needs a value | write `let x = ...`"),
      ("let = 3", "= | expected a variable's name, but found `=`"),
      (
        "let for = 3",
        "for | `for` is a word of the language and cannot be a variable's name | choose another name, or write `` `for` ``"
      ),
      ("foo(1, 2", "( | this `(` is never closed | close it with `)`"),
      (
        "foo(1 2)",
        "2 | expected `,` or `)`, but found the number `2` | is a comma missing before it?"
      ),
      (
        "[1 2]", "2 | expected `,` or `]`, but found the number `2` | is a comma missing before it?"
      ),
      (
        "a b",
        "b | expected a new line here, but found `b` | put one statement on each line, or `;` between them"
      ),
      ("\"a\" \"b\"", "\"b\" | two texts side by side are not joined | put `+` between them"),
      ("}", "} | this `}` closes nothing"),
      (
        "else { }",
        "else | this `else` belongs to no `if` | `else` stands on the line of the `}` that ends the `if`"
      ),
      ("case .a: x", "case | `case` belongs inside a `switch`"),
      ("{ x }", "{ | a block on its own starts with `do` | write `do { ... }`"),
      ("if x", " | expected `{` after the condition, but found the end of the code"),
      ("func f", " | expected `(` and the parameters after the function's name"),
      ("func { }", "{ | expected the function's name, but found `{`"),
      (
        "guard x { return }",
        "{ | a `guard` needs an `else` with the way out | write `guard x > 0 else { return }`"
      ),
      ("repeat { x }", " | a `repeat` ends with `while` and its condition"),
      ("switch x { }", "switch x { } | a `switch` needs at least one `case`"),
      (
        "switch x { case 1: }",
        "case 1: | this case does nothing | write `break` to leave it empty on purpose"
      ),
      ("switch x { 1: y }", "1 | expected `case` or `default`, but found the number `1`"),
      (
        "switch x { case 1: a b }",
        "b | expected a new line here, but found `b` | put one statement on each line, or `;` between them"
      ),
      ("struct A { x = 1 }", "x | a member is declared with `let` or `var` | write `var x = ...`"),
      (
        "struct A { let x let y }",
        "let | expected a new line here, but found `let` | put one statement on each line, or `;` between them"
      ),
      (
        "enum A { case a(Int) }",
        "( | the cases of an enum carry no values | use a struct with a member for the kind"
      ),
      ("enum A { }", "enum A { } | an enum needs at least one `case`"),
      ("enum A { case a, a }", "a | `A` already has a case `a`"),
      ("\"abc", "\"abc | this text does not end | close it with \""),
      ("\"\"\"\nabc", "\"\"\"\nabc | this text does not end | close it with \"\"\""),
      ("/* open", "/* | this comment does not end | close it with `*/`"),
      (
        "\"\\q\"",
        "\\q | `\\` starts an escape such as `\\n`, but nothing is written like this | write `\\\\` for the sign itself"
      ),
      ("\"\\u{110000}\"", "\\u{110000} | `\\u{110000}` is not a character's number"),
      ("\"\\()\"", "\\() | `\\( )` holds no value"),
      ("\"\\(1 +)\"", ") | expected a value before this `)`"),
      (
        "3x",
        "3x | `3x` is neither a number nor a name: a name cannot start with a digit | write `3 * x` for a product"
      ),
      ("0xZZ", "0xZZ | this is not a number in base 16 that fits into 64 bits"),
      (
        "99999999999999999999",
        "99999999999999999999 | the integer 99999999999999999999 is too large: integers go up to 9,223,372,036,854,775,807 | write it as a double: `99999999999999999999.0`"
      ),
      ("$x", "$ | `$` is followed by the number of a closure's argument: `$0`"),
      (
        "a ~ b",
        "~ | expected a new line here, but found `~` | put one statement on each line, or `;` between them"
      ),
      ("↑", "↑ | `↑` cannot be part of a name"),
      ("..<", " | a range needs an end: `..<5`"),
      ("x.", " | expected a member's name after `.`, but found the end of the code"),
      ("a[", "[ | this `[` is never closed | close it with `]`"),
      ("`for", "`for | a name in backticks is written `` `name` ``"),
      ("while: for", ": | expected a value, but found `:`"),
    ])
  func mistakes(code: String, expected: String) { #expect(Self.messages(code) == [expected]) }

  @Test("Several independent errors are reported together, and none that follows from another")
  func recovery() {
    let value = ") | expected a value before this `)`"
    #expect(Self.messages("let x = )\nlet y = 1\nlet z = )") == [value, value])
    #expect(
      Self.messages("switch x {\ncase 1: let y = )\n  print(1)\ncase 2: a\n}\nlet z = )") == [
        value, value,
      ])
    #expect(
      Self.messages("struct A {\n  let x = )\n  func f() { let y = ) }\n}\nlet z = )") == [
        value, value, value,
      ])
    #expect(Self.messages("func f() {\n  if a { let x = ) }\n  b\n}\nlet z = )") == [value, value])
    let colon = ": | a body stands in braces, not after a colon | write `{` here and `}` at the end"
    #expect(
      Self.messages(
        "if x:\n    y = 1\n    if z:\n        w = 2\nelif v:\n    u\nelse:\n    y = 3\nlet bad = )")
        == [colon, value])
    #expect(
      Self.messages(
        "class A(B):\n    def f(self):\n        g()\n\n    def h(self):\n        g()\nlet z = )"
      ).count == 2)
  }
}
