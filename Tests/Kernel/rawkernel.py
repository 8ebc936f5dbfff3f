"""A kernel process and a client that speaks its wire protocol frame by frame."""

import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

import zmq

ROOT = Path(__file__).resolve().parents[2]
EXECUTABLE = os.environ.get("CNN_KERNEL", str(ROOT / ".build" / "release" / "cnn-kernel"))
DELIMITER = b"<IDS|MSG>"
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
PATIENCE = 15.0


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Message:
    def __init__(self, frames):
        place = frames.index(DELIMITER)
        self.route = frames[:place]
        self.signature = frames[place + 1]
        self.parts = frames[place + 2 : place + 6]
        self.header, self.parent, self.metadata, self.content = map(json.loads, self.parts)
        self.buffers = frames[place + 6 :]

    @property
    def type(self):
        return self.header["msg_type"]

    @property
    def parent_id(self):
        return self.parent.get("msg_id")

    @property
    def state(self):
        return self.content.get("execution_state") if self.type == "status" else None

    def __repr__(self):
        return f"<{self.type} {self.content}>"


class Kernel:
    """A running kernel with its connection file."""

    def __init__(self, folder, environment=None, arguments=(), **connection):
        self.folder = Path(folder)
        self.key = connection.get("key", "a0436f6c-1916-498b-8eb9-e81ab9368e84")
        self.connection = {"transport": "tcp", "ip": "127.0.0.1", "key": self.key,
                           "signature_scheme": "hmac-sha256"}
        for channel, port in zip(CHANNELS, free_ports(len(CHANNELS))):
            self.connection[f"{channel}_port"] = port
        self.connection.update(connection)
        self.file = self.folder / f"connection-{uuid.uuid4().hex}.json"
        self.file.write_text(json.dumps(self.connection))
        self.environment = {**os.environ, "CNN_HISTORY": str(self.folder / "history.sqlite")}
        self.environment.pop("JPY_PARENT_PID", None)
        self.environment.update(environment or {})
        self.error_path = self.folder / f"stderr-{uuid.uuid4().hex}.txt"
        with open(self.error_path, "wb") as errors:
            self.process = subprocess.Popen(
                [EXECUTABLE, "-f", str(self.file), *arguments], env=self.environment, stderr=errors,
                cwd=self.folder)

    @property
    def errors(self):
        return self.error_path.read_text()

    def endpoint(self, channel):
        connection = self.connection
        separator = ":" if connection["transport"] == "tcp" else "-"
        return f"{connection['transport']}://{connection['ip']}{separator}{connection[channel + '_port']}"

    def processor_time(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait(self, timeout=PATIENCE):
        return self.process.wait(timeout)

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Client:
    """One front end: its own identity, its own sockets."""

    def __init__(self, kernel, subscribe=True, identity=None):
        self.kernel = kernel
        self.session = uuid.uuid4().hex
        self.identity = identity or uuid.uuid4().bytes
        self.context = zmq.Context()
        self.sockets = {}
        for channel in CHANNELS:
            if channel == "iopub" and not subscribe:
                continue
            kind = {"iopub": zmq.SUB, "hb": zmq.REQ}.get(channel, zmq.DEALER)
            one = self.context.socket(kind)
            one.linger = 0
            one.rcvhwm = 0
            if channel in ("shell", "control", "stdin"):
                one.identity = self.identity
            if "curve_publickey" in kernel.connection:
                public, secret = zmq.curve_keypair()
                one.curve_publickey, one.curve_secretkey = public, secret
                one.curve_serverkey = kernel.connection["curve_publickey"].encode()
            if channel == "iopub":
                one.subscribe(b"")
            one.connect(kernel.endpoint(channel))
            self.sockets[channel] = one

    def close(self):
        self.context.destroy(linger=0)

    # Sending

    def header(self, kind, **more):
        return {"msg_id": uuid.uuid4().hex, "session": self.session, "username": "tester",
                "date": time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime()), "msg_type": kind,
                "version": "5.3", **more}

    def sign(self, parts, key=None):
        key = self.kernel.key if key is None else key
        scheme = self.kernel.connection["signature_scheme"].split("-")[1]
        if not key:
            return b""
        return hmac.new(key.encode(), b"".join(parts), getattr(hashlib, scheme)).hexdigest().encode()

    def frames(self, header, content, parent=None, metadata=None, key=None, buffers=()):
        parts = [json.dumps(part).encode() for part in (header, parent or {}, metadata or {}, content)]
        return [DELIMITER, self.sign(parts, key), *parts, *buffers]

    def send(self, kind, content=None, channel="shell", header=None, **options):
        header = header or self.header(kind)
        self.sockets[channel].send_multipart(self.frames(header, content or {}, **options))
        return header["msg_id"]

    def execute(self, code, **content):
        return self.send("execute_request", {"code": code, **content})

    # Receiving

    def next(self, channel, timeout=PATIENCE):
        one = self.sockets[channel]
        if not one.poll(timeout * 1000):
            raise TimeoutError(f"nothing came on {channel} within {timeout} s")
        message = Message(one.recv_multipart())
        assert message.signature == self.sign(message.parts), "the kernel's signature is wrong"
        return message

    def silence(self, channel, seconds=0.3):
        """Whether nothing comes for a while."""
        return not self.sockets[channel].poll(seconds * 1000)

    def reply(self, message_id, channel="shell", timeout=PATIENCE):
        end = time.monotonic() + timeout
        while True:
            message = self.next(channel, max(end - time.monotonic(), 0.001))
            if message.parent_id == message_id:
                return message

    def published(self, message_id, timeout=PATIENCE):
        """Everything published for a request, from its busy to its idle."""
        messages = []
        end = time.monotonic() + timeout
        while True:
            message = self.next("iopub", max(end - time.monotonic(), 0.001))
            if message.parent_id != message_id:
                continue
            messages.append(message)
            if message.state == "idle":
                return messages

    def until(self, message_id, condition, timeout=PATIENCE):
        """The first published message of a request that fits."""
        end = time.monotonic() + timeout
        while True:
            message = self.next("iopub", max(end - time.monotonic(), 0.001))
            if message.parent_id == message_id and condition(message):
                return message

    def ask(self, kind, content=None, channel="shell"):
        message_id = self.send(kind, content, channel)
        return self.reply(message_id, channel).content

    def run(self, code, timeout=PATIENCE, **content):
        """Runs a cell; its reply and what it published between busy and idle."""
        message_id = self.execute(code, **content)
        reply = self.reply(message_id, timeout=timeout)
        return reply, self.published(message_id, timeout)

    def value(self, code):
        """The text of a cell's result."""
        reply, published = self.run(code)
        assert reply.content["status"] == "ok", reply
        results = [one for one in published if one.type == "execute_result"]
        return results[-1].content["data"]["text/plain"] if results else None

    def ready(self):
        # What is published before the kernel knows of this subscriber is lost to it.
        while self.next("iopub").type != "iopub_welcome":
            pass
        self.published(self.send("kernel_info_request"))
        self.next("shell")
        return self


def text_of(published, name="stdout"):
    return "".join(one.content["text"] for one in published if one.type == "stream" and one.content["name"] == name)


def types(published):
    return [one.state or one.type for one in published]
