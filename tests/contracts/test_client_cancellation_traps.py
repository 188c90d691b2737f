"""What the specification permits must not be called a violation: what clients see taken back."""

import pytest
from client_tape import DONE, PASSED, R2511, R2607, UNTESTED, VIOLATED, Client

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.transcript import Sender

CANCELLED = "notifications/cancelled"
LATE = "cancel-client-ignores-late-response"
ROOTS = "roots/list"
PLACES = {"roots": [{"uri": "file:///p"}]}


def taken_back(*, again: bool = False, **told: Json) -> Client:
    client = Client()
    number = client.sends("tools/call", {"name": "t"})
    client.tells(CANCELLED, {"requestId": number})
    client.answers(number, DONE)
    if again:
        client.calls()
    return client.told("call", **told).ended()


def test_a_late_answer_is_taken_only_if_the_user_is_given_it():
    assert taken_back(value=DONE).outcome(LATE) is VIOLATED
    assert taken_back(value="it was cancelled").outcome(LATE) is UNTESTED
    assert taken_back(ok=False).outcome(LATE) is UNTESTED
    assert taken_back(value=DONE, again=True).outcome(LATE) is not VIOLATED


def test_a_client_that_was_told_before_the_late_answer_has_not_taken_it():
    client = Client()
    number = client.sends("tools/call", {"name": "t"})
    client.tells(CANCELLED, {"requestId": number}).told("call", ok=False)
    client.answers(number, DONE).calls().told("call", value=DONE).ended()
    assert client.outcome(LATE) is PASSED


def test_an_answer_before_the_cancellation_is_not_late():
    client = Client()
    number = client.sends("tools/call", {"name": "t"})
    client.answers(number, DONE).tells(CANCELLED, {"requestId": number}).told("call", value=DONE)
    assert client.ended().outcome(LATE) is UNTESTED


def test_another_id_than_that_of_initialize_may_be_cancelled():
    client = Client().tells(CANCELLED, {"requestId": 2})
    assert client.outcome("cancel-not-initialize") is PASSED
    assert client.tells(CANCELLED, {"requestId": 1}).outcome("cancel-not-initialize") is VIOLATED


def question(*later: str) -> Client:
    """A question is taken back; `later` says in which order the rest happens."""
    client = Client()
    call = client.sends("tools/call", {"name": "t"})
    client.asked(ROOTS, {})
    frame = {"jsonrpc": "2.0", "id": "s-3"}
    client.told_client(CANCELLED, {"requestId": "s-3"})
    for what in later:
        if what in ("reply", "crossing reply"):
            at = 1.0 if what == "reply" else 0.005
            client.say(Sender.CLIENT, {**frame, "result": PLACES}, at=at)
        elif what == "error":
            failure = {"code": 0, "message": "Request cancelled"}
            client.say(Sender.CLIENT, {**frame, "error": failure})
        elif what == "proof":
            client.asked(ROOTS, {}, PLACES)
        elif what == "told":
            client.answers(call, DONE).told("call")
    return client.ended()


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (["reply", "proof"], UNTESTED),
        (["proof", "reply"], VIOLATED),
        (["told", "reply"], VIOLATED),
        (["proof", "crossing reply"], UNTESTED),
        (["told", "crossing reply"], UNTESTED),
        (["error"], VIOLATED),
        (["proof"], PASSED),
        (["told"], PASSED),
        ([], UNTESTED),
    ],
)
def test_an_answer_that_crosses_the_cancellation_is_right(later, expected):
    assert question(*later).outcome("cancel-honoured") is expected


def test_a_client_that_was_ended_may_have_meant_to_answer():
    client = question("proof")
    client.transcript.events.pop()
    assert client.ended("terminated").outcome("cancel-honoured") is UNTESTED


def test_what_is_cancelled_in_2026_is_a_subscription():
    client = Client(R2607).told_client(CANCELLED, {"requestId": "nothing"}).calls()
    client.told("call").ended()
    assert client.outcome("cancel-unknown-ignored") is UNTESTED


@pytest.mark.parametrize(
    ("number", "rule"),
    [("unknown", "cancel-unknown-ignored"), ("s-3", "cancel-race-survived")],
)
def test_a_client_goes_on_if_it_asks_for_something_else(number, rule):
    client = Client()
    call = client.sends("tools/call", {"name": "t"})
    client.asked(ROOTS, {}, PLACES).told_client(CANCELLED, {"requestId": number})
    client.answers(call, DONE)
    assert client.outcome(rule) is UNTESTED
    client.sends("tools/list")
    client.told("call", ok=False).ended()
    assert client.outcome(rule) is PASSED


def test_a_client_that_breaks_off_has_not_survived():
    client = Client()
    call = client.sends("tools/call", {"name": "t"})
    client.told_client(CANCELLED, {"requestId": "unknown"}).answers(call, DONE)
    assert client.ended(code=1).outcome("cancel-unknown-ignored") is VIOLATED


def test_progress_of_a_client_is_ordered_only_on_one_stream():
    for channel, expected in (("stdio", VIOLATED), ("post-9", UNTESTED)):
        client = Client()
        asked = {"messages": [], "maxTokens": 1, "_meta": {"progressToken": "p"}}
        client.asked("sampling/createMessage", asked, {"role": "assistant"})
        params = {"progressToken": "p", "progress": 1}
        report = {"jsonrpc": "2.0", "method": "notifications/progress", "params": params}
        client.say(Sender.CLIENT, report, channel=channel)
        assert client.outcome("progress-stops", R2511) is expected
