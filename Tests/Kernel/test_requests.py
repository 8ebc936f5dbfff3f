"""Requests and their replies."""

import time

import pytest
from rawkernel import text_of, types

STATUSES = ["busy", "idle"]


def test_kernel_info(client):
    content = client.ask("kernel_info_request")
    assert content["status"] == "ok" and content["implementation"] == "swift-cnn"
    assert content["protocol_version"].startswith("5.") and content["supported_features"] == []
    info = content["language_info"]
    assert (info["name"], info["file_extension"], info["codemirror_mode"]) == ("cnn", ".cnn", "swift")
    assert content["banner"] and all(set(link) == {"text", "url"} for link in content["help_links"])


@pytest.mark.parametrize("channel, kind, content", [
    ("shell", "kernel_info_request", {}),
    ("control", "kernel_info_request", {}),
    ("shell", "comm_info_request", {"target_name": "x"}),
    ("shell", "is_complete_request", {"code": "1"}),
    ("shell", "complete_request", {"code": "pri", "cursor_pos": 3}),
    ("shell", "inspect_request", {"code": "print", "cursor_pos": 5}),
    ("shell", "history_request", {"hist_access_type": "tail", "n": 1}),
    ("control", "interrupt_request", {}),
    ("control", "usage_request", {}),
    ("shell", "comm_msg", {"comm_id": "x", "data": {}}),
    ("shell", "comm_close", {"comm_id": "x", "data": {}}),
    ("shell", "no_such_request", {}),
    ("control", "no_such_request", {}),
    ("control", "debug_request", {"type": "request", "command": "debugInfo", "seq": 0}),
])
def test_statuses_around_every_request(client, channel, kind, content):
    asked = client.send(kind, content, channel)
    assert types(client.published(asked)) == STATUSES


def test_the_order_of_a_cell(client):
    asked = client.execute("print(\"a\")\nprint(\"b\", to: .stderr)\nprint(\"c\")\ndisplay(\"d\")\n1 + 1")
    reply = client.reply(asked)
    published = client.published(asked)
    assert types(published) == [
        "busy", "execute_input", "stream", "stream", "stream", "display_data", "execute_result", "idle"]
    assert [one.content["name"] for one in published[2:5]] == ["stdout", "stderr", "stdout"]
    count = reply.content["execution_count"]
    assert published[1].content["execution_count"] == published[6].content["execution_count"] == count
    assert reply.content["status"] == "ok" and reply.content["user_expressions"] == {}
    assert "started" in reply.metadata and reply.metadata["started"] <= reply.header["date"]


def test_counting(client):
    def count(code, **options):
        return client.run(code, **options)[0].content["execution_count"]

    assert count("1 + 1") == 1
    assert count("1 / 0") == 2
    assert count("1 + 1", store_history=False) == 2
    assert count("1 + 1", silent=True) == 2
    assert count("1 + 1", silent=True, store_history=True) == 2
    assert count("1 + 1") == 3


@pytest.mark.parametrize("code", ["print(\"a\")\n1 + 1", "1 / 0", "display(\"x\")", ""])
def test_a_silent_cell_says_nothing(client, code):
    reply, published = client.run(code, silent=True)
    assert types(published) == STATUSES
    assert reply.content["status"] == ("error" if code == "1 / 0" else "ok")


def test_an_error(client):
    reply, published = client.run("undefined_name")
    assert types(published) == ["busy", "execute_input", "error", "idle"]
    assert set(published[2].content) == {"ename", "evalue", "traceback"}
    assert reply.content["status"] == "error"
    for key, value in published[2].content.items():
        assert reply.content[key] == value
    assert reply.content["ename"] == "NameError" and "undefined_name" in reply.content["evalue"]
    assert reply.content["traceback"] and all(isinstance(line, str) for line in reply.content["traceback"])


