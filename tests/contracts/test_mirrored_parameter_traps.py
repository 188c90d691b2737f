"""What the specification permits must not be called a violation: headers that mirror arguments."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

NEWEST = Revision.R2026_07_28
META: dict[str, Any] = {META_VERSION: str(NEWEST), META_CAPABILITIES: {}}
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
DONE: dict[str, Any] = {"resultType": "complete", "content": []}
FAILED: dict[str, Any] = {**DONE, "isError": True}
MISMATCH: dict[str, Any] = {"code": -32020, "message": "Header mismatch"}
INVALID: dict[str, Any] = {"code": -32602, "message": "Invalid params"}


class Calls(Tape):
    """Calls of tools over HTTP, each with the status that it was answered with."""

    def __init__(self) -> None:
        super().__init__("http")
        self._numbers = itertools.count(1)

    def call(self, case: str, status: int, answer: Any = None, *, name: str = "t") -> None:
        number = next(self._numbers)
        probe, channel = f"parameter-headers/{case}", f"post-{number}"
        frame = {"jsonrpc": "2.0", "id": number}
        params = {"name": name, "arguments": {}, "_meta": META}
        message = {**frame, "method": "tools/call", "params": params}
        head = {"method": "POST", "headers": {}}
        self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, channel=channel, probe=probe, data=head)
        self.say(Sender.CLIENT, message, channel=channel, probe=probe)
        shown = {"status": status, "headers": {"content-type": "application/json"}}
        self.add(EventKind.HTTP_RESPONSE, Sender.SERVER, channel=channel, data=shown)
        if answer is not None:
            reply = {"error": answer} if "code" in answer else {"result": answer}
            self.say(Sender.SERVER, {**frame, **reply}, channel=channel)


def called(case: str, status: int, answer: Any) -> Calls:
    """A call that is served when its headers are right, and a varied one."""
    tape = Calls()
    tape.call("right", 200, DONE)
    tape.call(case, status, answer)
    return tape


@pytest.mark.parametrize(
    ("case", "status", "answer", "rule_id", "expected"),
    [
        ("encoded", 200, DONE, "xmcp-server-decodes-base64", PASSED),
        ("encoded", 200, FAILED, "xmcp-server-decodes-base64", PASSED),
        ("encoded", 400, MISMATCH, "xmcp-server-decodes-base64", VIOLATED),
        ("other", 400, MISMATCH, "xmcp-server-rejects-mismatch", PASSED),
        ("other", 400, INVALID, "xmcp-server-rejects-mismatch", VIOLATED),
        ("other", 400, None, "xmcp-server-rejects-mismatch", VIOLATED),
        ("encoded-other", 200, DONE, "xmcp-server-rejects-mismatch", VIOLATED),
        ("missing", 400, MISMATCH, "xmcp-server-rejects-missing", PASSED),
        ("missing", 200, FAILED, "xmcp-server-rejects-missing", VIOLATED),
        ("stray-character", 400, None, "xmcp-server-rejects-bad-encoding", PASSED),
        ("no-base64", 200, DONE, "xmcp-server-rejects-bad-encoding", VIOLATED),
        ("absent", 200, FAILED, "xmcp-server-not-expect-null", PASSED),
        ("absent", 400, MISMATCH, "xmcp-server-not-expect-null", VIOLATED),
        ("null", 400, INVALID, "xmcp-server-not-expect-null", UNTESTED),
        ("numeric", 200, DONE, "xmcp-server-integer-numeric-compare", PASSED),
        ("numeric", 400, MISMATCH, "xmcp-server-integer-numeric-compare", VIOLATED),
    ],
)
def test_a_failure_of_the_tool_is_no_refusal_of_its_headers(
    case, status, answer, rule_id, expected
):
    assert called(case, status, answer).outcome(rule_id, NEWEST) is expected


RULES = [
    ("xmcp-server-decodes-base64", "encoded"),
    ("xmcp-server-rejects-mismatch", "other"),
    ("xmcp-server-rejects-missing", "missing"),
    ("xmcp-server-rejects-bad-encoding", "stray-character"),
    ("xmcp-server-not-expect-null", "absent"),
    ("xmcp-server-integer-numeric-compare", "numeric"),
]


@pytest.mark.parametrize(("rule_id", "case"), RULES)
@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_rate_limits_and_gateways_tell_nothing_of_headers(rule_id, case, status):
    assert called(case, status, None).outcome(rule_id, NEWEST) is UNTESTED


@pytest.mark.parametrize(("rule_id", "case"), RULES)
def test_a_tool_whose_right_call_is_refused_is_not_judged(rule_id, case):
    tape = Calls()
    tape.call("right", 200, DONE, name="other")
    tape.call("right", 400, INVALID)
    tape.call(case, 400, MISMATCH)
    tape.call(case, 200, DONE)
    assert tape.outcome(rule_id, NEWEST) is UNTESTED
