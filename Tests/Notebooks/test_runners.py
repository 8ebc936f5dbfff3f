"""Other people's runners work with the kernel as they come: papermill, nbval and nbmake. And `cnn-repl run`, which
needs none of them, gives the same outputs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from execute import execute
from outputs import joined
from test_notebooks import FOLDER, NOTEBOOKS

REPL = os.environ.get("CNN_REPL") or Path(__file__).resolve().parents[2] / ".build" / "release" / "cnn-repl"
KERNEL = {"kernelspec": {"name": "swift-cnn", "display_name": "Swift CNN", "language": "cnn"}}


def write(path, *sources, tags=()):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[0].metadata.tags = list(tags)
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), path)
    return path


def python(*arguments, folder):
    """Runs a module, with the kernel of this environment before any other."""
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=300,
        stdin=subprocess.DEVNULL, env={**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"})


def cells(path):
    return nbformat.read(path, as_version=4).cells


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_runner_gives_what_the_kernel_gives(path, tmp_path):
    folders = [Path(shutil.copytree(FOLDER, tmp_path / name)) for name in ("kernel", "runner")]
    notebook = nbformat.read(path, as_version=4)
    execute(notebook, folders[0])
    done = subprocess.run([REPL, "run", "--inplace", folders[1] / path.name], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    pairs = list(zip(notebook.cells, cells(folders[1] / path.name)))
    assert len(pairs) == len(notebook.cells)
    for ours, theirs in pairs:
        if ours.cell_type != "code" or "nondeterministic" in ours.metadata.get("tags", []):
            continue
        assert joined(theirs.outputs) == joined(ours.outputs)
        assert theirs.execution_count == ours.execution_count


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_runner_checks_what_is_handed_out(path, tmp_path):
    folder = Path(shutil.copytree(FOLDER, tmp_path / "notebooks"))
    done = subprocess.run([REPL, "run", "--check", folder / path.name], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_papermill(tmp_path):
    path = write(tmp_path / "a.ipynb", "let epochs = 1", "epochs + 1", tags=["parameters"])
    done = python("papermill", path, "out.ipynb", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert cells(tmp_path / "out.ipynb")[1].outputs[0].data["text/plain"] == "2"


def test_papermill_sets_parameters(tmp_path):
    """papermill knows no Swift; numbers, truth values and texts are written in C# as they are in it."""
    path = write(
        tmp_path / "a.ipynb", "let epochs = 1\nlet name = \"a\"\nlet fast = false", "print(epochs + 1, name, fast)",
        tags=["parameters"])
    done = python(
        "papermill", path, "out.ipynb", "--language", ".net-csharp", "-p", "epochs", 5, "-p", "name", "b", "-p",
        "fast", "true", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    result = cells(tmp_path / "out.ipynb")
    assert result[1].metadata.tags == ["injected-parameters"]
    assert result[2].outputs[0].text == "6 b true\n"


def test_papermill_tells_of_an_error(tmp_path):
    path = write(tmp_path / "a.ipynb", "1", "missing", "2")
    done = python("papermill", path, "out.ipynb", folder=tmp_path)
    assert done.returncode != 0
    assert "NameError: there is no `missing`" in done.stderr
    assert any(cell.get("outputs") and cell.outputs[0].get("ename") == "NameError"
               for cell in cells(tmp_path / "out.ipynb"))


def test_nbval(tmp_path):
    """It takes what our runner has written for what Jupyter would have written."""
    path = write(tmp_path / "a.ipynb", "print(1)\nprint(2, to: .stderr)", "show(tensor([[0, 1], [2, 3]]))", "1.5")
    assert subprocess.run([REPL, "run", "--inplace", path], capture_output=True).returncode == 0
    done = python("pytest", "-p", "no:cacheprovider", "--nbval", path.name, folder=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].outputs[0].data["text/plain"] = "1.6"
    nbformat.write(notebook, path)
    done = python("pytest", "-p", "no:cacheprovider", "--nbval", path.name, folder=tmp_path)
    assert done.returncode == 1
    assert "1 failed, 2 passed" in done.stdout


def test_nbmake(tmp_path):
    good = write(tmp_path / "good.ipynb", "let a = 1", "a + 1")
    bad = write(tmp_path / "bad.ipynb", "let a = 1", "b + 1")
    done = python("pytest", "-p", "no:cacheprovider", "--nbmake", good.name, folder=tmp_path)
    assert done.returncode == 0, done.stdout
    done = python("pytest", "-p", "no:cacheprovider", "--nbmake", bad.name, folder=tmp_path)
    assert done.returncode == 1
    assert "there is no `b`" in done.stdout
