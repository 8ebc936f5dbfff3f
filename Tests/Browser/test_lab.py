"""The week-1 notebook in JupyterLab, opened and run in Chromium as a learner would."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = "week1-foundations.ipynb"
SCREENSHOTS = ROOT / "build" / "screenshots"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
START_SECONDS = 60
RUN_MILLISECONDS = 180_000

# No question about news, and every cell in the page, also those far below.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}


class Lab:
    """A JupyterLab of its own: nothing of the person's settings, kernels started or trust reaches it."""

    def __init__(self, folder):
        self.folder = folder
        self.notebooks = Path(shutil.copytree(ROOT / "notebooks", folder / "notebooks"))
        self.environment = {
            **os.environ,
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "IPYTHONDIR": str(folder / "ipython"),
            "CNN_HISTORY": "",
        }
        for name, value in SETTINGS.items():
            file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(value))
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = open(folder / "lab.log", "wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
             f"--port={self.port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
             f"--ServerApp.root_dir={self.notebooks}"],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def wait(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.address}/api/status", timeout=5).close()
                return
            assert self.process.poll() is None and time.monotonic() < deadline, self.told()
            time.sleep(0.2)

    def told(self):
        return (self.folder / "lab.log").read_text(errors="replace")

    def trust(self):
        subprocess.run(
            [sys.executable, "-m", "jupyter", "trust", NOTEBOOK], cwd=self.notebooks, env=self.environment,
            check=True, capture_output=True)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


@pytest.fixture
def lab(tmp_path):
    lab = Lab(tmp_path)
    try:
        lab.wait()
        yield lab
    finally:
        lab.stop()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(lab, browser):
    page = browser.new_page(viewport={"width": 1300, "height": 1600})
    page.set_default_timeout(60_000)
    # The kernel's name in the toolbar turns from "No Kernel" into its own once it is known.
    page.goto(f"{lab.address}/lab/tree/{NOTEBOOK}")
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell .cm-line")
    yield page
    page.close()


def run_all(page):
    expect(page.locator(".jp-NotebookPanel .jp-Toolbar-kernelName")).to_have_text(re.compile("Swift CNN"))
    expect(page.locator(".jp-NotebookPanel .jp-Notebook-ExecutionIndicator")).to_have_attribute(
        "data-status", "idle")
    # Without their outputs no cell can be taken for one that has just run.
    menu(page, "Edit", "editmenu:clear-all")
    expect(page.locator(".jp-NotebookPanel .jp-OutputArea-child")).to_have_count(0)
    menu(page, "Run", "runmenu:run-all")
    # One after the other they lose the blank and then the star.
    page.wait_for_function(
        """() => {
          const cells = [...document.querySelectorAll('.jp-NotebookPanel .jp-CodeCell')]
            .filter(cell => cell.querySelector('.cm-content').textContent.trim());
          return cells.length > 0 && cells.every(
            cell => /\\[\\d+\\]/.test(cell.querySelector('.jp-InputPrompt').textContent));
        }""", timeout=RUN_MILLISECONDS)


def menu(page, title, command):
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{title}$")).click()
    page.locator(f'.lm-Menu-item[data-command="{command}"]').click()


def look(page, name):
    """A picture of what is on the screen now and of the first pages, for a person to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    scroller = page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer")
    height = scroller.evaluate("element => element.clientHeight")
    total = scroller.evaluate("element => element.scrollHeight")
    for number in range(min(20, -(-total // height))):
        scroller.evaluate("(element, top) => element.scrollTo(0, top)", number * height)
        page.wait_for_timeout(150)
        page.screenshot(path=SCREENSHOTS / f"{name}-{number + 1:02}.png")


def pictures(page):
    """The pictures among the outputs: how each is encoded and how wide it is in the page."""
    return page.evaluate(
        """async () => {
          const images = [...document.querySelectorAll('.jp-NotebookPanel .jp-OutputArea-output img')];
          await Promise.allSettled(images.map(image => image.decode()));
          const drawn = [...document.querySelectorAll('.jp-NotebookPanel .jp-RenderedSVG > svg')];
          return [
            ...images.map(image => ({
              kind: image.src.slice(5, image.src.search(/[;,]/)), width: image.naturalWidth,
              shown: image.getBoundingClientRect().width })),
            ...drawn.map(image => ({
              kind: 'image/svg+xml', width: image.getBoundingClientRect().width,
              shown: image.getBoundingClientRect().width }))];
        }""")


def expected_errors():
    notebook = json.loads((ROOT / "notebooks" / NOTEBOOK).read_text())
    return sum(
        output["output_type"] == "error"
        for cell in notebook["cells"] if cell["cell_type"] == "code" for output in cell["outputs"])


def check_pictures(page):
    found = pictures(page)
    assert found
    assert all(picture["width"] > 0 and picture["shown"] > 0 for picture in found), found
    return {picture["kind"] for picture in found}


def test_runs_from_top_to_bottom(page):
    run_all(page)
    look(page, "run")
    errors = page.locator('.jp-NotebookPanel [data-mime-type="application/vnd.jupyter.error"]')
    assert errors.count() == expected_errors(), errors.all_inner_texts()
    check_pictures(page)


def test_code_is_coloured_as_swift(page):
    expect(page.locator(".jp-NotebookPanel .jp-Toolbar-kernelName")).to_have_text(re.compile("Swift CNN"))
    # A keyword stands in a span of its own, drawn unlike the line around it.
    page.wait_for_function(
        """() => [...document.querySelectorAll('.jp-NotebookPanel .jp-CodeCell .cm-line span')].some(span => {
          const look = element => { const style = getComputedStyle(element); return style.color + style.fontWeight };
          return ['let', 'var', 'func', 'for'].includes(span.textContent)
            && look(span) !== look(span.closest('.cm-line'));
        })""")


def test_saved_pictures_show_before_it_is_trusted(page):
    kinds = check_pictures(page)
    assert "image/svg+xml" not in kinds
    look(page, "untrusted")


def test_saved_pictures_show_when_it_is_trusted(lab, browser):
    lab.trust()
    page = browser.new_page(viewport={"width": 1300, "height": 1600})
    page.goto(f"{lab.address}/lab/tree/{NOTEBOOK}")
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell .cm-line")
    assert "image/svg+xml" in check_pictures(page)
    look(page, "trusted")
    page.close()
