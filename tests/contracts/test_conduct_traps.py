"""What healthy servers do must not be called bad conduct."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import BARRIER
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.rules.conduct.clients import TEXTS
from mcp_proof_contracts.rules.conduct.leaks import EVERY, MOST
from mcp_proof_contracts.transcript import EventKind, Sender

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
CHANGED = "notifications/tools/list_changed"
A: dict[str, Json] = {"name": "a", "inputSchema": {"type": "object"}}
B: dict[str, Json] = {"name": "b", "inputSchema": {"type": "object"}}
NO: dict[str, Json] = {"code": -32603, "message": "no"}


class Conversation(Tape):
    """A conversation with a server, written down exchange by exchange."""

    def __init__(self, transport: str = "stdio") -> None:
        super().__init__(transport)
        self._numbers = itertools.count(1)

    def ask(
        self,
        method: str,
        params: Json = None,
        probe: str = "",
        *,
        session: str = "s",
        number: Json = None,
        **reply: Any,
    ) -> None:
        frame = {"jsonrpc": "2.0", "id": next(self._numbers) if number is None else number}
        request = {**frame, "method": method, "params": params or {}}
        self.say(Sender.CLIENT, request, probe=probe, session=session)
        if reply:
            self.say(Sender.SERVER, {**frame, **reply}, session=session)
        else:
            gone: dict[str, Json] = {"id": frame["id"], "why": "it has ended", "alive": None}
            self.add(EventKind.SILENCE, Sender.CLIENT, session=session, data=gone)

    def outcome(self, rule_id: str, revision: Revision = LATEST_STATEFUL) -> Outcome:
        return super().outcome(rule_id, revision)


def text(said: str, **members: Json) -> dict[str, Json]:
    return {"content": [{"type": "text", "text": said}], **members}


# The list of tools


def listed(after: list[Json], *, told: bool = False, again: str = "") -> Outcome:
    tape = Conversation()
    tape.ask("tools/list", None, "tools-list-twice/before", result={"tools": [A, B]})
    page: dict[str, Json] = {"tools": after, **({"nextCursor": again} if again else {})}
    tape.ask("tools/list", None, "tools-list-twice/after", result=page)
    if told:
        tape.say(Sender.SERVER, {"jsonrpc": "2.0", "method": CHANGED})
    return tape.outcome("conduct-tools-list-steady")


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([A, B], PASSED),
        ([B, A], VIOLATED),
        ([A], VIOLATED),
        ([A, {**B, "description": "another"}], VIOLATED),
    ],
)
def test_tools_are_listed_as_before_and_in_their_order(after, expected):
    assert listed(after) is expected


def test_a_list_may_change_when_that_is_told_even_late():
    assert listed([A], told=True) is UNTESTED


def test_a_walk_that_did_not_come_to_its_end_says_nothing():
    assert listed([A], again="more") is UNTESTED


# One bad message


def after_a_bad_message(**reply: Any) -> Outcome:
    tape = Conversation()
    tape.ask("ping", None, "bad-message/good", result={})
    tape.say(Sender.CLIENT, b"null", probe="bad-message/null")
    tape.ask("ping", None, BARRIER, **reply)
    return tape.outcome("conduct-bad-message-survived")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [({"result": {}}, PASSED), ({"error": NO}, VIOLATED), ({}, VIOLATED)],
)
def test_the_request_after_a_bad_message_is_answered_as_before(reply, expected):
    assert after_a_bad_message(**reply) is expected


def test_what_a_bad_message_does_is_told_by_one_rule_alone():
    tape = Conversation()
    shake: Json = {"protocolVersion": str(LATEST_STATEFUL), "capabilities": {}}
    tape.ask("initialize", shake, result=shake)
    tape.ask("ping", None, "bad-message/good", result={})
    tape.say(Sender.CLIENT, b"null", probe="bad-message/null")
    tape.ask("ping", None, BARRIER)
    assert tape.outcome("conduct-bad-message-survived") is VIOLATED
    assert tape.outcome("jsonrpc-request-answered") is PASSED
    tape.ask("ping", None, BARRIER)
    assert tape.outcome("jsonrpc-request-answered") is VIOLATED


def test_a_bad_message_may_be_answered_in_any_way_or_not_at_all():
    tape = Conversation()
    tape.ask("ping", None, "bad-message/good", result={})
    tape.say(Sender.CLIENT, b"null", probe="bad-message/null")
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": None, "error": NO})
    tape.ask("ping", None, BARRIER, result={})
    tape.say(Sender.CLIENT, b"[]", probe="bad-message/empty-array")
    tape.ask("ping", None, BARRIER, result={})
    assert tape.outcome("conduct-bad-message-survived") is PASSED


def test_a_server_that_never_answered_was_not_brought_down():
    tape = Conversation()
    tape.ask("ping", None, "bad-message/good", error=NO)
    tape.say(Sender.CLIENT, b"null", probe="bad-message/null")
    tape.ask("ping", None, BARRIER, error=NO)
    assert tape.outcome("conduct-bad-message-survived") is UNTESTED


# Two clients


def two_clients(
    first: dict[str, Json], second: dict[str, Json], method: str = "tools/call"
) -> Conversation:
    tape = Conversation()
    for case, result in (("first", first), ("second", second)):
        called = method == "tools/call" or case == "first"
        params: Json = {"name": "echo", "arguments": {"message": TEXTS[case]}} if called else {}
        asked = "tools/call" if called else method
        probe = f"two-clients/{case}"
        tape.ask(asked, params, probe, session=case, number="same", result=result)
    return tape


@pytest.mark.parametrize(
    ("said", "apart", "data"),
    [
        (TEXTS["second"], PASSED, PASSED),
        (TEXTS["first"], VIOLATED, UNTESTED),
        (f"{TEXTS['first']}, {TEXTS['second']}", PASSED, VIOLATED),
        ("neither", PASSED, PASSED),
    ],
)
def test_a_client_gets_its_own_answer_and_nothing_of_the_other(said, apart, data):
    tape = two_clients(text(TEXTS["first"]), text(said))
    assert tape.outcome("conduct-clients-answers-apart") is apart
    assert tape.outcome("conduct-clients-data-apart") is data


def test_a_list_that_was_never_given_is_told_from_the_answer_to_another():
    crossed = two_clients(text(TEXTS["first"]), text(TEXTS["first"]), "tools/list")
    assert crossed.outcome("conduct-clients-answers-apart") is VIOLATED
    empty = two_clients(text(TEXTS["first"]), {}, "tools/list")
    assert empty.outcome("conduct-clients-answers-apart") is PASSED  # by the first client's answer


def test_two_clients_that_ask_alike_prove_nothing():
    tape = Conversation()
    for case in TEXTS:
        probe = f"two-clients/{case}"
        tape.ask("tools/list", None, probe, session=case, number=1, result={"tools": [A]})
    assert tape.outcome("conduct-clients-answers-apart") is UNTESTED


# Failures


def failed(said: str, arguments: Json = None, name: str = "convert", **members: Any) -> Outcome:
    tape = Conversation()
    tape.ask("tools/list", result={"tools": [{**A, "name": name, **members.pop("tool", {})}]})
    params: Json = {"name": name, "arguments": arguments or {}}
    tape.ask("tools/call", params, result=text(said, **members))
    return tape.outcome("conduct-failure-not-success")


TRACE = 'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\nValueError: no'


@pytest.mark.parametrize(
    "said",
    [
        "Error: no such city",
        "Error executing tool convert: boom",
        "java.io.IOException: closed",
        "An unexpected error occurred.",
        TRACE,
        '{"error": "no such city"}',
        '{"error": {"code": 5}, "success": false, "statusCode": 500}',
    ],
)
def test_a_result_that_is_nothing_but_an_error_says_so(said):
    assert failed(said) is VIOLATED
    assert failed(said, isError=True) is PASSED


@pytest.mark.parametrize(
    "said",
    [
        "Error rates rose to 3 %.",
        "Errors: 0",
        "The last line was: ValueError: no",
        f"2 lines\n{TRACE}\n3 lines",
        "Error: none\nWarnings: none",
        '{"error": null, "message": "done"}',
        '{"error": "", "message": "done"}',
        '{"error": 0.02, "code": 1}',
        '{"error": "stale", "temperature": 21}',
        '[{"error": "x"}]',
        "{error}",
        "Failed to no purpose",
        "",
    ],
)
def test_a_text_that_speaks_of_errors_may_be_what_was_asked_for(said):
    assert failed(said) is UNTESTED


@pytest.mark.parametrize(
    "name", ["read_file", "readFile", "get_logs", "last_error", "fetch", "run"]
)
def test_a_tool_that_gives_out_what_others_wrote_has_not_failed(name):
    assert failed("Error: no such city", name=name) is UNTESTED


def test_an_error_that_was_asked_for_is_what_was_asked_for():
    assert failed("Error: operation failed", {"kind": "error"}) is UNTESTED
    schema = {"type": "object", "properties": {"error": {"type": "string"}}}
    assert failed('{"error": "x"}', tool={"outputSchema": schema}) is UNTESTED


def test_errors_beside_other_content_are_not_all_that_was_said():
    tape = Conversation()
    tape.ask("tools/list", result={"tools": [A]})
    blocks = [{"type": "text", "text": "Error: one of three"}, {"type": "text", "text": "two"}]
    tape.ask("tools/call", {"name": "a"}, result={"content": blocks})
    assert tape.outcome("conduct-failure-not-success") is UNTESTED


# What calls leave behind


def grown(handles: list[int], threads: int = 5) -> Outcome:
    tape = Conversation()
    for number, count in enumerate(handles, start=1):
        data: dict[str, Json] = {"calls": number * EVERY, "handles": count, "threads": threads}
        tape.add(
            EventKind.USAGE, Sender.SERVER, probe="repeated-calls", data={**data, "processes": 1}
        )
    return tape.outcome("conduct-calls-leave-nothing")


LOOKS = MOST // EVERY


@pytest.mark.parametrize(
    ("handles", "expected"),
    [
        ([10] * LOOKS, PASSED),
        ([10 + EVERY * each for each in range(LOOKS)], VIOLATED),
        ([10 + EVERY // 2 * each for each in range(LOOKS)], VIOLATED),
        ([10 + EVERY // 2 * each - each for each in range(LOOKS)], UNTESTED),
        ([10 + EVERY * min(each, 6) for each in range(LOOKS)], UNTESTED),  # a pool that fills
        ([10 + EVERY * (each % 4) for each in range(LOOKS)], PASSED),  # collected now and then
        ([10, 90, *[70] * (LOOKS - 2)], PASSED),  # what the first calls open stays
        ([500, 10, *[12] * (LOOKS - 2)], PASSED),
        ([10 + EVERY * each for each in range(5)], UNTESTED),
        ([], UNTESTED),
    ],
)
def test_only_a_rise_without_end_is_a_leak(handles, expected):
    assert grown(handles) is expected
