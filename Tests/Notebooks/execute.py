"""Executes notebooks through their own kernel and tells of each cell as it ends.

    execute.py [--html] --output FOLDER NOTEBOOK...

Leaves the executed notebook, and with --html a page, in FOLDER; where FOLDER is the notebook's own, it is saved
with its outputs. Exits with 1 when a cell fails that was not expected to (`raises-exception` among its tags says
that it is).
"""

import argparse
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

CELL_SECONDS = 600


class Progress:
    """One line for each cell: which, how long, its first words."""

    def __init__(self, notebook):
        self.cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
        self.number = 0
        self.start = 0.0

    def began(self, cell, cell_index):
        self.start = time.perf_counter()

    def ended(self, cell, cell_index, execute_reply):
        self.number += 1
        seconds = time.perf_counter() - self.start
        mark = " " if execute_reply["content"]["status"] == "ok" else "!"
        words = cell.source.strip().splitlines()[0][:60]
        count = len(self.cells)
        print(f"  {mark} cell {self.number:>{len(str(count))}} of {count}  {seconds:6.2f} s  {words}", flush=True)


def execute(notebook, folder, progress=None):
    """Runs the cells in place, in `folder`, as a front end would."""
    hooks = {"on_cell_start": progress.began, "on_cell_executed": progress.ended} if progress else {}
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, record_timing=False, resources={"metadata": {"path": str(folder)}},
        **hooks)
    client.execute()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--html", action="store_true")
    arguments = parser.parse_args()

    arguments.output.mkdir(parents=True, exist_ok=True)
    failures = 0
    for path in arguments.notebooks:
        notebook = nbformat.read(path, as_version=4)
        print(f"{path}", flush=True)
        start = time.perf_counter()
        error = None
        try:
            execute(notebook, path.parent, Progress(notebook))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as caught:
            error = caught
        seconds = time.perf_counter() - start
        target = arguments.output / path.name
        nbformat.write(notebook, target)
        written = [str(target)]
        if arguments.html:
            from nbconvert import HTMLExporter

            page, _ = HTMLExporter().from_notebook_node(notebook)
            target = target.with_suffix(".html")
            target.write_text(page, encoding="utf-8")
            written.append(str(target))
        print(f"  {'failed after' if error else 'done in'} {seconds:.1f} s: {', '.join(written)}", flush=True)
        if error:
            failures += 1
            print(str(error).rstrip(), file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
