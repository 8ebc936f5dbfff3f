"""`cnn-repl run`: notebooks without Jupyter."""

import base64
import json
import os
import resource
import signal
import subprocess
import time
from xml.etree import ElementTree

import nbformat
import pytest

from person import REPL


def run(*arguments, **options):
    return subprocess.run(
        [REPL, "run", *map(str, arguments)], capture_output=True, text=True, timeout=120, **options)


def start(*arguments):
    return subprocess.Popen(
        [REPL, "run", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


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


# --- --check -----------------------------------------------------------------------------------------------

def saved(path, *sources, **options):
    """A notebook as it is after a run."""
    write(path, notebook(code(*sources, **options)))
    assert run(path, "--inplace").returncode == 0
    return path


def changed(path, cell, *, outputs=None, replace=None):
    value = json.loads(path.read_text())
    if replace:
        text = json.dumps(value["cells"][cell]["outputs"])
        assert replace[0] in text
        value["cells"][cell]["outputs"] = json.loads(text.replace(*replace))
    else:
        value["cells"][cell]["outputs"] = outputs
    return write(path, value)


def test_check_passes_what_is_the_same(tmp_path):
    path = saved(tmp_path / "a.ipynb", "print(\"a\")\nprint(\"b\")", "1.5 / 7", "print(\"took 3 ms\")",
                 "show(tensor([[0, 1], [2, 3]]))")
    before = path.read_bytes()
    done = run(path, "--check")
    assert done.returncode == 0, done.stderr
    assert "outputs as saved" in done.stderr
    # Pieces of a stream, digits beyond a float's, and durations.
    changed(path, 0, outputs=[
        {"name": "stdout", "output_type": "stream", "text": [text]} for text in ("a\n", "b\n")])
    value = json.loads(path.read_text())["cells"][1]["outputs"][0]["data"]["text/plain"][0]
    changed(path, 1, replace=(value, repr(float(value) * (1 + 1e-6))))
    changed(path, 2, replace=("took 3 ms", "took 2.5 s"))
    done = run(path, "--check")
    assert done.returncode == 0, done.stderr
    assert path.read_bytes() != before


def test_check_shows_what_differs(tmp_path):
    path = saved(tmp_path / "a.ipynb", "print(\"one\")\nprint(\"two\")\nprint(\"three\")", "1 + 1", "3")
    changed(path, 0, replace=("two", "TWO"))
    changed(path, 2, outputs=[])
    before = path.read_bytes()
    done = run(path, "--check", "--junit", tmp_path / "made" / "r.xml")
    assert done.returncode == 1
    assert "cell 1 gives other outputs than the saved ones: print(\"one\")" in done.stderr
    assert "  - TWO\n    + two\n" in done.stderr
    assert "the outputs were nothing and are execute_result (text/plain)" in done.stderr
    assert "3 cells in" in done.stderr and "2 with other outputs" in done.stderr
    assert path.read_bytes() == before
    failures = list(ElementTree.parse(tmp_path / "made" / "r.xml").iter("failure"))
    assert [failure.get("type") for failure in failures] == ["OutputDifference"] * 2


def test_check_sees_other_pictures(tmp_path):
    path = saved(tmp_path / "a.ipynb", "show(tensor([[0.0, 1], [2, 3]]))")
    other = saved(tmp_path / "b.ipynb", "show(tensor([[3.0, 1], [2, 0]]))")
    one, two = (json.loads(file.read_text())["cells"][0]["outputs"][0]["data"] for file in (path, other))
    assert base64.b64decode(one["image/png"]) != base64.b64decode(two["image/png"])
    changed(path, 0, replace=(one["image/png"].strip(), two["image/png"].strip()))
    done = run(path, "--check")
    assert done.returncode == 1
    assert "image/png: the pictures differ in" in done.stderr


def test_check_leaves_out_what_may_vary(tmp_path):
    path = saved(tmp_path / "a.ipynb", "print(1)", tags=["nondeterministic"])
    changed(path, 0, replace=("1", "2"))
    assert run(path, "--check").returncode == 0


def test_check_needs_saved_outputs(tmp_path):
    path = write(tmp_path / "a.ipynb", notebook(code("1")))
    done = run(path, "--check")
    assert done.returncode == 1
    assert "was saved without outputs" in done.stderr


# --- --timeout, parameters, --junit, --html ----------------------------------------------------------------

def test_a_cell_that_takes_too_long(tmp_path):
    path = write(tmp_path / "a.ipynb", notebook(code("sleep(0.2)", "print(1)\nwhile true { }", "2")))
    done = run(path, "--inplace", "--timeout", "0.5")
    assert done.returncode == 1
    assert f"{path}: cell 2 failed" in done.stderr
    assert "TimeoutError: the cell took longer than 0.5 s\n  cell 2, line " in done.stderr
    cells = json.loads(path.read_text())["cells"]
    assert [output["output_type"] for output in cells[1]["outputs"]] == ["stream", "error"]
    assert cells[2]["outputs"] == []


def test_parameters_replace_the_defaults(tmp_path):
    cells = code("let epochs = 1\nlet model = \"a\"", "print(epochs + 1, model)")
    cells[0]["metadata"]["tags"] = ["parameters"]
    path = write(tmp_path / "a.ipynb", notebook(cells))
    done = run(path, "--output-dir", tmp_path / "out", "-p", "epochs=5", "-p", "model=le\"net", "-p", "epoch=1")
    assert done.returncode == 0, done.stderr
    assert "warning: the cell tagged `parameters` knows no `epoch`; did you mean `epochs`?" in done.stderr
    result = nbformat.read(tmp_path / "out" / "a.ipynb", as_version=4)
    nbformat.validate(result)
    assert [cell.metadata.get("tags") for cell in result.cells] == [["parameters"], ["injected-parameters"], []]
    assert result.cells[2].outputs[0].text == "6 le\"net\n"
    # A second run replaces the cell of the first.
    again = run(tmp_path / "out" / "a.ipynb", "--inplace", "-p", "epochs=6")
    assert again.returncode == 0, again.stderr
    result = nbformat.read(tmp_path / "out" / "a.ipynb", as_version=4)
    assert len(result.cells) == 3
    assert result.cells[2].outputs[0].text == "7 a\n"


def test_a_report_for_ci(tmp_path):
    good = write(tmp_path / "good.ipynb", notebook(code("1", "2")))
    bad = write(tmp_path / "bad.ipynb", notebook(code("1 < 2\nmissing & \"<>\"", "2")))
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{")
    for jobs in (1, 3):
        done = run(good, bad, broken, "--junit", tmp_path / "r.xml", "--jobs", jobs)
        assert done.returncode == 1
        assert "1 of 3 notebooks are good" in done.stderr
        root = ElementTree.parse(tmp_path / "r.xml").getroot()
        assert root.tag == "testsuites"
        assert {key: root.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
            "tests": "5", "failures": "1", "errors": "1", "skipped": "1"}
        suites = root.findall("testsuite")
        assert [suite.get("name") for suite in suites] == [str(good), str(bad), str(broken)]
        assert [[child.tag for case in suite for child in case] for suite in suites] == [
            [], ["failure", "skipped"], ["error"]]
        failure = suites[1].find("testcase/failure")
        assert failure.get("type") == "NameError" and "cell 1, line 2" in failure.text
        assert all(case.get("file") == suite.get("name") for suite in suites for case in suite)


def test_a_page_that_stands_alone(tmp_path):
    text = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["# Title\n", "a **b**"]}
    path = write(tmp_path / "a.ipynb", notebook([text, *code("show(tensor([[0, 1], [2, 3]]))", "print(\"<\")")]))
    assert run(path, "--html").returncode == 0
    page = (tmp_path / "a.html").read_text()
    assert "<h1>Title</h1>" in page and "<strong>b</strong>" in page
    assert "data:image/svg+xml;base64," in page
    assert '<pre class="stdout">&lt;' in page
    assert "<script" not in page
    assert run(path, "--html", "--output-dir", tmp_path / "out").returncode == 0
    assert sorted(os.listdir(tmp_path / "out")) == ["a.html", "a.ipynb"]


# --- --jobs ------------------------------------------------------------------------------------------------

def test_several_at_a_time(tmp_path):
    paths = []
    for name in "abcd":
        # Each waits for its neighbour, which must therefore run at the same time.
        other = {"a": "b", "b": "a", "c": "d", "d": "c"}[name]
        paths.append(write(tmp_path / f"{name}.ipynb", notebook(code(
            f"save(tensor([1.0]), \"{name}.npy\")",
            f"var found = false\nwhile !found {{\n  do {{\n    load(\"{other}.npy\")\n    found = true\n"
            "  } catch { sleep(0.02) }\n}", f"print(\"{name}\")"))))
    done = run(*paths, "--jobs", "2", "--output-dir", tmp_path / "out", "--timeout", "60")
    assert done.returncode == 0, done.stderr
    assert "4 of 4 notebooks are good" in done.stderr
    for name in "abcd":
        cells = json.loads((tmp_path / "out" / f"{name}.ipynb").read_text())["cells"]
        assert cells[2]["outputs"][0]["text"] == [f"{name}\n"]
    # Lines of several notebooks do not mix.
    assert all(line.startswith((str(tmp_path), "4 of 4")) for line in done.stderr.splitlines())


def test_an_interrupt_reaches_all(tmp_path):
    paths = [write(tmp_path / f"{name}.ipynb", notebook(code(
        f"print(\"{name}\")", f"save(tensor([1.0]), \"{name}.npy\")\nwhile true {{ }}"))) for name in "ab"]
    last = write(tmp_path / "c.ipynb", notebook(code("1")))
    process = start(*paths, last, "--jobs", "2", "--inplace", "--junit", tmp_path / "r.xml")
    wait_for(lambda: (tmp_path / "a.npy").exists() and (tmp_path / "b.npy").exists())
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT
    assert "1 not run" in errors
    for path in paths:
        assert f"{path}: interrupted in cell 2" in errors
        cells = json.loads(path.read_text())["cells"]
        assert cells[0]["outputs"] and cells[1]["outputs"][0]["ename"] == "Interrupted"
    assert len(ElementTree.parse(tmp_path / "r.xml").getroot()) == 2


def test_a_killed_run_takes_its_processes_along(tmp_path):
    paths = [write(tmp_path / f"{name}.ipynb", notebook(code(
        f"save(tensor([1.0]), \"{name}.npy\")\nwhile true {{ }}"))) for name in "ab"]
    before = [path.read_bytes() for path in paths]
    process = start(*paths, "--jobs", "2", "--inplace")
    wait_for(lambda: (tmp_path / "a.npy").exists() and (tmp_path / "b.npy").exists())
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        children = file.read().split()
    for task in os.listdir(f"/proc/{process.pid}/task"):
        with open(f"/proc/{process.pid}/task/{task}/children") as file:
            children += file.read().split()
    assert len(set(children)) == 2
    process.kill()
    process.communicate()

    def is_gone(child):
        try:
            with open(f"/proc/{child}/stat") as file:
                return file.read().rsplit(")", 1)[1].split()[0] == "Z"
        except FileNotFoundError:
            return True

    wait_for(lambda: all(map(is_gone, children)))
    assert [path.read_bytes() for path in paths] == before


def test_a_process_that_dies_is_told_of(tmp_path):
    good = write(tmp_path / "good.ipynb", notebook(code("1")))
    bad = write(tmp_path / "bad.ipynb", notebook(code("save(tensor([1.0]), \"a.npy\")\nwhile true { }")))
    before = bad.read_bytes()
    process = start(good, bad, "--jobs", "2", "--inplace", "--junit", tmp_path / "r.xml")
    wait_for((tmp_path / "a.npy").exists)
    children = []
    for task in os.listdir(f"/proc/{process.pid}/task"):
        with open(f"/proc/{process.pid}/task/{task}/children") as file:
            children += file.read().split()
    for child in children:
        with open(f"/proc/{child}/cmdline") as file:
            if "bad.ipynb" in file.read():
                os.kill(int(child), signal.SIGKILL)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"the process that ran `{bad}` was ended by the signal 9, perhaps because the memory" in errors
    assert bad.read_bytes() == before
    assert len(list(ElementTree.parse(tmp_path / "r.xml").iter("error"))) == 1


# --- what must not happen ----------------------------------------------------------------------------------

def test_a_disk_that_is_full_leaves_the_old_file(tmp_path):
    path = write(tmp_path / "a.ipynb", notebook(code("for i in 0..<5000 { print(i) }")))
    before = path.read_bytes()

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    done = run(path, "--inplace", preexec_fn=limited)
    assert done.returncode == 1
    assert f"cannot write `{path}`" in done.stderr
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.ipynb"]


def test_a_flood_of_output_is_stopped(tmp_path):
    path = write(tmp_path / "a.ipynb", notebook(code("print(1)", "while true { print(\"%s\") }" % ("x" * 10000))))
    done = run(path, "--inplace")
    assert done.returncode == 1
    assert "OutputError: the outputs of the cell are larger than 100 MB" in done.stderr
    assert path.stat().st_size < 20_000


def test_unchanged_parts_keep_every_byte(tmp_path):
    text = ('{"nbformat_minor": 5, "metadata": {"z": 1.0, "a": {"\\u00e9": 1e3}},\r\n'
            ' "cells": [{"source": "![a](attachment:a.png)", "id": "m", "metadata": {}, "cell_type": "markdown",\r\n'
            '  "attachments": {"a.png": {"image/png": "AAAA"}}},\r\n'
            '  {"outputs": [], "metadata": {"tags": []}, "source": ["1"], "id": "c", "cell_type": "code",'
            ' "execution_count": null}], "nbformat": 4, "x": 12345678901234567890}')
    path = tmp_path / "a.ipynb"
    path.write_bytes(text.encode())
    assert run(path, "--inplace").returncode == 0
    written = path.read_bytes().decode()
    start, end = text.index('"outputs": []') + 11, text.index(', "metadata": {"tags"')
    assert written.startswith(text[:start])
    assert written.endswith(text[end:].replace("null", "1"))
