"""What the specification permits must not be called a violation: clients that retry."""

from typing import Any

import pytest
from client_tape import DONE, PASSED, R2607, UNTESTED, VIOLATED, Client

ROOTS = {"method": "roots/list"}
FORM = {"method": "elicitation/create", "params": {"message": "?", "requestedSchema": {}}}
PLACES = {"roots": [{"uri": "file:///p"}]}
COMPLETE = {**DONE, "resultType": "complete"}


def asks(state: str | None = "s", **questions: Any) -> dict[str, Any]:
    given = {} if state is None else {"requestState": state}
    return {"resultType": "input_required", "inputRequests": questions or {"r": ROOTS}, **given}


def brings(state: str | None = "s", **responses: Any) -> dict[str, Any]:
    given = {} if state is None else {"requestState": state}
    return {"inputResponses": responses or {"r": PLACES}, **given}


def outcomes(client: Client) -> dict[str, Any]:
    rules = (
        "fulfils-first",
        "echoes-state",
        "no-invented-state",
        "new-id",
        "isolation",
        "same-request",
        "response-shapes",
    )
    return {rule: client.outcome(f"mrtr-client-{rule}") for rule in rules}


def violated(client: Client) -> list[str]:
    return [rule for rule, outcome in outcomes(client).items() if outcome is VIOLATED]


def test_a_client_that_never_retries_breaks_nothing():
    client = Client(R2607).calls(asks()).calls(COMPLETE).ended()
    assert set(outcomes(client).values()) <= {UNTESTED, PASSED}
    assert client.outcome("mrtr-client-fulfils-first") is UNTESTED


@pytest.mark.parametrize(
    ("retry", "broken"),
    [
        (brings(), []),
        (brings("other"), ["echoes-state"]),
        (brings(None), ["echoes-state"]),
        ({"requestState": "s"}, ["fulfils-first"]),
        (brings(r={"result": PLACES}), ["response-shapes"]),
        (brings(more=PLACES), ["fulfils-first"]),
    ],
)
def test_each_fault_has_its_rule(retry, broken):
    client = Client(R2607).calls(asks()).calls(COMPLETE, **retry)
    assert violated(client) == broken


def test_left_out_arguments_are_none_and_their_order_means_nothing():
    client = Client(R2607).calls(asks(), arguments={}).calls(COMPLETE, **brings())
    assert violated(client) == []
    client = Client(R2607).calls(asks(), arguments={"a": 1, "b": 2})
    client.calls(COMPLETE, arguments={"b": 2, "a": 1}, **brings())
    assert violated(client) == []


def test_other_arguments_are_another_request():
    client = Client(R2607).calls(asks(), arguments={"a": 1})
    client.calls(COMPLETE, arguments={"a": 2}, **brings())
    assert violated(client) == ["same-request"]


def test_a_retry_whose_answer_was_lost_may_be_sent_again():
    client = Client(R2607).calls(asks()).calls(COMPLETE, **brings()).calls(COMPLETE, **brings())
    assert violated(client) == []
    client = Client(R2607).calls(asks("1")).calls(asks("2"), **brings("1"))
    client.calls(COMPLETE, **brings("1")).calls(COMPLETE, **brings("2"))
    assert violated(client) == []


def test_answers_of_earlier_rounds_may_be_brought_again():
    client = (
        Client(R2607).calls(asks("1", a=ROOTS)).calls(asks("2", b=ROOTS), **brings("1", a=PLACES))
    )
    client.calls(COMPLETE, **brings("2", a=PLACES, b=PLACES))
    assert violated(client) == []


def test_a_key_may_be_that_of_another_call_too():
    client = Client(R2607).calls(asks("0", a=ROOTS), arguments={"other": True})
    client.calls(asks("1", a=ROOTS)).calls(asks("2", b=ROOTS), **brings("1", a=PLACES))
    client.calls(COMPLETE, **brings("2", a=PLACES, b=PLACES))
    assert violated(client) == []


def test_a_state_of_an_earlier_round_is_invented_where_there_is_none():
    client = (
        Client(R2607).calls(asks("1", a=ROOTS)).calls(asks(None, b=ROOTS), **brings("1", a=PLACES))
    )
    client.calls(COMPLETE, **brings("1", b=PLACES))
    assert violated(client) == ["no-invented-state"]


def test_two_calls_of_the_same_at_a_time_are_told_apart_by_their_states():
    client = Client(R2607)
    first, second = (client.sends("tools/call", {"name": "t"}) for _ in range(2))
    client.answers(first, asks("1")).answers(second, asks("2"))
    client.calls(COMPLETE, **brings("2")).calls(COMPLETE, **brings("1"))
    assert violated(client) == []


def test_what_belongs_to_another_call_is_not_for_this_one():
    client = Client(R2607)
    first, second = (client.sends("tools/call", {"name": name}) for name in "ab")
    client.answers(first, asks("1", a=ROOTS)).answers(second, asks("2", b=ROOTS))
    client.calls(COMPLETE, **{**brings("1", a=PLACES), "name": "a"})
    client.calls(COMPLETE, **{**brings("1", b=PLACES), "name": "b"})
    assert violated(client) == ["isolation"]


def test_what_was_not_declared_is_not_owed():
    client = Client(R2607, {"roots": {}}).calls(asks(r=ROOTS, f=FORM))
    client.calls(COMPLETE, **brings(r=PLACES))
    assert violated(client) == []
    client = Client(R2607, {"roots": {}}).calls(asks(r=ROOTS, f=FORM))
    client.calls(COMPLETE, **brings(r=PLACES, f={"error": {"code": -32601, "message": "no"}}))
    assert violated(client) == []


def test_the_same_id_on_another_connection_is_another():
    client = Client(R2607).calls(asks())
    client.sends("tools/call", {"name": "t", **brings()}, number=1, session="other")
    assert violated(client) == []
    client = Client(R2607).calls(asks())
    client.sends("tools/call", {"name": "t", **brings()}, number=1)
    assert violated(client) == ["new-id"]


def test_a_result_without_questions_may_be_retried_at_once():
    waits = {"resultType": "input_required", "requestState": "s"}
    client = Client(R2607).calls(waits).calls(COMPLETE, requestState="s")
    assert violated(client) == []
    assert client.outcome("mrtr-client-echoes-state") is PASSED
