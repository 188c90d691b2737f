"""Asking the client: during the call in the stateful era, in rounds in the other."""

import base64

import pytest
from talk import Client, cases, mock, outcome, tool

from mcp_proof_contracts.error_codes import INVALID_PARAMS, MISSING_CAPABILITY
from mcp_proof_mocks.script.ask import TTL
from mcp_proof_mocks.server import MockServer

STATELESS = "2026-07-28"
FORM = {
    "method": "elicitation/create",
    "params": {"message": "{{ city }}?", "requestedSchema": {"type": "object", "properties": {}}},
}
URL = {
    "method": "elicitation/create",
    "params": {"mode": "url", "message": "Go", "url": "https://example.com", "elicitationId": "1"},
}
SAMPLE = {"method": "sampling/createMessage", "params": {"messages": [], "maxTokens": 5}}
WITH_TOOLS = {"method": "sampling/createMessage", "params": {**SAMPLE["params"], "tools": []}}
ROOTS = {"method": "roots/list"}
ALL = {"elicitation": {"form": {}, "url": {}}, "sampling": {"tools": {}}, "roots": {}}
ACCEPTED = {"action": "accept", "content": {"name": "Ada"}}
NAME = "{{ $inputs.guest.content.name }}"


def asking(*asked: dict, **members) -> dict:
    steps = [{"ask": questions} for questions in asked]
    return tool(steps=steps, **{"answer": {"text": NAME}, **members})


# During the call


def test_the_answer_waits_for_what_the_client_was_asked_while_others_are_answered():
    with Client(mock(tools=[asking({"guest": FORM}), tool(name="u")]), capabilities=ALL) as client:
        waiting = client.start("tools/call", name="t", arguments={"city": "Oslo"})
        [asked] = client.heard
        assert (asked["method"], asked["params"]["message"]) == ("elicitation/create", "Oslo?")
        assert "content" in client.call("u")
        assert not waiting.done()
        client.respond(asked, result=ACCEPTED)
        assert outcome(client.answer(waiting))["content"][0]["text"] == "Ada"


def test_what_a_slot_brings_into_a_message_or_a_url_is_text():
    params = {"mode": "url", "message": "{{ n }}", "url": "{{ none }}", "elicitationId": "1"}
    server = mock(tools=[asking({"guest": {**URL, "params": params}})])
    with Client(server, STATELESS, ALL) as client:
        asked = client.call("t", {"n": 5})["inputRequests"]["guest"]
    assert (asked["params"]["message"], asked["params"]["url"]) == ("5", "")


def test_declining_is_an_answer_like_another():
    answer = {"structured": {"did": "{{ $inputs.guest.action }}", "name": NAME}}
    server = mock(tools=[asking({"guest": FORM}, answer=answer)])
    with Client(server, capabilities=ALL) as client:
        waiting = client.start("tools/call", name="t")
        client.respond(client.heard[0], result={"action": "decline"})
        result = outcome(client.answer(waiting))
        assert result["structuredContent"] == {"did": "decline", "name": None}
    with Client(server, STATELESS, ALL) as client:
        state = client.call("t")["requestState"]
        declined = {"guest": {"action": "decline"}}
        result = client.call("t", requestState=state, inputResponses=declined)
        assert result["structuredContent"] == {"did": "decline", "name": None}


def test_an_error_of_the_client_makes_the_tool_fail():
    with Client(mock(tools=[asking({"guest": FORM})]), capabilities=ALL) as client:
        waiting = client.start("tools/call", name="t")
        client.respond(client.heard[0], error={"code": -1, "message": "not now"})
        result = outcome(client.answer(waiting))
    assert result["isError"]
    assert "not now" in result["content"][0]["text"]


def test_answers_to_nothing_that_was_asked_change_nothing():
    with Client(mock(tools=[asking({"guest": FORM})]), capabilities=ALL) as client:
        waiting = client.start("tools/call", name="t")
        for stray in ("other", 1, None, [], {}):
            client.respond({"id": stray}, result=ACCEPTED)
        client.respond(client.heard[0], result=ACCEPTED)
        client.respond(client.heard[0], result={"action": "cancel"})
        assert outcome(client.answer(waiting))["content"][0]["text"] == "Ada"


