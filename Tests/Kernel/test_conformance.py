"""Jupyter's own tests of kernels, with every one of them switched on; the kernel is started as Jupyter starts it."""

import os
import tempfile

import jupyter_kernel_test as jupyter
from jupyter_client.kernelspec import KernelSpecManager
from rawkernel import EXECUTABLE

KERNEL = "swift-cnn"


def setUpModule():
    """The person's own history is left alone."""
    setUpModule.folder = tempfile.TemporaryDirectory()
    os.environ["CNN_HISTORY"] = os.path.join(setUpModule.folder.name, "history.sqlite")


def tearDownModule():
    del os.environ["CNN_HISTORY"]
    setUpModule.folder.cleanup()


def test_the_installed_kernel_is_the_one_that_was_built():
    assert os.path.samefile(KernelSpecManager().get_kernel_spec(KERNEL).argv[0], EXECUTABLE)


class TestMessages(jupyter.KernelTests):
    kernel_name = KERNEL
    language_name = "cnn"
    file_extension = ".cnn"
    code_hello_world = 'print("hello, world")'
    code_stderr = 'print("oh", to: .stderr)'
    completion_samples = [
        {"text": "asser", "matches": {"assert", "assertClose"}},
        {"text": "let zebra = 1\nzeb"},
    ]
    complete_code_samples = ["1 + 1", "func f(x) { x }", "let a = [1,\n  2]", "// a comment", ""]
    incomplete_code_samples = ["func f(x) {", "let a = [1,", 'let s = """', "1 +", "/* open"]
    invalid_code_samples = ["let = 3", "func (", "1 + )"]
    code_page_something = "print?"
    code_generate_error = "1 / 0"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"a" + "b"', "result": '"ab"'},
        {"code": "[1, 2].map { $0 * 2 }", "result": "[2, 4]"},
    ]
    code_display_data = [
        {"code": 'display("something")', "mime": "text/plain"},
        {"code": 'display("something", id: "x")', "mime": "text/plain"},
    ]
    code_history_pattern = "6*7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "print"
    code_clear_output = "clearOutput()"

    def test_nothing_is_switched_off(self):
        names = [name for name in dir(jupyter.KernelTests) if name.startswith(("code_", "completion", "supported"))]
        assert names
        for name in [*names, "complete_code_samples", "incomplete_code_samples", "invalid_code_samples"]:
            assert getattr(self, name), name


class TestWelcome(jupyter.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True
