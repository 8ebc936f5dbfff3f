"""Frames, signatures, transports: what must hold before a message is a message."""

import json
import time
import uuid
from datetime import datetime, timezone

import pytest
import zmq
from rawkernel import DELIMITER, Client, Message


def still_works(client):
    assert client.value("1 + 1") == "2"


@pytest.mark.parametrize("channel, kind, content", [
    ("shell", "execute_request", {"code": "print(\"stolen\")"}),
    ("control", "shutdown_request", {"restart": False}),
    ("stdin", "input_reply", {"value": "stolen"}),
])
@pytest.mark.parametrize("forge", [
    lambda client, frames: client.frames(*frames, key="another key"),
    lambda client, frames: [DELIMITER, b"", *client.frames(*frames)[2:]],
    lambda client, frames: [DELIMITER, client.frames(*frames)[1][:20], *client.frames(*frames)[2:]],
    lambda client, frames: [DELIMITER, client.frames(*frames)[1].upper() + b"0" * 40, *client.frames(*frames)[2:]],
], ids=["wrong key", "no signature", "cut off", "too long"])
def test_a_forged_message_is_dropped(client, kernel, channel, kind, content, forge):
    client.sockets[channel].send_multipart(forge(client, (client.header(kind), content)))
    assert client.silence(channel) and client.silence("iopub", 0.05)
    assert kernel.process.poll() is None
    still_works(client)


def test_a_forged_answer_is_not_taken(client):
    asked = client.execute("input(\"name? \")", allow_stdin=True)
    request = client.next("stdin")
    header = client.header("input_reply")
    client.sockets["stdin"].send_multipart(client.frames(header, {"value": "thief"}, key="another key"))
    assert client.silence("shell", 0.2)
    client.send("input_reply", {"value": "owner"}, "stdin", parent=request.header)
    assert client.reply(asked).content["status"] == "ok"
    assert "owner" in client.until(asked, lambda one: one.type == "execute_result").content["data"]["text/plain"]


@pytest.mark.parametrize("channel", ["shell", "control", "stdin"])
def test_frames_that_are_no_message_are_dropped(client, channel):
    frames = client.frames(client.header("kernel_info_request"), {})
    for bad in ([b""], [b"", b""], [DELIMITER], frames[:3], frames[:5], frames[1:], [b"x"] * 50, [b"\xff\xfe" * 10]):
        client.sockets[channel].send_multipart(bad)
    for body in (b"{", b"[]", b"\xff\xff", b"{}", b'{"msg_id": 1, "msg_type": "x"}', b"[" * 100_000):
        parts = [body, b"{}", b"{}", b"{}"]
        client.sockets[channel].send_multipart([DELIMITER, client.sign(parts), *parts])
    assert client.silence(channel)
    still_works(client)


@pytest.mark.parametrize("content", [b"{", b"[]", b"nonsense", b"{}", b'{"code": 7}', b"null", b"\xff"])
def test_content_that_makes_no_sense_is_refused(client, content):
    header = client.header("execute_request")
    parts = [json.dumps(header).encode(), b"{}", b"{}", content]
    client.sockets["shell"].send_multipart([DELIMITER, client.sign(parts), *parts])
    reply = client.reply(header["msg_id"])
    assert reply.content["status"] == "error" and reply.content["evalue"]
    assert [one.state for one in client.published(header["msg_id"])] == ["busy", "idle"]
    still_works(client)


def test_a_message_sent_twice_runs_once(client):
    frames = client.frames(client.header("execute_request"), {"code": "print(\"once\")"})
    client.sockets["shell"].send_multipart(frames)
    client.sockets["shell"].send_multipart(frames)
    client.next("shell")
    assert client.silence("shell")
    still_works(client)


def test_bad_frames_are_told_in_the_log(start, connect):
    kernel = start("--log", "warning")
    client = connect(kernel)
    client.sockets["shell"].send_multipart([b"nothing"])
    client.sockets["shell"].send_multipart(client.frames(client.header("x"), {}, key="other"))
    still_works(client)
    assert "delimiter" in kernel.errors and "signature is wrong" in kernel.errors


def test_a_huge_message_arrives_whole(client):
    text = "x" * 20_000_000
    assert len(text_of_print(client, text)) == len(text) + 1


def text_of_print(client, text):
    asked = client.execute(f"print(\"{text}\")")
    assert client.reply(asked, timeout=60).content["status"] == "ok"
    streams = [one for one in client.published(asked, 60) if one.type == "stream"]
    assert max(len(one.content["text"]) for one in streams) <= 65536
    return "".join(one.content["text"] for one in streams)


def test_every_character_survives(client):
    text = "".join(chr(code) for code in range(0x20, 0x250) if chr(code) not in "\"\\") + "日本語 🐈‍⬛ é \U0010ffff"
    assert text_of_print(client, text) == text + "\n"
    long = "🐈é" * 30_000
    assert text_of_print(client, long) == long + "\n"


def test_the_way_back_has_as_many_frames_as_the_way_in(kernel, client):
    context = zmq.Context()
    try:
        # A router between client and kernel adds its own identity frame, as a proxy does.
        outer = context.socket(zmq.DEALER)
        outer.linger = 0
        outer.connect(kernel.endpoint("shell"))
        hops = [b"\x00\xff first", b"\xfe second", b""]
        header = client.header("kernel_info_request")
        outer.send_multipart([*hops, *client.frames(header, {})])
        assert outer.poll(5000)
        reply = Message(outer.recv_multipart())
        assert reply.route == hops and reply.parent == header
    finally:
        context.destroy(linger=0)