def test_a_cancelled_call_is_not_answered_and_its_question_is_void():
    with Client(mock(tools=[asking({"guest": FORM})]), capabilities=ALL) as client:
        waiting = client.start("tools/call", name="t")
        client.tell("notifications/cancelled", requestId=waiting_id(client))
        assert waiting.result().cancelled
        assert waiting.result().messages == []
        client.respond(client.heard[0], result=ACCEPTED)


def test_a_question_is_forgotten_with_the_call_that_has_asked_it():
    with Client(mock(tools=[asking({"guest": FORM})]), capabilities=ALL) as client:
        client.start("tools/call", name="t")
        assert len(client.conversation.session.questions._asked) == 1
        client.tell("notifications/cancelled", requestId=waiting_id(client))
        assert not client.conversation.session.questions._asked


def waiting_id(client):
    return next(client.ids) - 1


# In rounds


def test_a_round_asks_and_the_next_one_answers():
    with Client(mock(tools=[asking({"guest": FORM})]), STATELESS, ALL) as client:
        first = client.call("t", {"city": "Oslo"})
        assert first["resultType"] == "input_required"
        assert first["inputRequests"]["guest"]["params"]["message"] == "Oslo?"
        answers = {"requestState": first["requestState"], "inputResponses": {"guest": ACCEPTED}}
        assert client.text("t", {"city": "Oslo"}, **answers) == "Ada"
        assert client.heard == []


@pytest.mark.parametrize("method", ["prompts/get", "resources/read"])
def test_prompts_and_resources_ask_in_the_same_manner(method):
    steps = [{"ask": {"guest": FORM}}]
    message = {"role": "user", "content": {"type": "text", "text": NAME}}
    server = mock(
        prompts=[{"name": "p", "steps": steps, "messages": [message]}],
        resources=[{"uri": "a", "steps": steps, "text": NAME}],
    )
    subject = {"name": "p"} if method == "prompts/get" else {"uri": "a"}
    with Client(server, STATELESS, ALL) as client:
        first = client.ask(method, **subject)["result"]
        assert first["resultType"] == "input_required"
        assert "ttlMs" not in first
        again = {"requestState": first["requestState"], "inputResponses": {"guest": ACCEPTED}}
        assert '"text": "Ada"' in str(client.ask(method, **subject, **again)).replace("'", '"')


def test_steps_before_a_round_happen_once_and_the_call_counts_once(slept):
    steps = [
        {"delay": 10},
        {"log": {"data": "before"}},
        {"ask": {"guest": FORM}},
        {"log": {"data": "between"}},
        {"ask": {"other": FORM}},
        {"log": {"data": "after {{ $inputs.guest.content.name }}"}},
    ]
    server = mock(tools=[tool(steps=steps, answer={"text": "call {{ $call }}"})])
    with Client(server, STATELESS, ALL) as client:
        client.level = "info"
        first = client.call("t")
        second = client.call(
            "t", requestState=first["requestState"], inputResponses={"guest": ACCEPTED}
        )
        assert list(second["inputRequests"]) == ["other"]
        last = {"requestState": second["requestState"], "inputResponses": {"other": ACCEPTED}}
        assert client.text("t", **last) == "call 1"
        assert [said["params"]["data"] for said in client.heard] == [
            "before",
            "between",
            "after Ada",
        ]
    assert slept == [0.01]


def test_what_is_missing_is_asked_again_and_what_was_answered_is_not():
    with Client(mock(tools=[asking({"guest": FORM, "roots": ROOTS})]), STATELESS, ALL) as client:
        first = client.call("t")
        assert list(first["inputRequests"]) == ["guest", "roots"]
        given = {"guest": ACCEPTED, "unknown": 5}
        second = client.call("t", requestState=first["requestState"], inputResponses=given)
        assert list(second["inputRequests"]) == ["roots"]
        rest = {"requestState": second["requestState"], "inputResponses": {"roots": {"roots": []}}}
        assert client.text("t", **rest) == "Ada"


