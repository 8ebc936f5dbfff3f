"""The engine as a library: a package outside of this one builds with it and trains a network."""

import json
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
# Kept from run to run: only what changed in the engine is built again.
SCRATCH = os.path.join(HERE, "..", "..", "build", "package")


def test_ten_lines_train_on_digits():
    # Without the optimizer, which would take twice as long to build and save seconds; C and oneDNN do the work.
    build = ["swift", "build", "-c", "release", "-Xswiftc", "-Onone"]
    built = subprocess.run(
        [*build, "--package-path", HERE, "--scratch-path", SCRATCH], capture_output=True, text=True,
        timeout=1800)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "warning:" not in built.stdout + built.stderr

    program = os.path.join(SCRATCH, "release", "digits")
    done = subprocess.run([program], capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stderr) == (0, "")
    *table, accuracies = done.stdout.splitlines()
    assert table[-3:] == [
        "not trainable  0",
        "multiply-adds  526,000 for each sample",
        "activations    11,394 (45.6 kB) for each sample",
    ]
    accuracies = json.loads(accuracies)
    assert len(accuracies) == 3 and accuracies[-1] > 0.98


def test_documentation_is_made_without_warnings():
    root = os.path.join(HERE, "..", "..")
    done = subprocess.run([os.path.join(root, ".ci", "docs")], capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stdout + done.stderr
    assert os.path.exists(os.path.join(root, "build", "docs", "documentation", "cnn", "index.html"))
