"""Swift CNN's kernel beside ipykernel and xeus-python, in one run on one machine.

    kernel_bench.py [--starts N] [--cells N] [--lines N]

Measured as a front end sees it, with a bare ZeroMQ client that does nothing but frames and signatures:

* start: from spawn to the reply to kernel_info, median of several starts, kernels taking turns;
* cell: from sending `1 + 1` to having both its reply and its idle status;
* lines: 20,000 separate prints, until the last has arrived, and how many of them did;
* memory: resident size after the first kernel_info reply.
"""

import argparse
import hashlib
import hmac
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import zmq

ROOT = Path(__file__).resolve().parents[1]
DELIMITER = b"<IDS|MSG>"
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
PATIENCE = 60.0

# How each kernel is started, and a cell of its language that prints many lines one by one.
SWIFT = ("swift-cnn", [str(ROOT / ".build/release/cnn-kernel"), "-f"], "for i in 0..<{0} {{ print(i) }}")
PYTHON = "for i in range({0}): print(i)"
KERNELS = [
    SWIFT,
    ("ipykernel", [sys.executable, "-m", "ipykernel_launcher", "-f"], PYTHON),
    ("xeus-python", [sys.executable, "-m", "xpython_launcher", "-f"], PYTHON),
]


class Run:
    """One kernel process and the one client it has."""

    def __init__(self, command, folder):
        self.key = uuid.uuid4().hex
        self.session = uuid.uuid4().hex
        connection = {"transport": "tcp", "ip": "127.0.0.1", "key": self.key, "signature_scheme": "hmac-sha256"}
        holders = [socket.socket() for _ in CHANNELS]
        for channel, holder in zip(CHANNELS, holders):
            holder.bind(("127.0.0.1", 0))
            connection[f"{channel}_port"] = holder.getsockname()[1]
        for holder in holders:
            holder.close()
        file = Path(folder) / f"{self.session}.json"
        file.write_text(json.dumps(connection))
        # Not the person's own history and settings.
        environment = {**os.environ, "IPYTHONDIR": str(folder), "CNN_HISTORY": str(Path(folder) / "history.sqlite")}
        self.context = zmq.Context()
        self.sockets = {}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [*command, str(file)], cwd=folder, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for channel, kind in (("shell", zmq.DEALER), ("control", zmq.DEALER), ("iopub", zmq.SUB)):
            one = self.context.socket(kind)
            one.linger = 0
            one.rcvhwm = 0
            # The kernel binds some time after the client asks: try again at once, as fast clients do.
            one.reconnect_ivl = 1
            if kind == zmq.SUB:
                one.subscribe(b"")
            one.connect(f"tcp://127.0.0.1:{connection[channel + '_port']}")
            self.sockets[channel] = one

    def send(self, kind, content, channel="shell"):
        header = {
            "msg_id": uuid.uuid4().hex, "session": self.session, "username": "bench", "msg_type": kind,
            "date": time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime()), "version": "5.3"}
        parts = [json.dumps(part).encode() for part in (header, {}, {}, content)]
        signature = hmac.new(self.key.encode(), b"".join(parts), hashlib.sha256).hexdigest().encode()
        self.sockets[channel].send_multipart([DELIMITER, signature, *parts])
        return header["msg_id"]

    def receive(self, channel, patience=PATIENCE):
        """The next message, its signature checked as every client does: type, parent's id, content."""
        if not self.sockets[channel].poll(patience * 1000):
            raise TimeoutError(f"nothing came on {channel}")
        frames = self.sockets[channel].recv_multipart()
        place = frames.index(DELIMITER)
        parts = frames[place + 2 : place + 6]
        if hmac.new(self.key.encode(), b"".join(parts), hashlib.sha256).hexdigest().encode() != frames[place + 1]:
            raise ValueError("a signature is wrong")
        header, parent, _, content = map(json.loads, parts)
        return header["msg_type"], parent.get("msg_id"), content

    def info(self):
        """Seconds from spawn to the reply to kernel_info."""
        wanted = self.send("kernel_info_request", {})
        while self.receive("shell")[1] != wanted:
            pass
        return time.perf_counter() - self.started

    def settle(self):
        """Waits until the kernel has published to this client, which it does not do before it knows of it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.send("kernel_info_request", {})
            self.receive("shell")
            if self.sockets["iopub"].poll(100):
                break
        time.sleep(0.3)
        while self.sockets["iopub"].poll(50):
            self.sockets["iopub"].recv_multipart()

    def cell(self, code, patience=PATIENCE):
        """Runs a cell to its reply and its idle status; what it printed."""
        wanted = self.send("execute_request", {
            "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
            "stop_on_error": True})
        printed = []
        while True:
            kind, parent, content = self.receive("iopub", patience)
            if parent != wanted:
                continue
            if kind == "stream":
                printed.append(content["text"])
            elif kind == "status" and content["execution_state"] == "idle":
                break
        while True:
            _, parent, content = self.receive("shell")
            if parent == wanted:
                if content["status"] != "ok":
                    raise RuntimeError(f"the cell failed: {content.get('evalue')}")
                return printed

    def memory(self):
        """Resident size in MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.context.destroy(linger=0)