def test_headers(client):
    header = client.header("kernel_info_request", subshell_id=None, extra={"kept": [1, 2.50]})
    client.send("kernel_info_request", header=header)
    before = datetime.now(timezone.utc)
    replies = [client.reply(header["msg_id"]), *client.published(header["msg_id"])]
    assert {one.header["session"] for one in replies} != {client.session}
    assert len({one.header["session"] for one in replies}) == 1
    assert len({one.header["msg_id"] for one in replies}) == len(replies)
    for one in replies:
        assert one.parent == header
        assert set(one.header) == {"msg_id", "session", "username", "date", "msg_type", "version"}
        date = datetime.fromisoformat(one.header["date"].replace("Z", "+00:00"))
        assert abs((date - before).total_seconds()) < 10
        assert len(one.header["date"]) == len("2026-11-20T15:20:15.001234Z")


def test_topics(client):
    asked = client.execute("print(\"a\")")
    client.reply(asked)
    for one in client.published(asked):
        assert len(one.route) == 1
        expected = b"stream.stdout" if one.type == "stream" else f".{one.type}".encode()
        assert one.route[0].endswith(expected)


def test_without_a_key_nothing_is_signed(start, connect):
    client = connect(start(key=""))
    asked = client.send("kernel_info_request")
    assert client.reply(asked).signature == b""


def test_sha512(start, connect):
    still_works(connect(start(signature_scheme="hmac-sha512")))


def test_ports_as_texts(start, connect):
    from rawkernel import CHANNELS, free_ports

    ports = {f"{channel}_port": str(port) for channel, port in zip(CHANNELS, free_ports(5))}
    still_works(connect(start(**ports)))


def test_ipc(start, connect, tmp_path):
    ports = {f"{channel}_port": place for place, channel in enumerate(("shell", "iopub", "stdin", "control", "hb"), 1)}
    still_works(connect(start(transport="ipc", ip=str(tmp_path / "ipc"), **ports)))


def test_open_ports_are_written_back(start, connect):
    names = [f"{channel}_port" for channel in ("shell", "iopub", "stdin", "control", "hb")]
    kernel = start(**{name: 0 for name in names})
    end = time.monotonic() + 10
    while time.monotonic() < end:
        chosen = json.loads(kernel.file.read_text())
        if all(chosen[name] for name in names):
            break
        time.sleep(0.01)
    kernel.connection = chosen
    still_works(connect(kernel))


def test_curve(start, connect):
    if not zmq.has("curve"):
        pytest.skip("this ZeroMQ has no CURVE")
    public, secret = zmq.curve_keypair()
    kernel = start(curve_publickey=public.decode(), curve_secretkey=secret.decode())
    still_works(connect(kernel))
    plain = dict(kernel.connection)
    del kernel.connection["curve_publickey"]
    stranger = connect(kernel, ready=False)
    kernel.connection = plain
    stranger.send("kernel_info_request")
    assert stranger.silence("shell")


@pytest.mark.parametrize("change, words", [
    ({"signature_scheme": "hmac-md5"}, "signature scheme"),
    ({"transport": "udp"}, "transport"),
    ({"shell_port": "many"}, "shell_port"),
    ({"hb_port": 70000}, "hb_port"),
    ({"curve_publickey": "short", "curve_secretkey": "short"}, "curve"),
    ({"ip": "no such address"}, "bind"),
])
def test_a_connection_that_cannot_be_used_ends_the_kernel(start, change, words):
    kernel = start(**change)
    assert kernel.wait() == 1
    assert words in kernel.errors and len(kernel.errors.splitlines()) == 1


def test_a_taken_port_is_told(start, kernel, client):
    late = start(shell_port=kernel.connection["shell_port"])
    assert late.wait() == 1
    assert "in use" in late.errors


def test_heartbeat_while_busy(client):
    asked = client.execute("while true { }")
    client.until(asked, lambda one: one.type == "execute_input")
    beat = client.sockets["hb"]
    for _ in range(3):
        sent = uuid.uuid4().bytes
        beat.send(sent)
        assert beat.poll(5000) and beat.recv() == sent
    client.send("interrupt_request", channel="control")
    client.reply(asked)


def test_every_subscriber_is_welcomed_first(kernel, connect):
    for _ in range(2):
        client = connect(kernel, ready=False)
        first = client.next("iopub")
        assert first.type == "iopub_welcome" and first.content == {"subscription": ""} and first.parent == {}


def test_a_late_subscriber_misses_nothing(kernel, connect):
    early = Client(kernel, subscribe=False)
    try:
        early.send("kernel_info_request")
        early.next("shell")
        late = connect(kernel, ready=False)
        seen = [late.next("iopub") for _ in range(4)]
        assert [one.state or one.type for one in seen] == ["iopub_welcome", "starting", "busy", "idle"]
    finally:
        early.close()


def test_a_returning_front_end_takes_its_identity_over(kernel, connect):
    first = connect(kernel, identity=b"same")
    second = connect(kernel, ready=False, identity=b"same")
    still_works(second)
    assert first.silence("shell", 0.05)