def test_a_call_stays_with_its_case_whatever_others_do_between_its_rounds():
    server = mock(
        state="open",
        tools=[
            cases(
                {
                    "when": {"call": 1, "state": "open"},
                    "steps": [{"ask": {"guest": FORM}}],
                    "answer": {"text": "call {{ $call }}: " + NAME},
                },
                {"answer": {"text": "other"}, "then": "closed"},
            )
        ],
    )
    with Client(server, STATELESS, ALL) as client:
        state = client.call("t")["requestState"]
        assert client.text("t") == "other"
        answers = {"requestState": state, "inputResponses": {"guest": ACCEPTED}}
        assert client.text("t", **answers) == "call 1: Ada"


def test_rounds_of_one_call_are_one_call_for_the_rate_limit():
    limited = asking({"guest": FORM}, rate_limit={"calls": 1, "per": 60})
    with Client(mock(tools=[limited]), STATELESS, ALL) as client:
        state = client.call("t")["requestState"]
        answers = {"requestState": state, "inputResponses": {"guest": ACCEPTED}}
        assert client.text("t", **answers) == "Ada"
        assert "Rate limit" in client.text("t")


# State that is not taken


def tampered(state: str) -> str:
    digest, _, text = state.partition(".")
    body = base64.urlsafe_b64decode(text.partition(":")[2]).replace(b'"reached":0', b'"reached":1')
    return f"{digest}.state:{base64.urlsafe_b64encode(body).decode()}"


@pytest.mark.parametrize(
    "spoil",
    [
        tampered,
        lambda state: state[:-1],
        lambda state: state + "x",
        lambda _: "",
        lambda _: ".",
        lambda _: "0" * 64 + ".state:e30=",
        lambda _: "é.ü",
        lambda _: None,
        lambda _: 5,
        lambda _: {},
    ],
)
def test_state_that_the_server_has_not_given_out_is_refused(spoil):
    with Client(mock(tools=[asking({"guest": FORM}), tool(name="u")]), STATELESS, ALL) as client:
        state = spoil(client.call("t")["requestState"])
        answers = {"requestState": state, "inputResponses": {"guest": ACCEPTED}}
        assert client.call("t", **answers)["code"] == INVALID_PARAMS
        assert client.call("u", requestState=state)["code"] == INVALID_PARAMS


def test_state_of_another_server_another_subject_or_other_arguments_is_refused():
    contract = {"tools": [asking({"guest": FORM}), asking({"guest": FORM}, name="u")]}
    with Client(MockServer(contract), STATELESS, ALL) as client:
        state = client.call("t", {"city": "Oslo"})["requestState"]
        answers = {"requestState": state, "inputResponses": {"guest": ACCEPTED}}
        assert client.call("t", {"city": "Rome"}, **answers)["code"] == INVALID_PARAMS
        assert client.call("t", {"city": "Oslo", "x": 1}, **answers)["code"] == INVALID_PARAMS
        assert client.call("u", {"city": "Oslo"}, **answers)["code"] == INVALID_PARAMS
        assert client.text("t", {"city": "Oslo"}, **answers) == "Ada"
    with Client(MockServer(contract), STATELESS, ALL) as client:
        assert client.call("t", {"city": "Oslo"}, **answers)["code"] == INVALID_PARAMS


def test_state_tells_nothing_by_which_other_state_could_be_signed():
    """What stands for the request is no signature: its text would be signed state otherwise."""
    with Client(mock(tools=[asking({"guest": FORM})]), STATELESS, ALL) as client:
        _, _, text = client.call("t", {"a": 1})["requestState"].partition(".state:")
        told = base64.urlsafe_b64decode(text).partition(b'"for":"')[2].partition(b'"')[0].decode()
        forged = f'{told}.["tools/call","t",{{"a":1}}]'
        assert client.call("t", {"a": 1}, requestState=forged)["code"] == INVALID_PARAMS


def test_state_expires():
    now = [0.0]
    server = MockServer({"tools": [asking({"guest": FORM})]}, clock=lambda: now[0])
    with Client(server, STATELESS, ALL) as client:
        state = client.call("t")["requestState"]
        answers = {"requestState": state, "inputResponses": {"guest": ACCEPTED}}
        now[0] = TTL - 1
        assert client.text("t", **answers) == "Ada"
        now[0] = TTL
        assert client.call("t", **answers)["code"] == INVALID_PARAMS


def test_the_stateful_era_knows_no_state_of_requests():
    with Client(mock(tools=[tool(answer={"text": "ok"})])) as client:
        assert client.text("t", requestState="mine") == "ok"


