import json
import os
import select
import signal
import sys
from pathlib import Path

import pytest
from installed import needs
from real_servers import command

SERVER = [sys.executable, str(Path(__file__).with_name("stdio_server.py"))]
MOCK = [sys.executable, "-m", "mcp_proof_mocks", "everything"]
STATEFUL = {"revision": "2025-11-25"}
STATELESS = {"revision": "2026-07-28"}
BOUND = 20
OPEN, CLOSE = ["open"], ["close"]


def plan(*words, speech=STATEFUL, **members):
    place = {"command": [*words], "cwd": None, "env": {}}
    return {"client": "stdio", "place": place, "speech": speech, "connections": 1, **members}


def defect(name, **members):
    return plan(*SERVER, name, **members)


def say(text, number):
    return ["call", "say", {"text": text}, number]


def text_of(step):
    result = json.loads(step["body"])["result"]
    return result["content"][0]["text"]


@pytest.mark.parametrize("speech", [STATEFUL, STATELESS])
def test_the_mock_answers_calls_in_both_eras(drive, speech):
    calls = [["call", "echo", {"message": "hello"}, 7], ["call", "nothing", {}, 8]]
    ran = drive(plan(*MOCK, speech=speech), [OPEN, *calls, CLOSE])
    [[_, good, bad, closed]] = ran.sessions
    assert (text_of(good), good["failure"]) == ("hello", "")
    assert json.loads(good["body"])["id"] == 7
    assert bad["failure"] == "error -32602: Unknown tool: nothing"
    assert (closed, ran.pids, ran.strays) == ({}, [], [])


@pytest.mark.parametrize("how", ["reverse", "batches"])
def test_users_share_a_process_and_each_gets_its_own_answer_however_it_comes(drive, how):
    sessions = [[OPEN, say(text, number), CLOSE] for number, text in enumerate("abc", start=1)]
    ran = drive(defect(how), *sessions)
    assert [text_of(session[1]) for session in ran.sessions] == ["a", "b", "c"]
    assert not ran.pids


@pytest.mark.parametrize(("connections", "processes"), [(0, 4), (1, 1), (3, 3)])
def test_the_plan_says_how_many_processes_the_users_share(drive, connections, processes):
    sessions = [[OPEN, say("", number)] for number in range(1, 5)]
    ran = drive(defect("tells-its-pid", connections=connections), *sessions)
    seen = {int(text_of(session[1])) for session in ran.sessions}
    assert len(seen) == processes
    assert sorted(seen) == sorted(ran.pids)


def test_a_process_is_given_its_folder_and_its_variables(drive, tmp_path):
    script = "import os; raise SystemExit(os.getcwd() + os.environ['COLOUR'])"
    place = {
        "command": [sys.executable, "-c", script],
        "cwd": str(tmp_path),
        "env": {"COLOUR": "!"},
    }
    ran = drive(plan() | {"place": place}, [OPEN])
    assert ran.sessions[0][0]["broken"].endswith(f"its last words: {tmp_path}!")


def test_a_process_that_dies_at_once_is_told_with_its_last_words(drive):
    ran = drive(defect("dies-at-once"), [OPEN, say("a", 1), CLOSE])
    told = (
        "the server's process ended with exit code 1; its last words: the configuration is missing"
    )
    assert [step.get("broken") for step in ran.sessions[0]] == [told, told, None]
    assert not ran.pids


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["/no/such/server"], "cannot start '/no/such/server': "),
        ([*SERVER, "refuses"], "initialize: error -32602: no version of mine"),
    ],
)
def test_a_server_that_cannot_be_begun_is_told(drive, words, told):
    ran = drive(plan(*words), [OPEN])
    assert ran.sessions[0][0]["broken"].startswith(told)
    assert not ran.pids


def test_users_who_wait_for_a_process_to_begin_share_what_comes_of_it(drive):
    silent = plan("sleep", "60", timeout=0.2)
    ran = drive(silent, *[[OPEN, CLOSE]] * 20)
    assert ran.sessions == [[{"silent": "no answer within 0.8 s"}, {}]] * 20
    assert ran.seconds < 10
    assert not ran.pids


def test_processes_that_end_again_and_again_are_not_begun_for_ever(drive):
    ran = drive(plan("false"), [OPEN] * 62)
    told = [step["broken"] for step in ran.sessions[0]]
    assert set(told[:60]) == {"the server's process ended with exit code 1"}
    too_many = "60 processes have ended by themselves within a minute: for now no other is begun"
    assert set(told[60:]) == {f"{too_many}. The last: the server's process ended with exit code 1"}


def test_a_process_that_ends_breaks_its_calls_and_is_begun_anew_for_the_next(drive):
    kill = ["kill", signal.SIGKILL]
    steps = [OPEN, say("", 1), kill, say("", 2), say("", 3), CLOSE]
    ran = drive(defect("tells-its-pid"), steps)
    [_, first, _, broken, second, _] = ran.sessions[0]
    assert broken == {"broken": "the server's process ended by signal 9"}
    assert text_of(first) != text_of(second)
    ran = drive(defect("never-answers"), [OPEN, say("a", 1)], [OPEN, say("c", 3)], [OPEN, kill])
    assert ran.sessions[0][1]["broken"] == "the server's process ended by signal 9"
    assert ran.sessions[1][1] == ran.sessions[0][1]


