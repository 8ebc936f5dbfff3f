"""cnn-repl as Unix tools call it: scripts, pipes, exit status, the two output streams."""

import os
import signal
import subprocess
import time

import pytest

from person import REPL


def run(*arguments, stdin="", **options):
    return subprocess.run(
        [REPL, *arguments], input=stdin, capture_output=True, text=True, timeout=30,
        env={**os.environ, "TERM": "xterm"}, **options)


def test_a_script_prints_what_it_prints_and_no_more(tmp_path):
    script = tmp_path / "a.cnn"
    script.write_text("#!/usr/bin/env cnn-repl\nprint(\"one\")\n1 + 1\n")
    done = run(str(script))
    assert (done.returncode, done.stdout, done.stderr) == (0, "one\n", "")


def test_a_script_can_be_executed_itself(tmp_path):
    script = tmp_path / "a.cnn"
    script.write_text(f"#!{os.path.abspath(REPL)}\nprint(\"executed\")\n")
    script.chmod(0o755)
    done = subprocess.run([str(script)], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (0, "executed\n")


def test_a_failing_script_says_where_on_stderr(tmp_path):
    script = tmp_path / "bad.cnn"
    script.write_text("#!/usr/bin/env cnn-repl\nprint(\"before\")\nmissing\nprint(\"after\")\n")
    done = run(str(script))
    assert done.returncode == 1
    assert done.stdout == "before\n"
    assert "NameError" in done.stderr
    assert "bad.cnn" in done.stderr and "3" in done.stderr
    assert "\x1b" not in done.stderr


def test_code_from_the_command_line_and_from_a_pipe():
    assert run("-e", "1 + 1").stdout == ""
    assert run("-e", "print(\"e\")").stdout == "e\n"
    assert run("-p", "1 + 1").stdout == "2\n"
    assert run("-", stdin="print(\"piped\")\n1 + 1\n").stdout == "piped\n"
    assert run("-e", "missing").returncode == 1


def test_cells_through_a_pipe_are_answered_one_by_one():
    done = run(stdin="1 + 1\nif true {\nprint(\"in\")\n}\nmissing\nprint(\"after\")")
    assert done.stdout == "2\nin\nafter\n"
    assert "NameError" in done.stderr
    assert done.returncode == 1
    assert run(stdin="1 + 1\n").returncode == 0


def test_input_comes_from_standard_input():
    done = run("-e", "print(input(\"Name: \"))", stdin="Ada\n")
    assert done.stdout == "Name: Ada\n"
    done = run("-e", "print(input(\"Name: \"))", stdin="")
    assert done.returncode == 1
    assert "InputError" in done.stderr


def test_version_and_help():
    assert run("--version").stdout.startswith("Swift CNN ")
    for arguments in (["--help"], ["run", "--help"]):
        done = run(*arguments)
        assert done.returncode == 0
        assert done.stdout.startswith("usage: cnn-repl")


@pytest.mark.parametrize("arguments, message", [
    (["--versoin"], "there is no option `--versoin`; did you mean `--version`?"),
    (["-e"], "`-e` needs code to run"),
    (["--version", "x"], "`--version` takes nothing more, but `x` follows"),
    (["run"], "`run` needs the name of a notebook"),
    (["run", "--inplce", "a"], "there is no option `--inplce`; did you mean `--inplace`?"),
])
def test_a_wrong_command_line_has_status_2(arguments, message):
    done = run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""


def test_files_that_cannot_be_run(tmp_path):
    done = run(str(tmp_path / "none.cnn"))
    assert done.returncode == 1
    assert "there is no such file" in done.stderr
    assert run(str(tmp_path)).returncode == 1
    (tmp_path / "binary.cnn").write_bytes(b"\xff\xfe\x00")
    done = run(str(tmp_path / "binary.cnn"))
    assert done.returncode == 1
    assert "is not text in UTF-8" in done.stderr


@pytest.mark.parametrize("arguments", [["-e", "while true { }"], []])
def test_an_interrupted_script_ends_by_the_signal(arguments, tmp_path):
    script = tmp_path / "loop.cnn"
    script.write_text("while true { }\n")
    process = subprocess.Popen(
        [REPL, *(arguments or [str(script)])], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(0.5)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert time.monotonic() - start < 1
    assert process.returncode == -signal.SIGINT
    assert "Interrupted" in errors


def test_a_reader_that_leaves_ends_the_script_quietly(tmp_path):
    script = tmp_path / "many.cnn"
    script.write_text("\n".join(f"print(\"line {number}\")" for number in range(20000)))
    done = subprocess.run(
        f"'{REPL}' '{script}' | head -n 1", shell=True, capture_output=True, text=True, timeout=30)
    assert done.stdout == "line 0\n"
    assert done.stderr == ""