@pytest.mark.parametrize(
    "responses",
    [
        *(None, [], "x", 5, {"guest": None}, {"guest": "Ada"}, {"guest": {"action": "maybe"}}),
        *({"guest": {}}, {"guest": {"roots": []}}),
    ],
)
def test_responses_that_are_none_are_refused(responses):
    with Client(mock(tools=[asking({"guest": FORM})]), STATELESS, ALL) as client:
        state = client.call("t")["requestState"]
        error = client.call("t", requestState=state, inputResponses=responses)
        assert error["code"] == INVALID_PARAMS
        assert "inputResponses" in error["message"]


# What the client has declared

DECLARED = [
    ({"elicitation": {}}, {"f": FORM, "u": URL, "s": SAMPLE, "r": ROOTS}, ["f"]),
    ({"elicitation": {"form": {}}}, {"f": FORM, "u": URL}, ["f"]),
    ({"elicitation": {"url": {}}}, {"f": FORM, "u": URL}, ["u"]),
    ({"elicitation": {"form": {}, "url": {}}}, {"f": FORM, "u": URL}, ["f", "u"]),
    ({"sampling": {}}, {"s": SAMPLE, "w": WITH_TOOLS}, ["s"]),
    ({"sampling": {"tools": {}}}, {"s": SAMPLE, "w": WITH_TOOLS}, ["s", "w"]),
    ({"roots": {"listChanged": True}}, {"s": SAMPLE, "r": ROOTS}, ["r"]),
]


@pytest.mark.parametrize(("capabilities", "asked", "left"), DECLARED)
def test_only_what_the_client_has_declared_is_asked(capabilities, asked, left):
    server = mock(tools=[asking(asked)])
    with Client(server, STATELESS, capabilities) as client:
        assert list(client.call("t")["inputRequests"]) == left
    with Client(server, capabilities=capabilities) as client:
        client.start("tools/call", name="t")
        [said] = client.heard
    wanted = asked[left[0]]
    mode = wanted.get("params", {}).get("mode")
    assert (said["method"], said.get("params", {}).get("mode")) == (wanted["method"], mode)


@pytest.mark.parametrize(
    ("capabilities", "asked", "missing"),
    [
        ({}, {"f": FORM}, {"elicitation": {"form": {}}}),
        ({}, {"s": SAMPLE, "r": ROOTS}, {"sampling": {}, "roots": {}}),
        ({"elicitation": {}}, {"u": URL}, {"elicitation": {"url": {}}}),
        ({"elicitation": {"url": {}}}, {"f": FORM}, {"elicitation": {"form": {}}}),
        ({"sampling": {}}, {"w": WITH_TOOLS}, {"sampling": {"tools": {}}}),
    ],
)
def test_when_nothing_is_left_to_ask_the_call_fails(capabilities, asked, missing):
    server = mock(tools=[asking(asked)])
    with Client(server, STATELESS, capabilities) as client:
        error = client.call("t")
        assert (error["code"], error["data"]) == (
            MISSING_CAPABILITY,
            {"requiredCapabilities": missing},
        )
        assert client.finish(client.start("tools/call", name="t")).status == 400
    with Client(server, capabilities=capabilities) as client:
        result = client.call("t")
        assert result["isError"]
        assert client.heard == []


@pytest.mark.parametrize(
    ("required", "capabilities", "served"),
    [
        ({"sampling": {}}, {"sampling": {"tools": {}}}, True),
        ({"sampling": {}}, {"roots": {}}, False),
        ({"sampling": {"tools": {}}}, {"sampling": {}}, False),
        ({"elicitation": {}}, {"elicitation": {"url": {}}}, True),
        ({"elicitation": {"form": {}}}, {"elicitation": {}}, True),
        ({"elicitation": {"url": {}}}, {"elicitation": {}}, False),
    ],
)
def test_a_tool_serves_only_clients_that_declared_what_it_requires(required, capabilities, served):
    server = mock(tools=[tool(requires=required, answer={"text": "ok"})])
    with Client(server, STATELESS, capabilities) as client:
        result = client.call("t")
        assert result.get("code") == (None if served else MISSING_CAPABILITY)
    with Client(server, capabilities=capabilities) as client:
        assert bool(client.call("t").get("isError")) is not served
