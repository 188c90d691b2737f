"""What the specification permits must not be called a violation: requests that ask in rounds."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

NEWEST = Revision.R2026_07_28
ALL: dict[str, Any] = {"sampling": {}, "roots": {}, "elicitation": {"form": {}, "url": {}}}
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
FORM: dict[str, Any] = {
    "method": "elicitation/create",
    "params": {
        "message": "Name?",
        "requestedSchema": {"type": "object", "properties": {"name": {"type": "string"}}},
    },
}
OTHER_FORM: dict[str, Any] = {**FORM, "params": {**FORM["params"], "message": "Color?"}}
LINK: dict[str, Any] = {
    "method": "elicitation/create",
    "params": {"mode": "url", "message": "Look.", "url": "https://example.com/"},
}
SAMPLE: dict[str, Any] = {
    "method": "sampling/createMessage",
    "params": {"messages": [], "maxTokens": 1},
}
ROOTS: dict[str, Any] = {"method": "roots/list"}
ACCEPTED: dict[str, Any] = {"action": "accept", "content": {"name": "Ada"}}
DONE: dict[str, Any] = {"resultType": "complete", "content": []}
FAILED: dict[str, Any] = {**DONE, "isError": True}


def asks(*requests: Any, state: Any = "s", **members: Any) -> dict[str, Any]:
    """A result that asks."""
    inputs = {f"q{number}": request for number, request in enumerate(requests)}
    return {
        "resultType": "input_required",
        "inputRequests": inputs,
        **({} if state is None else {"requestState": state}),
        **members,
    }


def retry(state: str | None = "s", **responses: Any) -> dict[str, Any]:
    """What a retry has besides."""
    return {
        "inputResponses": responses,
        **({} if state is None else {"requestState": state}),
    }


class Conversation(Tape):
    """A conversation with a server, written down exchange by exchange."""

    def __init__(self, transport: str = "stdio") -> None:
        super().__init__(transport)
        self._numbers = itertools.count(1)

    def ask(
        self,
        answer: dict[str, Any],
        more: Any = None,
        *,
        method: str = "tools/call",
        probe: str = "",
        capabilities: Any = None,
        name: str = "t",
    ) -> None:
        declared = ALL if capabilities is None else capabilities
        meta = {META_VERSION: str(NEWEST), META_CAPABILITIES: declared}
        frame = {"jsonrpc": "2.0", "id": next(self._numbers)}
        channel = f"post-{frame['id']}" if self.transcript.header.transport == "http" else "stdio"
        params = {"name": name, **(more or {}), "_meta": meta}
        request = {**frame, "method": method, "params": params}
        self.say(Sender.CLIENT, request, probe=probe, channel=channel)
        reply = {"error": answer} if "code" in answer else {"result": answer}
        self.say(Sender.SERVER, {**frame, **reply}, channel=channel)

    def outcome(self, rule_id: str, revision: Revision = NEWEST) -> Outcome:
        return super().outcome(rule_id, revision)


def error(code: int) -> dict[str, Any]:
    return {"code": code, "message": "no"}


# The results that ask


@pytest.mark.parametrize(
    ("method", "kind", "expected"),
    [
        ("tools/list", "complete", PASSED),
        ("tools/list", "input_required", VIOLATED),
        ("completion/complete", "input_required", VIOLATED),
        ("tasks/get", "complete", PASSED),
        ("tools/call", "input_required", UNTESTED),
        ("prompts/get", "input_required", UNTESTED),
        ("resources/read", "input_required", UNTESTED),
    ],
)
def test_three_methods_may_ask(method, kind, expected):
    tape = Conversation()
    tape.ask({"resultType": kind, "inputRequests": {"q0": FORM}}, method=method)
    assert tape.outcome("mrtr-only-on-supported-methods") is expected


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (asks(FORM), PASSED),
        (asks(FORM, state=None), PASSED),
        ({"resultType": "input_required", "requestState": ""}, PASSED),
        ({"resultType": "input_required", "inputRequests": {}}, PASSED),
        ({"resultType": "input_required"}, VIOLATED),
        (asks(FORM, state={"step": 1}), VIOLATED),
        (DONE, UNTESTED),
    ],
)
def test_either_member_is_enough_and_a_state_is_a_string(result, expected):
    tape = Conversation()
    tape.ask(result)
    assert tape.outcome("mrtr-at-least-one-member") is expected


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"a": FORM, "b": LINK, "c": SAMPLE, "d": ROOTS}, PASSED),
        ({"a": {**ROOTS, "params": {}}}, PASSED),
        ({}, UNTESTED),
        ([FORM], VIOLATED),
        ({"a": {"method": "ping"}}, VIOLATED),
        ({"a": {"method": "sampling/createMessage"}}, VIOLATED),
        ({"a": "roots/list"}, VIOLATED),
    ],
)
def test_what_is_asked_is_of_three_kinds(inputs, expected):
    tape = Conversation()
    tape.ask({"resultType": "input_required", "inputRequests": inputs})
    assert tape.outcome("mrtr-input-request-kinds") is expected


@pytest.mark.parametrize(
    ("question", "declared", "expected"),
    [
        (FORM, {"elicitation": {}}, PASSED),
        (FORM, {"elicitation": {"url": {}}}, VIOLATED),
        (LINK, {"elicitation": {}}, VIOLATED),
        (LINK, {"elicitation": {"form": {}, "url": {}}}, PASSED),
        (SAMPLE, {"elicitation": {}}, VIOLATED),
        (ROOTS, {"roots": {}}, PASSED),
    ],
)
def test_an_empty_elicitation_capability_means_forms(question, declared, expected):
    tape = Conversation()
    tape.ask(error(-32021), probe="input-rounds/undeclared", capabilities={})
    tape.ask(asks(question), capabilities=declared)
    assert tape.outcome("mrtr-respects-capabilities") is expected


def test_questions_that_were_declared_prove_nothing_of_others():
    tape = Conversation()
    tape.ask(asks(FORM))
    assert tape.outcome("mrtr-respects-capabilities") is UNTESTED


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (asks(FORM), PASSED),
        ({"resultType": "input_required", "requestState": "s"}, PASSED),
        ({**DONE, "inputRequests": {"q0": FORM}}, VIOLATED),
        ({"resultType": "complete", "requestState": "s"}, VIOLATED),
        ({**DONE, "requestState": "s"}, UNTESTED),
        ({**DONE, "inputRequests": 3}, UNTESTED),
        ({"inputRequests": {"q0": FORM}}, UNTESTED),
    ],
)
def test_members_of_other_names_or_meanings_do_not_ask(result, expected):
    tape = Conversation()
    tape.ask(result)
    assert tape.outcome("mrtr-result-type-matches") is expected


# Rounds


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (DONE, PASSED),
        (FAILED, UNTESTED),
        (asks(FORM), UNTESTED),
        (error(-32602), VIOLATED),
        (error(4001), UNTESTED),
        (error(-32021), UNTESTED),
    ],
)
def test_a_server_may_ask_again_or_let_the_tool_fail(answer, expected):
    tape = Conversation()
    tape.ask(asks(FORM))
    tape.ask(answer, retry(q0=ACCEPTED))
    assert tape.outcome("mrtr-works-on-tools") is expected


@pytest.mark.parametrize(
    "responses",
    [
        {},
        {"q0": {"action": "decline"}},
        {"q0": {"action": "accept", "content": {"name": 3}}},
        {"q0": {"action": "accept"}},
        {"q0": 42},
    ],
)
def test_a_refusal_of_answers_that_are_not_good_is_no_finding(responses):
    tape = Conversation()
    tape.ask(asks(FORM))
    tape.ask(error(-32602), retry(**responses))
    assert tape.outcome("mrtr-works-on-tools") is UNTESTED


def test_a_retry_with_the_state_of_another_request_is_none():
    tape = Conversation()
    tape.ask(asks(FORM, state="one"))
    tape.ask(error(-32602), retry("two", q0=ACCEPTED))
    tape.ask(error(-32602), retry("one", q0=ACCEPTED), name="other")
    assert tape.outcome("mrtr-works-on-tools") is UNTESTED


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"resultType": "complete", "messages": []}, PASSED),
        (error(-32602), UNTESTED),
        (error(-32603), VIOLATED),
    ],
)
def test_a_prompt_may_refuse_what_was_answered(answer, expected):
    tape = Conversation()
    tape.ask(asks(FORM), method="prompts/get")
    tape.ask(answer, retry(q0=ACCEPTED), method="prompts/get")
    assert tape.outcome("mrtr-works-on-prompts-resources") is expected


def rounds(*questions: dict[str, Any], last: dict[str, Any]) -> Conversation:
    tape = Conversation()
    tape.ask(asks(questions[0], state="0"))
    for number, question in enumerate(questions[1:], start=1):
        tape.ask(asks(question, state=str(number)), retry(str(number - 1), q0=ACCEPTED))
    tape.ask(last, retry(str(len(questions) - 1), q0=ACCEPTED))
    return tape


@pytest.mark.parametrize(
    ("questions", "last", "expected"),
    [
        ([FORM, OTHER_FORM], DONE, PASSED),
        ([FORM, OTHER_FORM], error(-32602), VIOLATED),
        ([FORM], error(-32602), UNTESTED),
        ([FORM, OTHER_FORM], FAILED, UNTESTED),
        ([FORM, OTHER_FORM] * 3, asks(FORM, state="e"), VIOLATED),
        ([FORM, OTHER_FORM, FORM], asks(OTHER_FORM, state="e"), UNTESTED),
        ([FORM] * 7, asks(FORM, state="e"), UNTESTED),
    ],
)
def test_a_server_may_ask_the_same_again_but_not_forget_by_turns(questions, last, expected):
    assert rounds(*questions, last=last).outcome("mrtr-multi-round") is expected


# Retries with one thing changed


def varied(case: str, answer: dict[str, Any], *, home: Any = DONE, bare: Any = None) -> Tape:
    """A request that was tried at home and without its state, then varied."""
    tape = Conversation("http")
    tape.ask(asks(FORM), probe="input-rounds/begin")
    tape.ask(home, retry(q0=ACCEPTED), probe="input-rounds/home")
    if bare is not None:
        tape.ask(bare, retry(None, q0=ACCEPTED), probe="input-rounds/no-state")
    tape.ask(answer, retry("x", q0=ACCEPTED), probe=f"input-rounds/{case}")
    return tape


@pytest.mark.parametrize(
    ("rule_id", "case"),
    [
        ("mrtr-tampered-state-rejected", "tampered"),
        ("mrtr-state-bound-to-request", "foreign-state"),
    ],
)
@pytest.mark.parametrize(
    ("answer", "bare", "expected"),
    [
        (DONE, error(-32602), VIOLATED),
        (DONE, asks(FORM), VIOLATED),
        (DONE, DONE, UNTESTED),
        (DONE, None, UNTESTED),
        (error(-32602), asks(FORM), PASSED),
        (asks(FORM), asks(FORM), PASSED),
        (FAILED, asks(FORM), PASSED),
    ],
)
def test_a_state_that_is_not_needed_may_be_anything(rule_id, case, answer, bare, expected):
    assert varied(case, answer, bare=bare).outcome(rule_id, NEWEST) is expected


@pytest.mark.parametrize(
    ("case", "rule_id"),
    [
        ("tampered", "mrtr-tampered-state-rejected"),
        ("missing", "mrtr-missing-response-asked-again"),
        ("extra", "mrtr-extra-responses-ignored"),
        ("bad-value", "mrtr-bad-responses-error"),
        ("elsewhere", "mrtr-retry-self-contained"),
    ],
)
@pytest.mark.parametrize("answer", [DONE, FAILED, asks(FORM), error(-32602)])
def test_what_fails_at_home_too_is_not_judged(case, rule_id, answer):
    for home in (FAILED, error(-32603)):
        tape = varied(case, answer, home=home, bare=asks(FORM))
        assert tape.outcome(rule_id, NEWEST) is UNTESTED


@pytest.mark.parametrize(
    ("case", "answer", "rule_id", "expected"),
    [
        ("missing", asks(FORM), "mrtr-missing-response-asked-again", PASSED),
        ("missing", DONE, "mrtr-missing-response-asked-again", UNTESTED),
        ("missing", error(-32602), "mrtr-missing-response-asked-again", VIOLATED),
        ("extra", DONE, "mrtr-extra-responses-ignored", PASSED),
        ("extra", asks(FORM), "mrtr-extra-responses-ignored", UNTESTED),
        ("extra", error(-32602), "mrtr-extra-responses-ignored", VIOLATED),
        ("bad-whole", error(-32602), "mrtr-bad-responses-error", PASSED),
        ("bad-value", asks(FORM), "mrtr-bad-responses-error", PASSED),
        ("bad-value", FAILED, "mrtr-bad-responses-error", UNTESTED),
        ("bad-whole", DONE, "mrtr-bad-responses-error", VIOLATED),
        ("elsewhere", DONE, "mrtr-retry-self-contained", PASSED),
        ("elsewhere", asks(FORM), "mrtr-retry-self-contained", UNTESTED),
        ("elsewhere", error(-32602), "mrtr-retry-self-contained", VIOLATED),
    ],
)
def test_odd_answers_and_new_connections(case, answer, rule_id, expected):
    assert varied(case, answer).outcome(rule_id, NEWEST) is expected


@pytest.mark.parametrize(
    ("own", "foreign", "expected"),
    [
        (DONE, DONE, VIOLATED),
        (DONE, error(-32602), PASSED),
        (error(-32600), error(-32600), UNTESTED),
        (error(-32600), DONE, UNTESTED),
    ],
)
def test_that_another_user_is_refused_altogether_proves_nothing(own, foreign, expected):
    tape = varied("tampered", error(-32602), bare=asks(FORM))
    tape.ask(asks(FORM), probe="mrtr-other-user/begin")
    tape.ask(own, retry(q0=ACCEPTED), probe="mrtr-other-user/own-state")
    tape.ask(foreign, retry(q0=ACCEPTED), probe="mrtr-other-user/foreign-state")
    assert tape.outcome("mrtr-state-bound-to-principal", NEWEST) is expected