def measure(kernels, arguments, folder):
    starts = {name: [] for name, *_ in kernels}
    memories = {name: [] for name, *_ in kernels}
    # In turns, so that whatever else the machine does meets all of them; the first turn warms the file cache.
    for turn in range(arguments.starts + 1):
        for name, command, _ in kernels:
            run = Run(command, folder)
            try:
                seconds = run.info()
                if turn:
                    starts[name].append(seconds)
                    memories[name].append(run.memory())
            finally:
                run.stop()

    rows = []
    for name, command, printing in kernels:
        run = Run(command, folder)
        try:
            run.info()
            run.settle()
            trips = []
            for _ in range(arguments.cells):
                start = time.perf_counter()
                run.cell("1 + 1")
                trips.append(time.perf_counter() - start)
            trips.sort()
            start = time.perf_counter()
            printed = run.cell(printing.format(arguments.lines))
            seconds = time.perf_counter() - start
            lines = "".join(printed).splitlines()
            whole = lines == [str(number) for number in range(arguments.lines)]
            rows.append({
                "kernel": name,
                "start_ms": statistics.median(starts[name]) * 1e3,
                "p50_ms": trips[len(trips) // 2] * 1e3,
                "p99_ms": trips[len(trips) * 99 // 100] * 1e3,
                "lines_per_second": len(lines) / seconds,
                "lines_lost": arguments.lines - len(lines),
                "in_order": whole,
                "stream_messages": len(printed),
                "memory_mb": statistics.median(memories[name]),
            })
        finally:
            run.stop()
    return rows


def show(rows):
    columns = [
        ("kernel", "kernel", "{:<12}"), ("start, ms", "start_ms", "{:>9.1f}"),
        ("cell p50, ms", "p50_ms", "{:>12.3f}"), ("cell p99, ms", "p99_ms", "{:>12.3f}"),
        ("lines/s", "lines_per_second", "{:>10,.0f}"), ("lost", "lines_lost", "{:>6}"),
        ("messages", "stream_messages", "{:>8}"), ("memory, MB", "memory_mb", "{:>10.1f}")]
    widths = [len(form.format(0 if ":<" not in form else "")) for _, _, form in columns]
    print("  ".join(f"{title:>{width}}" if number else f"{title:<{width}}"
                    for number, ((title, _, _), width) in enumerate(zip(columns, widths))))
    for row in rows:
        print("  ".join(form.format(row[key]) for _, key, form in columns))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--starts", type=int, default=10)
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--json", type=Path, help="also leave the numbers in this file")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="kernel-bench-")
    try:
        rows = measure(KERNELS, arguments, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    show(rows)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
