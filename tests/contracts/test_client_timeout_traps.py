"""What the specification permits must not be called a violation: how long clients wait."""

from typing import Any

import pytest
from handshake_tape import HandshakeTape

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import PROGRESS

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
R2511, R2607 = Revision.R2025_11_25, Revision.R2026_07_28
CALL: dict[str, Any] = {"do": "call", "tool": "slow", "timeout": 0.2}
LIST: dict[str, Any] = {"do": "list", "what": "tools"}
EXISTS, LIMIT, CANCELS = (
    "request-timeout-exists",
    "request-timeout-hard-limit",
    "request-timeout-cancels",
)
DONE: dict[str, Any] = {"content": []}


def called(transport: str = "stdio") -> HandshakeTape:
    tape = HandshakeTape(transport)
    meta = {"progressToken": "p"}
    own = {} if transport == "http" else {"session": "s"}
    tape.ask("tools/call", {"name": "slow", "_meta": meta}, at=1.0, **own)
    return tape


def progress(tape: HandshakeTape) -> None:
    params = {"progressToken": "p", "progress": 1}
    told = {"jsonrpc": "2.0", "method": PROGRESS, "params": params}
    tape.say(Sender.SERVER, told, session="s", at=1.1)


@pytest.mark.parametrize(
    ("came", "wish", "outcome"),
    [
        (1.1, CALL, UNTESTED),
        (1.9, CALL, UNTESTED),
        (1.9, {**CALL, "timeout": 0.05}, UNTESTED),
        (3.0, CALL, VIOLATED),
        (3.0, {**CALL, "timeout": 1.0}, UNTESTED),
        (3.0, {"do": "call", "tool": "slow"}, UNTESTED),
        (3.0, {**CALL, "tool": "another"}, UNTESTED),
    ],
)
def test_machines_are_slow_at_times(came, wish, outcome):
    tape = called()
    tape.answer(result=DONE, at=came)
    tape.told(wish, at=came)
    assert tape.end().outcome(EXISTS, R2511) is outcome


def test_who_tells_of_a_failure_has_given_up():
    tape = called()
    tape.told(CALL, at=1.2, error="no answer")
    tape.answer(result=DONE, at=3.0)
    assert tape.end().outcome(EXISTS, R2511) is PASSED


def test_a_failure_that_was_answered_is_no_timeout():
    tape = called()
    tape.answer(error={"code": -32602, "message": "no"}, at=1.1)
    tape.told(CALL, at=1.2, error="no")
    tape.end()
    assert tape.outcome(EXISTS, R2511) is UNTESTED
    assert tape.outcome(CANCELS, R2511) is UNTESTED


@pytest.mark.parametrize(("limited", "limit"), [(True, PASSED), (False, VIOLATED)])
def test_progress_is_for_the_rule_about_progress(limited, limit):
    tape = called()
    progress(tape)
    if limited:
        tape.told(CALL, at=1.5, error="no answer")
    else:
        tape.answer(result=DONE, at=3.0)
        tape.told(CALL, at=3.0)
    tape.end()
    assert tape.outcome(LIMIT, R2511) is limit
    assert tape.outcome(EXISTS, R2511) is UNTESTED


@pytest.mark.parametrize(("named", "outcome"), [(1, PASSED), (7, VIOLATED), (None, VIOLATED)])
def test_a_cancellation_may_come_after_the_user_was_told(named, outcome):
    tape = called()
    tape.told(CALL, at=1.2, error="no answer")
    if named is not None:
        tape.tell("notifications/cancelled", {"requestId": named})
    assert tape.end().outcome(CANCELS, R2511) is outcome


def test_who_was_ended_may_have_been_about_to_cancel():
    tape = called()
    tape.told(CALL, at=1.2, error="no answer")
    assert tape.end("terminated").outcome(CANCELS, R2511) is UNTESTED


def closed(tape: HandshakeTape, how: str = "closed") -> None:
    where = {"session": "http", "channel": "post-1"}
    tape.add(EventKind.END, Sender.CLIENT, data={"how": how}, **where)


def test_the_closed_stream_is_the_cancellation():
    tape = called("http")
    closed(tape)
    tape.told(CALL, at=1.2, error="no answer")
    tape.end()
    assert tape.outcome(CANCELS, R2607) is PASSED
    assert tape.outcome(CANCELS, R2511) is VIOLATED


def test_a_stream_that_ends_with_the_client_says_nothing():
    tape = called("http")
    tape.told(CALL, at=1.2, error="no answer")
    closed(tape)
    assert tape.end().outcome(CANCELS, R2607) is UNTESTED


@pytest.mark.parametrize(("came", "outcome"), [(1.4, UNTESTED), (3.0, VIOLATED)])
def test_a_stream_that_still_brings_the_answer_was_left_open(came, outcome):
    tape = called("http")
    tape.told(CALL, at=1.2, error="no answer")
    tape.answer(result=DONE, at=came)
    tape.told(LIST, at=came)
    assert tape.end().outcome(CANCELS, R2607) is outcome
