"""Printed text: whole, in order, in few messages, without stopping anybody."""

import time

import pytest
from rawkernel import PATIENCE, Client, text_of, types

LINES = 20_000
PRINT_LINES = f"for i in 0..<{LINES} {{ print(\"line \\(i)\") }}"
EXPECTED = "".join(f"line {i}\n" for i in range(LINES))


def test_many_prints_arrive_whole_and_in_few_messages(client):
    reply, published = client.run(PRINT_LINES, timeout=60)
    assert reply.content["status"] == "ok"
    assert text_of(published) == EXPECTED
    streams = [one for one in published if one.type == "stream"]
    assert len(streams) < LINES / 100
    assert max(len(one.content["text"].encode()) for one in streams) <= 65536


def test_the_first_print_comes_at_once_and_later_ones_soon(client):
    asked = client.execute("print(\"first\"); sleep(1); print(\"second\"); sleep(1); print(\"third\")")
    client.until(asked, lambda one: one.type == "execute_input")
    begin = time.monotonic()
    times = []
    for expected in ("first\n", "second\n", "third\n"):
        message = client.until(asked, lambda one: one.type == "stream")
        assert message.content["text"] == expected
        times.append(time.monotonic() - begin)
    assert times[0] < 0.5 and 0.8 < times[1] < 1.5 and 1.8 < times[2] < 2.5


def test_text_that_trickles_is_gathered(client):
    _, published = client.run("for i in 0..<100 { print(i); sleep(0.005) }")
    streams = [one for one in published if one.type == "stream"]
    assert text_of(published).split() == [str(i) for i in range(100)]
    assert 3 <= len(streams) <= 40


def test_switching_streams_keeps_the_order(client):
    _, published = client.run("for i in 0..<50 { print(i); print(i, to: .stderr) }")
    streams = [(one.content["name"], one.content["text"]) for one in published if one.type == "stream"]
    assert streams == [(name, f"{i}\n") for i in range(50) for name in ("stdout", "stderr")]


def test_outputs_come_before_idle(client):
    for _ in range(50):
        reply, published = client.run("print(\"x\")")
        assert types(published) == ["busy", "execute_input", "stream", "idle"]


def test_many_displays_are_not_lost(client):
    _, published = client.run("for i in 0..<5000 { display(i) }", timeout=60)
    shown = [one.content["data"]["text/plain"] for one in published if one.type == "display_data"]
    assert shown == [str(i) for i in range(5000)]


def test_a_front_end_that_never_reads_does_not_stop_another(kernel, client, connect):
    deaf = Client(kernel)
    try:
        deaf.sockets["iopub"].close()
        stuck = deaf.context.socket(__import__("zmq").SUB)
        stuck.linger = 0
        stuck.rcvhwm = 1
        stuck.rcvbuf = 4096
        stuck.subscribe(b"")
        stuck.connect(kernel.endpoint("iopub"))
        client.until(None, lambda one: one.type == "iopub_welcome")
        big = "x" * 2000
        reply, published = client.run(f"for i in 0..<5000 {{ display(\"{big}\") }}", timeout=90)
        assert reply.content["status"] == "ok"
        assert len([one for one in published if one.type == "display_data"]) == 5000
        assert "has not read" in kernel.errors
        begin = time.monotonic()
        assert client.value("1 + 1") == "2"
        assert time.monotonic() - begin < 1
    finally:
        deaf.close()


def test_a_full_queue_lets_the_cell_wait_and_be_interrupted(kernel, client):
    """Nobody reads, so the cell comes to a halt; an interrupt ends it all the same."""
    import zmq

    iopub = client.sockets.pop("iopub")
    iopub.close()
    slow = client.context.socket(zmq.SUB)
    slow.linger = 0
    slow.rcvhwm = 1
    slow.rcvbuf = 4096
    slow.subscribe(b"")
    slow.connect(kernel.endpoint("iopub"))
    assert slow.poll(PATIENCE * 1000)
    big = "x" * 1000
    asked = client.execute(f"while true {{ print(\"{big}\") }}")
    time.sleep(2)
    before = kernel.processor_time()
    time.sleep(1)
    assert kernel.processor_time() - before < 0.5
    begin = time.monotonic()
    client.send("interrupt_request", channel="control")
    assert client.next("control").content["status"] == "ok"
    while slow.poll(3000):
        slow.recv_multipart()
        if client.sockets["shell"].poll(0):
            break
    assert client.reply(asked).content["ename"] == "Interrupted"
    assert time.monotonic() - begin < 10
