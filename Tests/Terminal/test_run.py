"""`cnn-repl run`: notebooks without Jupyter."""

import json
import os
import signal
import subprocess
import time

import pytest

from person import REPL


def run(*arguments, **options):
    return subprocess.run(
        [REPL, "run", *map(str, arguments)], capture_output=True, text=True, timeout=60, **options)


def code(*sources, tags=()):
    return [
        {"cell_type": "code", "execution_count": None, "id": f"c{number}", "metadata": {"tags": list(tags)},
         "outputs": [], "source": source}
        for number, source in enumerate(sources)]


def notebook(cells, **metadata):
    metadata = metadata or {"kernelspec": {"name": "swift-cnn", "display_name": "Swift CNN", "language": "cnn"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def write(path, value):
    path.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return path


def test_runs_cells_and_writes_their_outputs(tmp_path):
    text = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["# Tïtle"]}
    cells = [text, *code("print(\"a\")\nprint(\"b\")", "1 + 1", "", "// nothing")]
    path = write(tmp_path / "a.ipynb", notebook(cells))
    before = path.read_bytes()
    done = run(path, "--output-dir", tmp_path / "out" / "deep")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert path.read_bytes() == before
    written = (tmp_path / "out" / "deep" / "a.ipynb").read_text()
    result = json.loads(written)
    assert result["cells"][0] == text
    assert result["cells"][1]["outputs"] == [
        {"name": "stdout", "output_type": "stream", "text": ["a\n", "b\n"]}]
    assert result["cells"][2]["outputs"][0]["data"]["text/plain"] == ["2"]
    assert result["cells"][2]["outputs"][0]["execution_count"] == 2
    assert [cell.get("execution_count") for cell in result["cells"]] == [None, 1, 2, None, 3]
    # Laid out as nbformat lays it out.
    assert written == json.dumps(result, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_without_a_place_to_write_nothing_is_written(tmp_path):
    path = write(tmp_path / "a.ipynb", notebook(code("1 + 1")))
    before = path.read_bytes()
    assert run(path).returncode == 0
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.ipynb"]


def test_in_place_keeps_what_did_not_change(tmp_path):
    path = write(tmp_path / "a.ipynb", notebook(code("1 + 1")))
    assert run(path, "--inplace").returncode == 0
    first = path.read_bytes()
    assert b'"execution_count": 1' in first
    assert run(path, "--inplace").returncode == 0
    assert path.read_bytes() == first


def test_an_error_stops_the_notebook_and_is_written(tmp_path):
    cells = code("print(\"before\")", "1 + 1\nmissing", "print(\"after\")")
    cells[2]["outputs"] = [{"name": "stdout", "output_type": "stream", "text": ["stale\n"]}]
    good = write(tmp_path / "good.ipynb", notebook(code("1 + 1")))
    bad = write(tmp_path / "bad.ipynb", notebook(cells))
    done = run(bad, good, "--output-dir", tmp_path / "out")
    assert done.returncode == 1
    assert f"{bad}: cell 2 failed" in done.stderr
    assert "NameError" in done.stderr
    assert "line 2" in done.stderr
    result = json.loads((tmp_path / "out" / "bad.ipynb").read_text())
    assert [output["output_type"] for output in result["cells"][1]["outputs"]] == ["error"]
    error = result["cells"][1]["outputs"][0]
    assert sorted(error) == ["ename", "evalue", "output_type", "traceback"]
    assert error["ename"] == "NameError"
    assert result["cells"][2]["outputs"] == []
    assert (tmp_path / "out" / "good.ipynb").exists()


def test_errors_that_are_allowed(tmp_path):
    path = write(tmp_path / "a.ipynb", notebook(code("missing", "print(\"after\")")))
    done = run(path, "--inplace", "--allow-errors")
    assert done.returncode == 0
    assert json.loads(path.read_text())["cells"][1]["outputs"][0]["text"] == ["after\n"]
    path = write(tmp_path / "b.ipynb", notebook(
        code("missing", tags=["raises-exception"]) + code("missing", tags=["skip-execution"])))
    assert run(path).returncode == 0


def test_each_notebook_has_its_own_session_and_folder(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    write(tmp_path / "one" / "a.ipynb", notebook(code("var secret = 1")))
    write(tmp_path / "two" / "b.ipynb", notebook(code("missing")))
    assert run(tmp_path / "one" / "a.ipynb", tmp_path / "two" / "b.ipynb").returncode == 1


def test_nobody_answers_input(tmp_path):
    path = write(tmp_path / "a.ipynb", notebook(code("print(input(\"Name: \"))")))
    done = run(path)
    assert done.returncode == 1
    assert "InputError" in done.stderr


@pytest.mark.parametrize("text, message", [
    ("hello", "is not valid JSON: line 1, column 1"),
    ("", "is empty"),
    ('{"nbformat": 3, "worksheets": []}', "has notebook format 3; this program reads format 4"),
    ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}',
     "has no `source`"),
    ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [', "is cut off"),
    (json.dumps(notebook([], kernelspec={"name": "python3", "display_name": "Python 3", "language": "python"})),
     'is a notebook for the kernel "Python 3" (language python)'),
])
def test_malformed_notebooks_are_refused_and_left_alone(tmp_path, text, message):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    done = run(path, "--inplace")
    assert done.returncode == 1
    assert message in done.stderr
    assert path.read_text() == text


def test_an_interrupt_writes_what_there_is(tmp_path):
    path = write(tmp_path / "a.ipynb", notebook(code("print(\"before\")", "while true { }")))
    process = subprocess.Popen(
        [REPL, "run", str(path), "--inplace"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == -signal.SIGINT
    assert "interrupted in cell 2" in errors
    result = json.loads(path.read_text())
    assert result["cells"][0]["outputs"][0]["text"] == ["before\n"]
    assert result["cells"][1]["outputs"][0]["ename"] == "Interrupted"
    assert os.listdir(tmp_path) == ["a.ipynb"]


def test_a_killed_run_leaves_the_old_file(tmp_path):
    path = write(tmp_path / "a.ipynb", notebook(code("print(\"before\")", "while true { }")))
    before = path.read_bytes()
    process = subprocess.Popen([REPL, "run", str(path), "--inplace"], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    process.kill()
    process.wait()
    assert path.read_bytes() == before