def test_user_expressions(client):
    reply, _ = client.run("let a = 5", user_expressions={"good": "a", "bad": "bad"})
    values = reply.content["user_expressions"]
    assert values["good"]["status"] == "ok" and values["good"]["data"]["text/plain"] == "5"
    assert values["good"]["metadata"] == {}
    assert values["bad"]["status"] == "error" and values["bad"]["ename"] == "NameError"
    assert set(values["bad"]) >= {"ename", "evalue", "traceback"}


def test_help_is_a_page(client):
    reply, published = client.run("print?")
    assert types(published) == ["busy", "execute_input", "idle"]
    (page,) = reply.content["payload"]
    assert page["source"] == "page" and page["data"]["text/plain"] and page["start"] == 0


def test_displays_and_updates(client):
    _, published = client.run("let d = display(\"one\", id: \"a\")\nupdate(\"a\", \"two\")\nclearOutput(wait: true)")
    first, second, clear = [one for one in published if "display" in one.type or one.type == "clear_output"]
    assert first.type == "display_data" and second.type == "update_display_data"
    assert first.content["transient"] == second.content["transient"] == {"display_id": "a"}
    assert clear.content == {"wait": True}


def test_a_failing_cell_takes_the_waiting_ones_along(client):
    failing = client.execute("sleep(0.2)\n1 / 0")
    waiting = [client.execute("print(\"not this\")") for _ in range(3)]
    info = client.send("kernel_info_request")
    assert client.reply(failing).content["ename"] == "ArithmeticError"
    for one in waiting:
        reply = client.reply(one)
        assert reply.content["status"] == "error" and reply.content["ename"] == "ExecutionAborted"
        assert reply.content["execution_count"] == 1 and reply.content["traceback"] == []
    assert client.reply(info).content["status"] == "ok"
    for one in waiting:
        assert types(client.published(one)) == STATUSES
    assert client.value("1 + 1") == "2"


def test_cells_sent_in_one_go_stop_at_an_error_at_once(client):
    for _ in range(10):
        asked = [client.execute(code) for code in ("1 / 0", *["print(\"not this\")"] * 20)]
        assert [client.reply(one).content.get("ename") for one in asked] == \
            ["ArithmeticError"] + ["ExecutionAborted"] * 20
        assert client.value("1 + 1") == "2"


def test_without_stop_on_error_the_waiting_ones_run(client):
    failing = client.execute("sleep(0.1)\n1 / 0", stop_on_error=False)
    following = client.execute("1 + 1")
    assert client.reply(failing).content["status"] == "error"
    assert client.reply(following).content["status"] == "ok"


def test_replies_on_the_shell_keep_their_order(client):
    asked = [client.execute("sleep(0.2)"), client.send("kernel_info_request"), client.execute("1 + 1"),
             client.send("history_request", {"hist_access_type": "tail", "n": 2})]
    replies = [client.next("shell") for _ in asked]
    assert [one.parent_id for one in replies] == asked
    assert [entry[2] for entry in replies[3].content["history"]] == ["sleep(0.2)", "1 + 1"]


def test_control_answers_while_a_cell_runs(client):
    asked = client.execute("while true { }")
    client.until(asked, lambda one: one.type == "execute_input")
    for kind in ("kernel_info_request", "comm_info_request", "is_complete_request", "usage_request"):
        begin = time.monotonic()
        question = client.send(kind, {"code": "f("}, "control")
        client.reply(question, "control", timeout=5)
        assert time.monotonic() - begin < 1
        assert types(client.published(question)) == STATUSES
    client.send("interrupt_request", channel="control")
    assert client.reply(asked).content["ename"] == "Interrupted"


def test_questions_are_answered_while_a_cell_runs(client):
    client.run("let printed = 5")
    for code in ("while true { }", "sleep(60)", "input(\"wait\")"):
        asked = client.execute(code, allow_stdin=True)
        client.until(asked, lambda one: one.type == "execute_input")
        begin = time.monotonic()
        for _ in range(5):
            matches = client.ask("complete_request", {"code": "prin", "cursor_pos": 4})["matches"]
            assert "print" in matches
            assert client.ask("inspect_request", {"code": "print", "cursor_pos": 3})["found"]
        assert client.ask("is_complete_request", {"code": "f("})["status"] == "incomplete"
        assert time.monotonic() - begin < 2, code
        client.send("interrupt_request", channel="control")
        assert client.reply(asked).content["ename"] == "Interrupted"


