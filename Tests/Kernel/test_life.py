"""Interrupts, input, the end of a kernel, its history: what happens over time."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from rawkernel import EXECUTABLE, Client, text_of, types

BUSY_CODES = ["while true { }", "sleep(60)"]


def by_message(kernel, client):
    assert client.ask("interrupt_request", channel="control") == {"status": "ok"}


def by_signal(kernel, client):
    kernel.process.send_signal(signal.SIGINT)


INTERRUPTS = [by_message, by_signal]


@pytest.mark.parametrize("interrupt", INTERRUPTS)
@pytest.mark.parametrize("code", BUSY_CODES)
def test_an_interrupt_ends_a_cell_and_keeps_variables(kernel, client, interrupt, code):
    client.run("let kept = 7")
    asked = client.execute(code)
    client.until(asked, lambda one: one.type == "execute_input")
    time.sleep(0.1)
    begin = time.monotonic()
    interrupt(kernel, client)
    reply = client.reply(asked)
    assert time.monotonic() - begin < 1
    assert reply.content["status"] == "error" and reply.content["ename"] == "Interrupted"
    assert types(client.published(asked)) == ["error", "idle"]
    assert client.value("kept") == "7"


@pytest.mark.parametrize("interrupt", INTERRUPTS)
def test_an_interrupt_of_an_idle_kernel_changes_nothing(kernel, client, interrupt):
    for _ in range(5):
        interrupt(kernel, client)
        time.sleep(0.05)
        assert client.value("1 + 1") == "2"


def test_an_interrupt_right_behind_a_cell_is_not_lost(client):
    for _ in range(30):
        asked = client.execute("while true { }")
        # Known to have arrived, perhaps not yet to run.
        client.until(asked, lambda one: one.state == "busy")
        client.send("interrupt_request", channel="control")
        assert client.reply(asked, timeout=5).content["ename"] == "Interrupted"


def test_an_interrupt_takes_the_waiting_cells_along(client):
    running = client.execute("while true { }")
    waiting = client.execute("print(\"not this\")")
    client.until(running, lambda one: one.type == "execute_input")
    time.sleep(0.1)
    client.send("interrupt_request", channel="control")
    assert client.reply(running).content["ename"] == "Interrupted"
    assert client.reply(waiting).content["ename"] == "ExecutionAborted"


# Input

def test_input(client):
    asked = client.execute("print(\"before\")\ninput(\"name? \")", allow_stdin=True)
    request = client.next("stdin")
    assert request.content == {"prompt": "name? ", "password": False} and request.parent_id == asked
    assert text_of([client.until(asked, lambda one: one.type == "stream")]) == "before\n"
    client.send("input_reply", {"value": "Zoë \"q\""}, "stdin", parent=request.header)
    assert client.reply(asked).content["status"] == "ok"
    result = client.until(asked, lambda one: one.type == "execute_result")
    assert "Zoë" in result.content["data"]["text/plain"]


def test_password_and_an_answer_without_parent(client):
    asked = client.execute("password(\"secret: \")", allow_stdin=True)
    assert client.next("stdin").content == {"prompt": "secret: ", "password": True}
    client.send("input_reply", {"value": "abc"}, "stdin")
    assert client.reply(asked).content["status"] == "ok"


@pytest.mark.parametrize("options", [{}, {"allow_stdin": False}])
def test_input_is_refused_where_nobody_can_answer(client, options):
    reply, _ = client.run("input(\"name? \")", **options)
    assert reply.content["status"] == "error" and reply.content["ename"] == "InputError"
    assert client.silence("stdin", 0.1)


@pytest.mark.parametrize("interrupt", INTERRUPTS)
def test_input_can_be_interrupted(kernel, client, interrupt):
    asked = client.execute("input(\"name? \")", allow_stdin=True)
    old = client.next("stdin")
    interrupt(kernel, client)
    assert client.reply(asked).content["ename"] == "Interrupted"
    # The late answer is for nobody, not for the next question.
    client.send("input_reply", {"value": "late"}, "stdin", parent=old.header)
    asked = client.execute("input(\"again? \")", allow_stdin=True)
    request = client.next("stdin")
    client.send("input_reply", {"value": "late again"}, "stdin", parent=old.header)
    client.send("input_reply", {"value": "fresh"}, "stdin", parent=request.header)
    assert client.reply(asked).content["status"] == "ok"
    assert "fresh" in client.until(asked, lambda one: one.type == "execute_result").content["data"]["text/plain"]


def test_the_end_of_input_is_an_error(client):
    asked = client.execute("input(\"name? \")", allow_stdin=True)
    request = client.next("stdin")
    client.send("input_reply", {"value": "\x04"}, "stdin", parent=request.header)
    assert client.reply(asked).content["ename"] == "InputError"


def test_only_the_front_end_that_asked_is_asked(kernel, client, connect):
    other = connect(kernel)
    asked = client.execute("input(\"name? \")", allow_stdin=True)
    request = client.next("stdin")
    assert other.silence("stdin", 0.2)
    other.send("input_reply", {"value": "not mine"}, "stdin", parent=request.header)
    assert client.silence("shell", 0.2)
    client.send("input_reply", {"value": "mine"}, "stdin", parent=request.header)
    assert client.reply(asked).content["status"] == "ok"


# The end

@pytest.mark.parametrize("restart", [True, False])
@pytest.mark.parametrize("channel", ["control", "shell"])
@pytest.mark.parametrize("busy", [False, True])
def test_shutdown(kernel, client, restart, channel, busy):
    if busy:
        asked = client.execute("while true { }")
        client.until(asked, lambda one: one.type == "execute_input")
    asked = client.send("shutdown_request", {"restart": restart}, channel)
    reply = client.next(channel)
    begin = time.monotonic()
    assert reply.content == {"status": "ok", "restart": restart}
    assert kernel.wait() == 0
    assert time.monotonic() - begin < 1
    published = client.published(asked)
    assert types(published) == ["busy", "shutdown_reply", "idle"]
    assert published[1].content == reply.content and published[1].header["msg_id"] != reply.header["msg_id"]


@pytest.mark.parametrize("busy", [False, True])
def test_sigterm(kernel, client, busy):
    if busy:
        asked = client.execute("print(\"printed\"); while true { }")
        client.until(asked, lambda one: one.type == "execute_input")
    begin = time.monotonic()
    kernel.process.terminate()
    assert kernel.wait() == 0
    assert time.monotonic() - begin < 1


def test_the_kernel_ends_with_its_parent(tmp_path):
    """A middle process starts a kernel and is killed; the kernel must not stay behind."""
    program = f"""
