import Terminal
import Testing

@Suite struct HistorySearchTests {
  private let entries = ["let a = 1", "print(a)", "let b = 2", "print(b)"]

  @Test func findsTheNewestFirst() {
    var history = InputHistory(entries)
    var search = HistorySearch(EditBuffer("draft"))
    search.type("pri", &history)
    #expect(search.shown.text == "print(b)")
    search.older(&history)
    #expect(search.shown.text == "print(a)")
    search.older(&history)
    #expect(search.shown.text == "print(a)")
    #expect(search.fails)
    search.newer(&history)
    #expect(search.shown.text == "print(b)")
    #expect(search.original.text == "draft")
  }

  @Test func staysWhereTheLongerTextIsToo() {
    var history = InputHistory(entries)
    var search = HistorySearch(EditBuffer())
    search.type("l", &history)
    search.type("et a", &history)
    #expect(search.shown.text == "let a = 1")
    #expect(search.match == 0..<5)
    search.erase(&history)
    search.erase(&history)
    #expect(search.shown.text == "let b = 2")
    for _ in 0..<10 { search.erase(&history) }
    #expect(search.shown.text == "")
  }

  @Test func aSecondCallLooksForTheSame() {
    var history = InputHistory(entries)
    var search = HistorySearch(EditBuffer(), lastQuery: "let")
    search.older(&history)
    #expect(search.query == "let")
    #expect(search.shown.text == "let b = 2")
    var nothing = HistorySearch(EditBuffer("x"))
    nothing.older(&history)
    nothing.newer(&history)
    #expect(nothing.shown.text == "x")
  }

  @Test func theLineFitsTheScreen() {
    var history = InputHistory([])
    var search = HistorySearch(EditBuffer())
    search.type("a\u{7}漢", &history)
    for width in [1, 10, 30, 200] {
      let line = search.line(width: width, style: Style(isColoured: false))
      #expect(line.count < max(width, 5))
      #expect(!line.contains("\u{7}"))
    }
  }
}

@Suite struct PrefixRecallTests {
  @Test func goesThroughWhatStartsAlike() {
    var history = InputHistory(["let a = 1", "print(a)", "let b = 2", "fit(net)"])
    let back = [
      history.previous(replacing: "let", prefix: "let"),
      history.previous(replacing: "let b = 2", prefix: "let b = 2"),
      history.previous(replacing: "let a = 1", prefix: "let a = 1"),
    ]
    #expect(back == ["let b = 2", "let a = 1", nil])
    let forth = [history.next(replacing: "let a = 1"), history.next(replacing: "let b = 2")]
    #expect(forth == ["let b = 2", "let"])
  }

  @Test func goesThroughAllWhereNothingStartsAlike() {
    var history = InputHistory(["a", "b"])
    let found = history.previous(replacing: "zzz", prefix: "zzz")
    #expect(found == "b")
    let draft = history.next(replacing: "b")
    #expect(draft == "zzz")
  }

  @Test func readsWhatIsStoredOnlyWhenNeeded() {
    var reads = 0
    var history = InputHistory(loading: {
      reads += 1
      return ["old", "new"]
    })
    history.append("new")
    history.append(":vars")
    history.rewind()
    #expect(reads == 0)
    let first = history.previous(replacing: "")
    let second = history.previous(replacing: ":vars")
    let third = history.previous(replacing: "new")
    #expect([first, second, third] == [":vars", "new", "old"])
    #expect(reads == 1)
  }
}

@Suite struct UndoStackTests {
  @Test func takesBackWordsAndOtherChanges() {
    var undo = UndoStack()
    var buffer = EditBuffer()
    func press(_ key: Key) {
      let before = buffer
      buffer.apply(key)
      undo.note(before, buffer, key)
    }
    for letter in ["o", "n", "e", " ", "t", "w", "o"] { press(.text(letter)) }
    press(.control("w"))
    var states: [String] = []
    while let before = undo.last() { states.append(before.text) }
    #expect(states == ["one two", "one ", "one", ""])
  }
}
