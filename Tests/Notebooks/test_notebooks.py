"""Every notebook that is handed out runs through the real kernel and gives what it was saved with."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from execute import execute
from outputs import differences

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture
def folder(tmp_path):
    """A copy of the notebooks and what lies beside them, for cells that write files."""
    return Path(shutil.copytree(FOLDER, tmp_path / "notebooks"))


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_saved_as_run_from_top_to_bottom(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "swift-cnn"
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_as_saved(path, folder):
    saved = nbformat.read(path, as_version=4)
    notebook = nbformat.read(path, as_version=4)
    execute(notebook, folder)
    report = []
    for number, (before, now) in enumerate(zip(code_cells(saved), code_cells(notebook)), 1):
        if lines := differences(before, before.outputs, now.outputs):
            report += [f"cell {number}: {before.source.strip().splitlines()[0]}", *lines]
    assert not report, "\n".join(report)


def test_nbconvert_executes(folder):
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "executed.ipynb",
         NOTEBOOKS[0].name],
        cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600)
    assert done.returncode == 0, done.stderr
    executed = nbformat.read(folder / "executed.ipynb", as_version=4)
    assert any(cell.outputs for cell in code_cells(executed))
