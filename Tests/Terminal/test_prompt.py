"""cnn-repl at a terminal, as a person sees it."""

import os
import signal
import time

from person import Person

LEFT, RIGHT, UP, DOWN = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B"


def test_shows_results_and_ends_with_control_d():
    with Person() as person:
        person.enters("1 + 1")
        assert "cnn> 1 + 1\n2\ncnn>" in person.screen.text
        person.type("\x04")
        assert person.ends() == 0


def test_edits_the_line():
    with Person() as person:
        person.waits()
        person.type("rint(\"bc\")x\x01p\x05\x7f" + LEFT * 4 + "a" + "\r")
        person.sees("cnn> print(\"abc\")\nabc")
        person.waits()
        person.type("one two three\x17\x17four\x15\x19" + LEFT * 4 + "\x0b")
        person.sees(lambda screen: screen.lines[screen.row] == "cnn> one")
        person.type("\x03")
        person.sees("cnn> one ^C")
        person.waits()


def test_recalls_history():
    with Person() as person:
        person.enters("print(\"first\")")
        person.enters("print(\"second\")")
        person.type("draft")
        person.sees("cnn> draft")
        person.type(UP + UP)
        person.sees(lambda screen: screen.lines[screen.row] == "cnn> print(\"first\")")
        person.type(DOWN)
        person.sees(lambda screen: screen.lines[screen.row] == "cnn> print(\"second\")")
        person.type(DOWN)
        person.sees(lambda screen: screen.lines[screen.row] == "cnn> draft")


def test_history_is_shared_across_runs(tmp_path):
    history = str(tmp_path / "history.sqlite")
    with Person(CNN_HISTORY=history) as person:
        person.enters("print(\"yesterday\")")
        person.type("\x04")
        assert person.ends() == 0
    with Person(CNN_HISTORY=history) as person:
        person.waits()
        person.type(UP)
        person.sees(lambda screen: screen.lines[screen.row] == "cnn> print(\"yesterday\")")


def test_continues_what_is_incomplete():
    with Person() as person:
        person.waits()
        person.type("if true {\rprint(\"inside\")\r}\r")
        person.sees("inside\ncnn>")
        assert "cnn> if true {\n...>     print(\"inside\")\n...> }\n" in person.screen.text
        # The whole cell comes back, and Up and Down move within it.
        person.waits()
        person.type(UP)
        person.sees(lambda screen: screen.lines[-3:] == [
            "cnn> if true {", "...>     print(\"inside\")", "...> }"])
        person.type(UP + "\x05" + LEFT * 2 + "!" + "\r")
        person.sees("inside!\ncnn>")


def test_a_pasted_cell_is_one_cell():
    with Person(height=10) as person:
        person.waits()
        lines = [f"print(\"line {number}\")" for number in range(200)]
        person.type("\x1b[200~" + "\r".join(lines) + "\x1b[201~")
        person.sees("line 199")
        assert "line 0\n" not in person.screen.text.replace("print(\"line 0\")", "")
        person.type("\r")
        person.sees("\nline 199\n", seconds=20)
        person.waits()
        for number in range(200):
            assert f"\nline {number}\n" in person.screen.text


def test_control_c_interrupts_and_keeps_variables():
    with Person() as person:
        person.enters("var kept = 41")
        person.waits()
        person.type("while true { }\r")
        time.sleep(0.3)
        start = time.monotonic()
        person.type("\x03")
        person.sees("Interrupted")
        assert time.monotonic() - start < 0.5
        person.enters("kept")
        assert "cnn> kept\n41\n" in person.screen.text


def test_an_interrupt_at_the_prompt_changes_nothing():
    with Person() as person:
        person.enters("1 + 1")
        os.kill(person.process, signal.SIGINT)
        time.sleep(0.2)
        person.enters("print(\"alive\")")
        assert "\nalive\n" in person.screen.text
        assert "Interrupted" not in person.screen.text


def test_errors_are_coloured_at_a_terminal_only_where_colours_are_wanted():
    with Person() as person:
        person.enters("missing")
        assert "NameError" in person.screen.text
        assert any("31" in style for style in person.screen.styles)
    with Person(NO_COLOR="1") as person:
        person.enters("missing")
        assert "NameError" in person.screen.text
        assert not person.screen.styles


def test_a_dumb_terminal_gets_no_sequences():
    with Person(TERM="dumb") as person:
        person.waits()
        person.type("missing\n")
        person.sees("NameError")
        person.waits()
        person.type("if true {\n")
        person.waits("...> ")
        person.type("print(\"plain\")\n")
        person.sees("...> print(\"plain\")\n...>")
        person.type("}\n")
        person.sees("\nplain\n")
        person.waits()
        person.type("\x04")
        assert person.ends() == 0
        assert "\x1b" not in person.written


def test_input_and_password():
    with Person() as person:
        person.waits()
        person.type("print(input(\"Name: \"))\r")
        person.sees("\nName:")
        person.type("Adax\x7f\r")
        person.sees("Name: Ada\nAda\n")
        person.waits()
        person.type("print(password(\"Word: \"))\r")
        person.sees("\nWord:")
        person.type("secret")
        time.sleep(0.2)
        person.read()
        assert "secret" not in person.screen.text
        person.type("\r")
        person.sees("\nsecret\n")
        person.waits()
        person.type("print(input(\"More: \"))\r")
        person.sees("\nMore:")
        person.type("\x03")
        person.sees("Interrupted")
        person.waits()


def test_long_and_wide_text_wraps_where_the_screen_ends():
    with Person(width=20) as person:
        person.waits()
        person.type("abcdefghijklmnopqrstuvwxyz")
        person.sees("cnn> abcdefghijklmno\npqrstuvwxyz")
        person.type("\x01" + RIGHT + "!")
        person.sees("cnn> a!bcdefghijklmn\nopqrstuvwxyz")
        person.type("\x03")
        person.waits()
        person.type("12345678901234漢字")
        person.sees("cnn> 12345678901234\n漢字")
        person.type(LEFT + LEFT + "\x7f")
        person.sees("cnn> 1234567890123漢\n字")


def test_a_resized_screen_is_drawn_again():
    with Person(width=40) as person:
        person.waits()
        person.type("abcdefghij")
        person.sees("cnn> abcdefghij")
        person.resize(60, 24)
        person.type("k")
        person.sees("cnn> abcdefghijk")


def test_the_terminal_is_left_as_it_was_found():
    import termios

    with Person() as person:
        before = termios.tcgetattr(person.file)
        person.waits()
        os.kill(person.process, signal.SIGTERM)
        assert person.ends() == -signal.SIGTERM
        assert termios.tcgetattr(person.file)[:4] == before[:4]


def test_starts_quickly():
    with Person() as person:
        start = time.monotonic()
        person.waits()
        assert time.monotonic() - start < 1


def test_completes_with_tab():
    with Person() as person:
        person.waits()
        person.type("passwo\t")
        person.sees(lambda screen: screen.lines[screen.row].startswith("cnn> password"))
