"""What the specification permits must not be called a violation: logging and progress."""

import pytest
from spoken_tape import META, Conversation

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

R2411, R2503, R2506, R2511, R2607 = Revision
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
TOKEN = "ghp_" + "0123456789abcdefghijklmnopqrstuvwxyz"


# Logging


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, PASSED),
        ({"data": None}, PASSED),
        ({"data": {"a": 1}, "logger": ""}, PASSED),
        ({"logger": None}, VIOLATED),
        ({"level": "warn"}, VIOLATED),
        ({"level": 3}, VIOLATED),
    ],
)
def test_data_may_be_anything_and_levels_are_eight(members, expected):
    conversation = Conversation(logging={})
    conversation.log(**members)
    assert conversation.outcome("logging-message-members") is expected


def test_a_message_before_any_level_is_set_is_never_too_much():
    conversation = Conversation(logging={})
    conversation.log(level="debug")
    conversation.ask("tools/call", {"name": "t"}, result={"content": []})
    conversation.log(level="debug")
    assert conversation.outcome("logging-setlevel-respected") is UNTESTED


@pytest.mark.parametrize(
    ("level", "barrier", "expected"),
    [
        ("info", True, VIOLATED),
        ("info", False, UNTESTED),
        ("error", True, UNTESTED),
        ("loud", True, UNTESTED),
    ],
)
def test_a_message_that_was_on_its_way_when_a_level_was_set_is_no_breach(level, barrier, expected):
    conversation = Conversation(logging={})
    conversation.ask("logging/setLevel", {"level": "error"}, result={})
    if barrier:
        conversation.ask("ping", result={})
    conversation.log(level=level)
    assert conversation.outcome("logging-setlevel-respected") is expected


@pytest.mark.parametrize("reply", [{"error": {"code": -32602, "message": "no"}}, {}])
def test_a_level_that_was_refused_or_is_on_its_way_is_not_in_force(reply):
    conversation = Conversation(logging={})
    number = conversation.begin("logging/setLevel", {"level": "error"})
    if reply:
        conversation.end(number, **reply)
    conversation.ask("ping", result={})
    conversation.log(level="info")
    assert conversation.outcome("logging-setlevel-respected") is UNTESTED


def test_on_the_stream_of_an_older_request_a_new_level_does_not_count():
    conversation = Conversation(R2511, "http", logging={})
    older = conversation.begin("tools/call", {"name": "t"})
    conversation.ask("logging/setLevel", {"level": "error"}, result={})
    conversation.log(on=older)
    assert conversation.outcome("logging-setlevel-respected") is UNTESTED
    newer = conversation.begin("tools/call", {"name": "t"})
    conversation.log(on=newer)
    assert conversation.outcome("logging-setlevel-respected") is VIOLATED


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"result": {}}, PASSED),
        ({"result": {"_meta": {}, "more": 1}}, PASSED),
        ({"result": None}, VIOLATED),
        ({"error": {"code": -32601, "message": "no"}}, VIOLATED),
    ],
)
def test_a_level_is_set_with_any_object(reply, expected):
    conversation = Conversation(logging={})
    conversation.ask("logging/setLevel", {"level": "info"}, "log-levels", **reply)
    assert conversation.outcome("logging-setlevel-empty-result") is expected


def test_a_missing_method_is_no_wrong_code_for_a_wrong_level():
    conversation = Conversation(logging={})
    refusal = {"code": -32601, "message": "no"}
    conversation.ask("logging/setLevel", {"level": "loud"}, "invalid-log-level", error=refusal)
    assert conversation.outcome("logging-invalid-level-32602") is UNTESTED