def test_an_end_within_a_line_breaks_the_call(drive):
    ran = drive(defect("half-a-line"), [OPEN, say("a", 1), CLOSE])
    told = "the server's process ended with exit code 3, in the middle of a line"
    assert ran.sessions[0][1] == {"broken": told}


@pytest.mark.parametrize("name", ["never-answers", "hung-half-a-line"])
def test_a_call_without_an_answer_is_silent(drive, name):
    ran = drive(defect(name, timeout=0.5), [OPEN, say("a", 1), CLOSE])
    assert ran.sessions[0][1] == {"silent": "no answer within 0.5 s"}
    assert not ran.pids


def test_an_answer_that_comes_late_is_neither_the_next_ones_nor_a_stray(drive):
    ran = drive(defect("late", timeout=0.5), [OPEN, say("a", 1), say("b", 2), say("c", 3), CLOSE])
    assert ran.sessions[0][1] == {"silent": "no answer within 0.5 s"}
    assert text_of(ran.sessions[0][2]) == "b"
    # With the third call the first is answered once more: that is one answer too many.
    assert [json.loads(stray)["id"] for stray in ran.strays] == [1]


def test_a_second_answer_is_a_stray(drive):
    ran = drive(defect("twice"), [OPEN, say("a", 1), say("b", 2), CLOSE])
    assert [text_of(step) for step in ran.sessions[0][1:3]] == ["a", "b"]
    assert json.loads(ran.strays[0])["id"] == 1
    assert "again" in ran.strays[0]


def test_answers_that_nobody_asked_for_are_strays_and_noise_is_not(drive):
    ran = drive(defect("strays"), [OPEN, say("a", 1), CLOSE])
    assert text_of(ran.sessions[0][1]) == "a"
    assert [json.loads(stray)["id"] for stray in ran.strays] == [4711, "nobody"]


@pytest.mark.parametrize("name", ["ids-as-text", "ids-as-floats", "forgets-ids", "floods-stderr"])
def test_what_is_for_the_rules_to_judge_costs_no_answer(drive, name):
    ran = drive(defect(name), [OPEN, say("a", 1), CLOSE])
    assert text_of(ran.sessions[0][1]) == "a"
    assert not ran.strays


def test_a_tool_that_tells_of_a_failure_has_failed(drive):
    ran = drive(defect("fails"), [OPEN, say("a", 1), CLOSE])
    assert ran.sessions[0][1]["failure"] == "isError"


def test_a_line_without_end_breaks_the_call(drive):
    ran = drive(defect("endless-line"), [OPEN, say("a", 1), CLOSE])
    told = "the server's process says a line longer than 33554432 bytes"
    assert ran.sessions[0][1] == {"broken": told}
    assert not ran.pids


def test_a_server_that_reads_nothing_any_more_breaks_its_calls(drive):
    much = ["call_with", 20 << 20]
    ran = drive(
        defect("stops-reading"), [OPEN, say("a", 1)], *[[OPEN, [*much, n]] for n in range(2, 7)]
    )
    [first, *others] = [session[1]["broken"] for session in ran.sessions]
    assert first.startswith("the server reads nothing: ")
    assert {*others} == {first}


def test_whatever_a_server_asks_is_answered_so_that_nothing_hangs(drive):
    ran = drive(defect("asks"), [OPEN, say("a", 1), CLOSE])
    told = json.loads(text_of(ran.sessions[0][1]))
    unknown = {"code": -32601, "message": "Method not found"}
    assert told.pop("ping") == {}
    assert set(told) == {"roots/list", "sampling/createMessage", "no/such/method"}
    assert all(reply == unknown for reply in told.values())


def test_a_process_that_does_not_end_by_itself_is_ended(drive):
    assert not drive(defect("stays"), [OPEN, say("a", 1), CLOSE]).pids


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_when_the_load_process_is_ended(started, number):
    with started(defect("stays", connections=2), [OPEN], [OPEN]) as (process, pids):
        servers = [os.pidfd_open(pid) for pid in pids]
        process.send_signal(number)
        for server in servers:
            ended, _, _ = select.select([server], [], [], BOUND)
            os.close(server)
            assert ended
    assert len(pids) == 2


@needs("node")
def test_server_everything_answers_over_stdio(drive, tmp_path):
    call = ["call", "echo", {"message": "hello"}, 7]
    words = command("server-everything", tmp_path)
    ran = drive(plan(*words), *[[OPEN, [*call[:3], n], CLOSE] for n in (1, 2, 3)])
    assert {text_of(session[1]) for session in ran.sessions} == {"Echo: hello"}
    assert not ran.pids


@needs("python")
@pytest.mark.parametrize("speech", [STATEFUL, STATELESS])
def test_mcp_server_time_answers_over_stdio(drive, tmp_path, speech):
    words = command("mcp-server-time", tmp_path)
    call = ["call", "get_current_time", {"timezone": "Europe/Berlin"}, 7]
    ran = drive(plan(*words, speech=speech), [OPEN, call, CLOSE])
    assert "Europe/Berlin" in text_of(ran.sessions[0][1])
    assert not ran.pids
