"""The line editor in a whole terminal: completion, hints, search, paste, sizes."""

import os
import random
import signal
import termios
import time

import pytest

from person import Person
from real_screen import RealScreen

LEFT, RIGHT, UP, DOWN, BACK_TAB = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B", "\x1b[Z"


def person(*arguments, **options):
    return Person(*arguments, screen=RealScreen, **options)


def line(screen):
    return screen.lines[screen.row]


def test_the_menu_shows_kinds_and_is_gone_through_with_arrows():
    with person() as someone:
        someone.enters("let maximum = 3")
        someone.waits()
        someone.type("maxi\t")
        someone.sees(lambda screen: line(screen) == "cnn> maximum")
        someone.type("\x15max\t")
        someone.sees(lambda screen: any("maxPool2d" in text and "function" in text and "(x, " in text
                                        for text in screen.lines))
        assert line(someone.screen) == "cnn> max"
        assert any("maximum" in text and "instance" in text for text in someone.screen.lines)
        someone.type(DOWN)
        someone.sees("▸ maximum")
        assert line(someone.screen) == "cnn> maximum"
        assert someone.screen.look("▸ maximum")[2]
        someone.type(DOWN + DOWN + UP)
        someone.sees("▸ max ")
        assert line(someone.screen) == "cnn> max"
        someone.type(BACK_TAB)
        someone.sees("▸ maximum")
        # Enter takes the word and runs nothing; the menu is gone.
        someone.type("\r")
        someone.sees(lambda screen: "▸" not in screen.text)
        assert line(someone.screen) == "cnn> maximum"
        someone.type("\r")
        someone.sees("cnn> maximum\n3\n")


def test_escape_leaves_the_menu_and_typing_narrows_it():
    with person() as someone:
        someone.waits()
        someone.type("max\t\t")
        someone.sees("▸ max")
        someone.type("\x1b")
        someone.sees(lambda screen: "▸" not in screen.text and line(screen) == "cnn> max")
        someone.type("\t")
        someone.sees("MaxPool2D")
        someone.type("P")
        someone.sees(lambda screen: line(screen) == "cnn> maxP" and "  max " not in screen.text)
        someone.type("\t")
        someone.sees(lambda screen: line(screen) == "cnn> maxPool1d")


def test_members_labels_and_files_are_completed(tmp_path):
    (tmp_path / "photo one.png").write_bytes(b"")
    with person(width=200) as someone:
        someone.enters("let t = [1, 2]")
        someone.waits()
        someone.type("t.revers\t")
        someone.sees(lambda screen: line(screen).startswith("cnn> t.reverse"))
        someone.type("\x15conv2d(t, dila\t")
        someone.sees(lambda screen: line(screen) == "cnn> conv2d(t, dilation:")
        someone.type(f"\x15image(\"{tmp_path}/ph\t")
        someone.sees(lambda screen: "photo one.png" in screen.text)


def test_a_hint_tells_what_the_call_takes():
    with person(width=120) as someone:
        someone.waits()
        someone.type("conv2d(")
        someone.sees("conv2d(x, filters, stride = 1, padding = .valid")
        below = someone.screen.lines[someone.screen.row + 1]
        assert below.startswith("conv2d(x, filters")
        assert someone.screen.look("x, filters, stride")[1]
        someone.type("1, 2, stride: 3")
        someone.sees(lambda screen: screen.look("stride = 1") and screen.look("stride = 1")[1])
        someone.type(")")
        someone.sees(lambda screen: "filters" not in screen.text)
        assert line(someone.screen) == "cnn> conv2d(1, 2, stride: 3)"


def test_hints_and_menus_at_the_bottom_of_the_screen():
    with person(width=60, height=8) as someone:
        for number in range(6):
            someone.enters(f"{number}")
        someone.waits()
        someone.type("max\t")
        someone.sees("maxPool2d")
        assert line(someone.screen) == "cnn> max"
        someone.type("\t\x1b")
        time.sleep(0.1)
        someone.type("(1, 2)\r")
        someone.sees("cnn> max(1, 2)\n2\ncnn>")
        assert "3\ncnn> 4\n4\ncnn> 5\n5\ncnn> max(1, 2)\n2" in someone.screen.text


def test_searches_the_history(tmp_path):
    history = str(tmp_path / "history.sqlite")
    with person(CNN_HISTORY=history) as someone:
        for code in ("print(\"alpha\")", "print(\"beta\")", "let gamma = 7"):
            someone.enters(code)
        someone.type("\x04")
        assert someone.ends() == 0
    with person(CNN_HISTORY=history) as someone:
        someone.waits()
        someone.type("draft\x12print")
        someone.sees("search: print")
        assert line(someone.screen) == "cnn> print(\"beta\")"
        assert someone.screen.look("print(\"beta")[2]
        someone.type("\x12")
        someone.sees(lambda screen: line(screen) == "cnn> print(\"alpha\")")
        someone.type("\x12")
        someone.sees("nothing older")
        someone.type("\x13")
        someone.sees(lambda screen: line(screen) == "cnn> print(\"beta\")")
        # Ctrl-G goes back to what was there.
        someone.type("\x07")
        someone.sees(lambda screen: line(screen) == "cnn> draft" and "search" not in screen.text)
        # Escape takes it for editing.
        someone.type("\x12gam\x1b")
        someone.sees(lambda screen: line(screen) == "cnn> let gamma = 7" and "search" not in screen.text)
        someone.type("\x05 + 1\r")
        someone.waits()
        someone.enters("gamma")
        assert "\n8\n" in someone.screen.text
        # Enter runs it at once.
        someone.type("\x12alpha\r")
        someone.sees("\nalpha\n")


def test_arrows_recall_what_starts_alike():
    with person() as someone:
        for code in ("let a = 1", "print(a)", "let b = 2", "print(b)"):
            someone.enters(code)
        someone.type("let" + UP)
        someone.sees(lambda screen: line(screen) == "cnn> let b = 2")
        someone.type(UP)
        someone.sees(lambda screen: line(screen) == "cnn> let a = 1")
        someone.type(DOWN + DOWN)
        someone.sees(lambda screen: line(screen) == "cnn> let")


def test_code_is_coloured():
    with person() as someone:
        someone.waits()
        someone.type("let name = \"text\" + Dense(42) // why")
        someone.sees("why")
        look = someone.screen.look
        assert look("let")[0] == "magenta"
        assert look("name")[0] == "default"
        assert look("\"text\"")[0] == "green"
        assert look("Dense")[0] == "brown"
        assert look("42")[0] == "cyan"
        assert look("// why")[0] not in ("default", "cyan")
    with person(NO_COLOR="1") as someone:
        someone.waits()
        someone.type("let name = max(")
        someone.sees("‹values...›")
        assert someone.screen.look("let")[0] == "default"
        assert "\x1b[3" not in someone.written and "\x1b[1;3" not in someone.written


def test_a_pasted_cell_of_two_hundred_lines():
    code = "\n".join(["func f() {"] + [f"\tlet v{number} = {number}" for number in range(198)] + ["\treturn v197", "}"])
    with person(height=12) as someone:
        someone.waits()
        start = time.monotonic()
        someone.type("\x1b[200~" + code.replace("\n", "\r") + "\x1b[201~")
        someone.sees("return v197")
        assert time.monotonic() - start < 2
        someone.type("\r")
        someone.waits()
        someone.enters("f()")
        assert "\n197\n" in someone.screen.text
        assert "...>     let v100 = 100" in someone.screen.text


def test_a_pasted_cell_is_edited_as_a_whole():
    with person(height=30) as someone:
        someone.waits()
        someone.type("\x1b[200~for i in 0..<2 {\n    print(i)\n}\x1b[201~")
        someone.sees("...> }")
        someone.type(UP + "\x05" + "; print(i * 10)\r")
        someone.sees("...> }\n0\n0\n1\n10\n")


def test_undo():
    with person() as someone:
        someone.waits()
        someone.type("let a = 1\x17\x17")
        someone.sees(lambda screen: line(screen) == "cnn> let a")
        someone.type("\x1f\x1f")
        someone.sees(lambda screen: line(screen) == "cnn> let a = 1")


@pytest.mark.parametrize("text, columns", [
    ("漢字", 4), ("e\u0301a\u0308", 2), ("😀😀", 4), ("ｆｕｌｌ", 8), ("한국", 4),
])
def test_wide_and_combining_letters_keep_the_cursor(text, columns):
    with person() as someone:
        someone.waits()
        someone.type(f"\"{text}|")
        someone.sees(lambda screen: screen.column == 5 + 1 + columns + 1)
        someone.type("\x7f\"")
        someone.sees(lambda screen: screen.column == 5 + 1 + columns + 1 and "|" not in line(screen))
        someone.type("\r")
        someone.sees(f"\n\"{text}\"\n" if columns == len(text) * 1 else "\n\"")
        someone.waits()


def test_narrower_and_wider_screens():
    with person(width=60, XTERM_VERSION="1") as someone:
        someone.enters("let kept = 1")
        someone.waits()
        text = "let words = [\"one\", \"two\", \"three\", \"four\"]"
        someone.type(text)
        someone.sees(text)
        someone.resize(30, 24)
        os.kill(someone.process, signal.SIGWINCH)
        someone.sees("cnn> let words = [\"one\", \"two\"\n, \"three\", \"four\"]")
        assert "cnn> let kept = 1" in someone.screen.text
        someone.resize(60, 24)
        os.kill(someone.process, signal.SIGWINCH)
        someone.sees("cnn> " + text)
        someone.type("; kept\r")
        someone.sees("\n1\n")


def test_an_unfinished_line_of_output_is_kept():
    with person() as someone:
        someone.waits()
        someone.type("print(\"half\", terminator: \"\")\r")
        someone.sees("\nhalf\ncnn>")


def test_control_c_drops_the_menu_with_the_cell():
    with person() as someone:
        someone.waits()
        someone.type("max\t\t\x03")
        someone.sees("^C\ncnn>")
        assert "▸" not in someone.screen.text


def test_an_interrupted_loop_keeps_everything():
    with person() as someone:
        someone.enters("var n = 0")
        someone.waits()
        someone.type("while true { n += 1 }\r")
        time.sleep(0.3)
        someone.type("\x03")
        someone.sees("Interrupted")
        someone.waits()
        assert "^C" not in someone.screen.text
        someone.enters("n > 1000")
        assert "\ntrue\n" in someone.screen.text


def test_what_is_typed_ahead_waits_for_the_prompt():
    with person() as someone:
        someone.waits()
        someone.type("for i in 1...4 { print(i); sleep(0.1) }\r")
        someone.sees("\n2\n")
        someone.type("40 + 2\r\"un")
        someone.sees(lambda screen: line(screen) == "cnn> \"un")
        assert "\n1\n2\n3\n4\ncnn> 40 + 2\n42\ncnn> \"un" in someone.screen.text
        someone.type("done\"\r")
        someone.sees("\n\"undone\"\n")


def test_input_in_a_cell_is_edited_and_seen():
    with person() as someone:
        someone.waits()
        someone.type("let name = input(\"Name: \"); password(\"Word: \"); print(name)\r")
        someone.sees("\nName:")
        someone.type("Adax\x7f\r")
        someone.sees("\nWord:")
        someone.type("secret\r")
        someone.sees("\nAda\ncnn>")
        assert "Name: Ada\n" in someone.screen.text
        assert "secret" not in someone.screen.text


@pytest.mark.parametrize("code", ["", "while true { }\r", "input()\r"])
def test_the_terminal_is_left_as_it_was_found(code):
    with person() as someone:
        before = termios.tcgetattr(someone.file)
        someone.waits()
        someone.type(code)
        time.sleep(0.3)
        os.kill(someone.process, signal.SIGTERM)
        assert someone.ends() == -signal.SIGTERM
        assert termios.tcgetattr(someone.file)[:4] == before[:4]


@pytest.mark.parametrize("seed", range(4))
def test_nothing_typed_ends_the_program(seed):
    rng = random.Random(seed)
    pieces = [LEFT, RIGHT, UP, DOWN, BACK_TAB, "\t", "\t\t", "\x1b", "\x1b[", "\x1bO", "\x1b[200~", "\x1b[201~", "\x7f", "\x1f",
              "\x01", "\x05", "\x0b", "\x15", "\x17", "\x19", "\x12", "\x13", "\x07", "\x0c", "\x1b\r", "\x1b[5~", "\x1b[6~",
              "\x1bb", "\x1bf", "\x1bd", "max", "conv2d(", ")", "\"", "{", "}", "漢", "e\u0301", "😀", "🇩🇪", "\u200d", ":help", ":",
              " ", ".", "let x = ", "1", "\n", "(", "[", "\\(", "//", "/*", "\u009b", "\x00", "\x1b[99;99H"]
    with person(width=30, height=8) as someone:
        someone.waits()
        for _ in range(300):
            someone.type(rng.choice(pieces))
            if rng.random() < 0.05:
                someone.resize(rng.choice([1, 2, 7, 40, 200]), rng.choice([1, 2, 5, 30]))
                os.kill(someone.process, signal.SIGWINCH)
            someone.read(0.002)
        someone.resize(80, 24)
        someone.type("\x1b[201~\x07\x03\x03\x03\x15")
        time.sleep(0.3)
        while someone.read(0.2):
            pass
        someone.type("\x03\x15print(\"still \" + \"here\")\r")
        someone.sees("still here")