@pytest.mark.parametrize(
    ("sent", "data", "expected"),
    [
        ("hello", f"token {TOKEN}", VIOLATED),
        (TOKEN, f"searching for {TOKEN}", PASSED),
        ("hello", "password is wrong", PASSED),
    ],
)
def test_what_the_client_has_sent_itself_is_no_secret_of_the_server(sent, data, expected):
    conversation = Conversation(logging={})
    params = {"name": "t", "arguments": {"query": sent}}
    conversation.ask("tools/call", params, result={"content": []})
    conversation.log(data=data)
    assert conversation.outcome("logging-no-secrets") is expected


LEVEL = f"{META}logLevel"


def test_a_message_for_one_of_two_requests_on_one_channel_is_not_held_against_the_other():
    conversation = Conversation(R2607, logging={})
    conversation.begin("tools/call", {"name": "quiet"})
    conversation.begin("tools/call", {"name": "loud"}, **{LEVEL: "info"})
    conversation.log()
    assert conversation.outcome("logging-26-opt-in-only") is UNTESTED
    assert conversation.outcome("logging-26-own-stream-only") is PASSED


def test_the_least_level_of_the_requests_under_way_counts():
    conversation = Conversation(R2607, logging={})
    conversation.begin("tools/call", {"name": "a"}, **{LEVEL: "error"})
    conversation.begin("tools/call", {"name": "b"}, **{LEVEL: "info"})
    conversation.log(level="info")
    assert conversation.outcome("logging-26-threshold") is UNTESTED
    conversation.log(level="debug")
    assert conversation.outcome("logging-26-threshold") is VIOLATED


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_a_message_behind_the_response_is_on_no_stream_of_its_own(transport):
    conversation = Conversation(R2607, transport, logging={})
    number = conversation.begin("tools/call", {"name": "t"}, **{LEVEL: "info"})
    conversation.log(on=number)
    assert conversation.outcome("logging-26-own-stream-only") is PASSED
    conversation.end(number, result={"content": []})
    conversation.log(on=number)
    assert conversation.outcome("logging-26-own-stream-only") is VIOLATED
    assert conversation.outcome("logging-26-opt-in-only") is UNTESTED


# Progress


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1], UNTESTED),
        ([0, 1, 2], PASSED),
        ([0.1, 0.25], PASSED),
        ([-2, -1], PASSED),
        ([1, 1], VIOLATED),
        ([2, 1], VIOLATED),
        ([1, "2"], UNTESTED),
    ],
)
def test_progress_increases_and_may_be_a_fraction(values, expected):
    conversation = Conversation()
    conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    for value in values:
        conversation.report("a", value)
    assert conversation.outcome("progress-increases") is expected


def test_the_total_may_change_vanish_and_be_exceeded():
    conversation = Conversation()
    conversation.begin("tools/call", {"name": "t"}, progressToken=0)
    conversation.report(0, 1, total=2)
    conversation.report(0, 3, total=1.5)
    conversation.report(0, 4)
    for rule in ("increases", "known-token", "members", "token-type"):
        assert conversation.outcome(f"progress-{rule}") is PASSED


def test_a_token_may_be_used_again_when_its_request_is_over():
    conversation = Conversation()
    for _ in range(2):
        number = conversation.begin("tools/call", {"name": "t"}, progressToken="a")
        conversation.report("a", 1)
        conversation.report("a", 2)
        conversation.end(number, result={"content": []})
    assert conversation.outcome("progress-increases") is PASSED
    assert conversation.outcome("progress-stops") is PASSED


def test_two_requests_with_one_token_make_no_series():
    conversation = Conversation()
    for _ in range(2):
        conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    conversation.report("a", 1)
    conversation.report("a", 1)
    assert conversation.outcome("progress-increases") is UNTESTED


def test_between_streams_there_is_no_order():
    conversation = Conversation(R2511, "http")
    number = conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    conversation.report("a", 2, on=number)
    conversation.end(number, result={"content": []})
    conversation.report("a", 1, on=99)
    assert conversation.outcome("progress-increases") is UNTESTED
    assert conversation.outcome("progress-stops") is PASSED


