"""What the specification permits must not be called a violation: completions."""

import pytest
from resources_tape import Conversation

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome

R2411, R2503, R2506, R2511, R2607 = Revision
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
REFUSED = {"code": -32602, "message": "no"}
NOT_FOUND = {"code": -32002, "message": "no"}


@pytest.mark.parametrize(("values", "expected"), [([], UNTESTED), (["a"], VIOLATED)])
def test_no_completions_where_none_are_declared_may_be_an_empty_list(values, expected):
    tape = Conversation(capabilities={})
    tape.complete("undeclared-completions", values=values)
    assert tape.outcome("completion-capability-declared") is expected
    assert tape.outcome("completion-not-supported-32601") is UNTESTED


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        ({"values": []}, PASSED),
        ({"values": ["a"], "total": 7, "hasMore": True, "com.example": 1}, PASSED),
        ({"values": ["a"] * 101}, PASSED),  # of another rule
        ({"values": [1]}, VIOLATED),
        ({"values": [], "total": 1.5}, VIOLATED),
        ({"values": [], "hasMore": None}, VIOLATED),
        ({}, VIOLATED),
    ],
)
@pytest.mark.parametrize("revision", [R2411, R2511, R2607])
def test_a_completion_is_judged_by_its_definition(revision, completion, expected):
    tape = Conversation(revision)
    tape.complete(**completion)
    assert tape.outcome("completion-result-shape") is expected


@pytest.mark.parametrize(
    ("count", "members", "most", "total"),
    [
        (3, {}, UNTESTED, UNTESTED),
        (100, {}, PASSED, UNTESTED),
        (101, {}, VIOLATED, UNTESTED),
        (3, {"total": 3}, UNTESTED, PASSED),
        (3, {"total": 3, "hasMore": True}, PASSED, PASSED),
        (3, {"total": 200}, PASSED, PASSED),
        (3, {"total": 4, "hasMore": False}, UNTESTED, VIOLATED),
        (3, {"total": 2}, UNTESTED, VIOLATED),
        (3, {"total": "2"}, UNTESTED, UNTESTED),
        (0, {"total": True}, UNTESTED, UNTESTED),
    ],
)
def test_the_number_of_values_is_judged_where_it_could_be_wrong(count, members, most, total):
    tape = Conversation()
    tape.complete(values=["a"] * count, **members)
    assert tape.outcome("completion-max-100") is most
    assert tape.outcome("completion-total-consistent") is total


@pytest.mark.parametrize(
    ("case", "reply", "expected"),
    [
        ("unknown prompt", {"error": REFUSED}, PASSED),
        ("unknown prompt", {"error": NOT_FOUND}, VIOLATED),
        ("unknown prompt", {"result": {"completion": {"values": []}}}, VIOLATED),
        ("unknown type", {"error": {"code": -32600, "message": "no"}}, UNTESTED),
        ("unknown type", {"result": {"completion": {"values": []}}}, VIOLATED),
        ("unknown prompt", {"error": {"code": -32601, "message": "no"}}, UNTESTED),
        ("unknown prompt", {}, UNTESTED),
    ],
)
def test_wrong_completions_are_refused_as_the_page_says(case, reply, expected):
    tape = Conversation()
    tape.ask("completion/complete", {"ref": {}}, f"invalid-completions/{case}", **reply)
    assert tape.outcome("completion-invalid-ref-32602") is expected


@pytest.mark.parametrize(
    ("plain", "with_context", "expected"),
    [
        ("result", "result", PASSED),
        ("result", "error", VIOLATED),
        ("error", "error", UNTESTED),
    ],
)
def test_a_context_counts_where_the_request_is_served_without_one(plain, with_context, expected):
    tape = Conversation()
    replies = {"result": {"completion": {"values": []}}, "error": REFUSED}
    asked = {"ref": {"type": "ref/prompt", "name": "p"}, "argument": {"name": "a", "value": ""}}
    tape.ask("completion/complete", asked, "completions/plain", **{plain: replies[plain]})
    given = {**asked, "context": {"arguments": {}}}
    reply = {with_context: replies[with_context]}
    tape.ask("completion/complete", given, "completions/context", **reply)
    assert tape.outcome("completion-context-accepted") is expected


def test_one_refusal_among_completions_that_are_served_may_have_its_reason():
    tape = Conversation()
    tape.ask("completion/complete", {"ref": {}}, "completions/plain", error=REFUSED)
    assert tape.outcome("completion-answers-if-declared") is VIOLATED
    tape.complete("completions/plain", values=[])
    assert tape.outcome("completion-answers-if-declared") is PASSED