def test_completion(client):
    content = client.ask("complete_request", {"code": "let x = prin", "cursor_pos": 12})
    assert content["status"] == "ok" and "print" in content["matches"]
    assert (content["cursor_start"], content["cursor_end"]) == (8, 12)
    for text, item in zip(content["matches"], content["metadata"]["_jupyter_types_experimental"], strict=True):
        assert item["text"] == text and (item["start"], item["end"]) == (8, 12)
        assert isinstance(item["type"], str) and isinstance(item["signature"], str)


def test_cursors_count_code_points(client):
    code = "print(\"🐈‍⬛é\"); prin"
    content = client.ask("complete_request", {"code": code, "cursor_pos": len(code)})
    assert "print" in content["matches"]
    assert (content["cursor_start"], content["cursor_end"]) == (len(code) - 4, len(code))


@pytest.mark.parametrize("cursor", [None, -5, 10**6, 4])
def test_any_cursor_is_taken(client, cursor):
    content = client.ask("complete_request", {"code": "prin", "cursor_pos": cursor})
    assert content["status"] == "ok" and set(content) >= {"matches", "cursor_start", "cursor_end", "metadata"}
    assert client.ask("inspect_request", {"code": "print", "cursor_pos": cursor})["status"] == "ok"


def test_nothing_to_complete_or_inspect(client):
    content = client.ask("complete_request", {"code": "qqqqqq", "cursor_pos": 6})
    assert content["matches"] == [] and content["metadata"] == {} and content["status"] == "ok"
    content = client.ask("inspect_request", {"code": "qqqqqq", "cursor_pos": 3, "detail_level": 0})
    assert content == {"status": "ok", "found": False, "data": {}, "metadata": {}}


def test_completeness(client):
    def status(code):
        return client.ask("is_complete_request", {"code": code})

    assert status("1 + 1") == {"status": "complete"}
    assert status("for i in 0..<3 {")["status"] == "incomplete"
    assert isinstance(status("for i in 0..<3 {")["indent"], str)
    assert status("1 + )") == {"status": "invalid"}


def test_an_unknown_comm_target_is_refused(client):
    asked = client.send("comm_open", {"comm_id": "c1", "target_name": "nobody", "data": {}}, buffers=[b"\0\1"])
    published = client.published(asked)
    assert types(published) == ["busy", "comm_close", "idle"]
    assert published[1].content == {"comm_id": "c1", "data": {}}
    assert client.ask("comm_info_request") == {"status": "ok", "comms": {}}


def test_an_unknown_subshell_is_refused(client):
    header = client.header("execute_request", subshell_id="nobody")
    client.send("execute_request", {"code": "1 + 1"}, header=header)
    reply = client.reply(header["msg_id"])
    assert reply.type == "execute_reply" and reply.content["status"] == "error"
    assert types(client.published(header["msg_id"])) == STATUSES


def test_usage(client, kernel):
    client.ask("usage_request", channel="control")
    content = client.ask("usage_request", channel="control")
    assert content["pid"] == kernel.process.pid and content["cpu_count"] >= 1
    assert 1 << 20 < content["kernel_memory"] < 1 << 40 and content["kernel_cpu"] >= 0
    memory = content["host_virtual_memory"]
    assert 0 < memory["available"] <= memory["total"] and 0 <= memory["percent"] <= 100


def test_two_front_ends_share_one_session(kernel, client, connect):
    other = connect(kernel)
    client.run("let shared = 41")
    assert other.value("shared") == "41"
    asked = other.execute("print(\"seen by both\")")
    assert text_of(client.published(asked)) == "seen by both\n"