@pytest.mark.parametrize(
    ("given", "named", "expected"),
    [
        ("a", "a", PASSED),
        ("1", 1, VIOLATED),
        (1, 1.0, PASSED),
        ("a", "b", VIOLATED),
        ("a", None, UNTESTED),
    ],
)
def test_a_token_is_the_same_only_in_the_same_type(given, named, expected):
    conversation = Conversation()
    conversation.begin("tools/call", {"name": "t"}, progressToken=given)
    conversation.report(named, 1)
    assert conversation.outcome("progress-known-token") is expected


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"content": []}, VIOLATED),
        ({"task": {"taskId": "1", "status": "working"}}, UNTESTED),
        ({"resultType": "task", "taskId": "1"}, UNTESTED),
    ],
)
def test_a_task_reports_on_when_its_call_has_been_answered(result, expected):
    conversation = Conversation()
    number = conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    conversation.end(number, result=result)
    conversation.report("a", 1)
    assert conversation.outcome("progress-stops") is expected


def test_a_request_that_was_never_answered_may_report_on():
    conversation = Conversation()
    conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    conversation.ask("ping", result={})
    conversation.report("a", 1)
    assert conversation.outcome("progress-stops") is UNTESTED


@pytest.mark.parametrize(
    ("members", "revision", "expected"),
    [
        ({"message": 7}, R2411, PASSED),
        ({"message": 7}, R2503, VIOLATED),
        ({"total": "2"}, R2411, VIOLATED),
        ({"_meta": {"a": 1}, "more": 1}, R2511, PASSED),
        ({"progress": True}, R2511, VIOLATED),
    ],
)
def test_members_are_those_of_the_revision(members, revision, expected):
    conversation = Conversation(revision)
    conversation.report("a", **{"progress": 1, **members})
    assert conversation.outcome("progress-members") is expected


@pytest.mark.parametrize(
    ("tokens", "answered", "expected"),
    [
        (["a", "b"], True, PASSED),
        (["a", "a"], True, VIOLATED),
        ([1, "1"], True, PASSED),
        (["a", "a"], False, UNTESTED),
        (["a"], True, UNTESTED),
    ],
)
def test_tokens_of_the_server_differ_while_both_requests_are_active(tokens, answered, expected):
    conversation = Conversation()
    for number, token in enumerate(tokens):
        params = {"_meta": {"progressToken": token}}
        request = {"jsonrpc": "2.0", "id": f"s{number}", "method": "roots/list", "params": params}
        conversation.say(Sender.SERVER, request)
    for number in range(len(tokens)) if answered else ():
        answer = {"jsonrpc": "2.0", "id": f"s{number}", "result": {"roots": []}}
        conversation.say(Sender.CLIENT, answer)
    assert conversation.outcome("progress-token-unique") is expected
    assert conversation.outcome("progress-token-type") is PASSED


def test_a_token_of_the_server_is_free_when_its_request_has_been_answered():
    conversation = Conversation()
    for number in range(2):
        frame = {"jsonrpc": "2.0", "id": number}
        params = {"_meta": {"progressToken": "a"}}
        conversation.say(Sender.SERVER, {**frame, "method": "roots/list", "params": params})
        conversation.say(Sender.CLIENT, {**frame, "result": {"roots": []}})
    assert conversation.outcome("progress-token-unique") is UNTESTED


def test_progress_on_the_stream_of_another_request_is_a_breach():
    conversation = Conversation(R2607, "http")
    one = conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    two = conversation.begin("tools/call", {"name": "t"}, progressToken="b")
    conversation.report("a", 1, on=one)
    assert conversation.outcome("progress-26-own-stream") is PASSED
    conversation.report("a", 2, on=two)
    assert conversation.outcome("progress-26-own-stream") is VIOLATED


def test_a_token_that_nobody_gave_belongs_to_no_stream():
    conversation = Conversation(R2607, "http")
    one = conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    conversation.report("b", 1, on=one)
    assert conversation.outcome("progress-26-own-stream") is UNTESTED