import os, sys, time
sys.path.insert(0, {os.path.dirname(__file__)!r})
from rawkernel import Kernel, Client
kernel = Kernel({str(tmp_path)!r}, {{"JPY_PARENT_PID": str(os.getpid())}})
client = Client(kernel).ready()
print(kernel.process.pid, flush=True)
time.sleep(60)
"""
    middle = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    kernel = int(middle.stdout.readline())
    os.kill(kernel, 0)
    middle.kill()
    middle.wait()
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            state = open(f"/proc/{kernel}/stat").read().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.02)
    os.kill(kernel, signal.SIGKILL)
    pytest.fail("the kernel outlived the process that started it")


def test_a_parent_that_is_not_above_the_kernel_is_passed_over(start, connect):
    stranger = subprocess.Popen(["sleep", "60"])
    client = connect(start(environment={"JPY_PARENT_PID": str(stranger.pid)}))
    stranger.kill()
    stranger.wait()
    time.sleep(0.2)
    assert client.value("1 + 1") == "2"


def test_an_idle_kernel_uses_no_processor(kernel, client):
    client.run("for i in 0..<100 { print(i) }")
    time.sleep(1)
    before = kernel.processor_time()
    time.sleep(2)
    assert kernel.processor_time() - before <= 0.01


@pytest.mark.skipif(not os.path.exists("/proc"), reason="needs /proc")
@pytest.mark.parametrize("number, words", [(signal.SIGSEGV, "SIGSEGV"), (signal.SIGABRT, "SIGABRT")])
def test_a_crash_tells_its_cause(kernel, client, number, words):
    asked = client.execute("while true { }")
    client.until(asked, lambda one: one.type == "execute_input")
    # A real crash hits the compute thread, which is the one that has worked most after a while.
    time.sleep(0.5)
    threads = sorted(int(name) for name in os.listdir(f"/proc/{kernel.process.pid}/task"))
    busiest = max(threads, key=lambda one: sum(map(int, open(
        f"/proc/{kernel.process.pid}/task/{one}/stat").read().rsplit(")", 1)[1].split()[11:13])))
    import ctypes

    ctypes.CDLL(None).syscall(234, kernel.process.pid, busiest, int(number))  # tgkill on x86-64
    assert kernel.wait() == -number
    assert "crashed" in kernel.errors and words in kernel.errors
    error = client.until(asked, lambda one: one.type == "error")
    assert error.content["ename"] == "KernelCrash" and words in error.content["evalue"]


# History

def history(client, **content):
    return client.ask("history_request", content)["history"]


def test_history(client):
    codes = ["print(\"a\")", "1 + 1", "print(\"a\")"]
    for code in codes:
        client.run(code)
    client.run("print(\"not kept\")", store_history=False)
    tail = history(client, hist_access_type="tail", n=3, output=False, raw=True)
    session = tail[0][0]
    assert tail == [[session, line, code] for line, code in enumerate(codes, 1)]
    with_output = history(client, hist_access_type="tail", n=2, output=True)
    assert with_output == [[session, 2, ["1 + 1", "2"]], [session, 3, ["print(\"a\")", None]]]
    assert history(client, hist_access_type="range", session=session, start=2, stop=3) == [[session, 2, "1 + 1"]]
    assert [one[1] for one in history(client, hist_access_type="range", session=0, start=2)] == [2, 3]
    assert [one[1] for one in history(client, hist_access_type="search", pattern="print*")] == [1, 3]
    assert [one[1] for one in history(client, hist_access_type="search", pattern="print*", unique=True)] == [3]
    assert [one[1] for one in history(client, hist_access_type="search", pattern="1 ? 1", n=5)] == [2]
    assert [one[1] for one in history(client, hist_access_type="search", pattern="*", n=2)] == [2, 3]
    assert history(client, hist_access_type="search", pattern="[p]*") == []
    assert history(client, hist_access_type="range", session=-(2**63), start=1) == []


def test_a_kind_of_history_that_does_not_exist(client):
    assert client.ask("history_request", {"hist_access_type": "all"})["status"] == "error"


def test_history_survives_a_restart(start, connect):
    first = connect(start())
    first.run("let before = 1")
    first.ask("shutdown_request", {"restart": True}, "control")
    second = connect(start())
    second.run("let after = 2")
    entries = history(second, hist_access_type="tail", n=2)
    assert [one[2] for one in entries] == ["let before = 1", "let after = 2"]
    assert entries[1][0] == entries[0][0] + 1
    assert history(second, hist_access_type="range", session=-1, start=1, stop=2) == [entries[0]]


def test_history_survives_a_kill_once_it_was_quiet(start, connect):
    kernel = start()
    connect(kernel).run("let before = 1")
    time.sleep(1)
    kernel.kill()
    assert [one[2] for one in history(connect(start()), hist_access_type="tail", n=1)] == ["let before = 1"]


@pytest.mark.parametrize("spoil", [
    lambda path: path.write_bytes(b"this is no database" * 100),
    lambda path: path.mkdir(),
    lambda path: os.mkfifo(path),
    lambda path: sqlite3.connect(path).execute("CREATE TABLE history (other)").connection.commit(),
])
def test_a_history_that_cannot_be_used(start, connect, tmp_path, spoil):
    path = tmp_path / "spoilt.sqlite"
    spoil(path)
    kernel = start(environment={"CNN_HISTORY": str(path)})
    client = connect(kernel)
    client.run("1 + 1")
    assert [one[2] for one in history(client, hist_access_type="tail", n=5)] == ["1 + 1"]
    assert len(kernel.errors.splitlines()) == 1 and "in memory" in kernel.errors


def test_a_locked_history_does_not_stop_the_kernel(start, connect, tmp_path):
    path = tmp_path / "locked.sqlite"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA journal_mode = WAL")
    holder.execute("BEGIN EXCLUSIVE")
    kernel = start(environment={"CNN_HISTORY": str(path)})
    client = connect(kernel)
    client.run("1 + 1")
    assert [one[2] for one in history(client, hist_access_type="tail", n=5)] == ["1 + 1"]
    assert "in memory" in kernel.errors
    holder.close()


# The program

def command(*arguments, **environment):
    return subprocess.run([EXECUTABLE, *arguments], capture_output=True, text=True, timeout=20,
                          env={**os.environ, **environment})


def test_version_and_help():
    assert re.fullmatch(r"cnn-kernel \d+\.\d+\.\d+\n", command("--version").stdout)
    assert "usage: cnn-kernel install" in command("--help").stdout


@pytest.mark.parametrize("arguments", [[], ["--nonsense"], ["-f"], ["install", "--name"], ["install", "x"],
                                       ["install", "--user", "--prefix", "/x"]])
def test_arguments_that_make_no_sense(arguments):
    done = command(*arguments)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and not done.stdout


def test_a_missing_connection_file():
    done = command("-f", "/nowhere/file.json")
    assert done.returncode == 1 and "/nowhere/file.json" in done.stderr


@pytest.mark.parametrize("arguments, environment, below", [
    (["--prefix", "{folder}"], {}, "share/jupyter/kernels"),
    (["--user"], {"HOME": "{folder}", "JUPYTER_DATA_DIR": "", "XDG_DATA_HOME": ""}, ".local/share/jupyter/kernels"),
    ([], {"JUPYTER_DATA_DIR": "{folder}"}, "kernels"),
    (["--sys-prefix"], {"VIRTUAL_ENV": "{folder}"}, "share/jupyter/kernels"),
])
@pytest.mark.parametrize("name", ["swift-cnn", "My.CNN-2"])
def test_install_and_uninstall(tmp_path, arguments, environment, below, name):
    import json

    arguments = [one.format(folder=tmp_path) for one in arguments] + (["--name", name] if name != "swift-cnn" else [])
    environment = {key: value.format(folder=tmp_path) for key, value in environment.items()}
    for _ in range(2):
        done = command("install", *arguments, **environment)
        assert done.returncode == 0, done.stderr
    folder = tmp_path / below / name.lower()
    assert {one.name for one in folder.iterdir()} == {"kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"}
    spec = json.loads((folder / "kernel.json").read_text())
    assert os.path.samefile(spec["argv"][0], EXECUTABLE) and spec["argv"][1:] == ["-f", "{connection_file}"]
    assert spec["interrupt_mode"] == "message" and spec["language"] == "cnn" and spec["display_name"] == "Swift CNN"
    assert command("uninstall", *arguments, **environment).returncode == 0
    assert not folder.exists()
    again = command("uninstall", *arguments, **environment)
    assert again.returncode == 1 and "no kernel" in again.stderr


@pytest.mark.parametrize("name", ["", "../x", "a b", ".hidden"])
def test_names_that_no_kernel_can_have(tmp_path, name):
    assert command("install", "--prefix", str(tmp_path), "--name", name).returncode != 0
    assert not list(tmp_path.iterdir())


def test_anothers_kernel_is_not_removed(tmp_path):
    folder = tmp_path / "share/jupyter/kernels/swift-cnn"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text('{"language": "python"}')
    assert command("uninstall", "--prefix", str(tmp_path)).returncode == 1
    assert (folder / "kernel.json").exists()
