"""What clients may do when servers ask must not be called a violation, and the contrary must."""

from typing import Any

import pytest
from client_tape import ALL, PASSED, R2506, R2511, R2607, UNTESTED, VIOLATED, Client

FORM = "elicitation/create"
SAMPLE = "sampling/createMessage"
ROOTS = "roots/list"
NAME: dict[str, Any] = {
    "message": "?",
    "requestedSchema": {"type": "object", "properties": {"name": {"type": "string"}}},
}
ACCEPTED = {"action": "accept", "content": {"name": "Ada"}}
TEXT = {"role": "assistant", "content": {"type": "text", "text": "Yes."}, "model": "m"}
URL = {"mode": "url", "message": "?", "url": "http://127.0.0.1:9/page", "elicitationId": "e"}
TOOLS: list[Any] = [{"name": "look", "inputSchema": {"type": "object"}}]
MESSAGES: list[Any] = [{"role": "user", "content": {"type": "text", "text": "?"}}]


def sample(**params: Any) -> dict[str, Any]:
    return {"messages": MESSAGES, "maxTokens": 10, **params}


def error(code: int, message: str = "no") -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


@pytest.mark.parametrize(
    ("method", "result", "expected"),
    [
        (FORM, {"action": "decline"}, UNTESTED),
        (FORM, ACCEPTED, VIOLATED),
        (ROOTS, {"roots": []}, UNTESTED),
        (ROOTS, {"roots": [{"uri": "file:///p"}]}, VIOLATED),
        (SAMPLE, TEXT, VIOLATED),
    ],
)
def test_an_answer_without_substance_shows_no_undeclared_support(method, result, expected):
    area = {FORM: "elicit", ROOTS: "roots", SAMPLE: "sampling"}[method]
    client = Client(declared={}).asked(method, NAME, result)
    assert client.outcome(f"{area}-client-declares") is expected


def test_a_recording_that_begins_later_says_nothing_of_what_was_declared():
    client = Client(R2607)
    client.revision = R2511
    client.asked(ROOTS, {}, {"roots": [{"uri": "file:///p"}]})
    assert client.outcome("roots-client-declares") is UNTESTED


def test_in_2026_an_undeclared_question_that_is_left_is_no_answer():
    asks = {"resultType": "input_required", "inputRequests": {"r": {"method": ROOTS}}}
    assert Client(R2607, {}).calls(asks).outcome("roots-client-declares") is UNTESTED
    assert Client(R2607, {}).calls(asks).ended().outcome("roots-client-declares") is PASSED


def test_the_scheme_of_a_root_has_no_case():
    client = Client().asked(ROOTS, {}, {"roots": [{"uri": "FILE:///p"}]})
    assert client.outcome("roots-file-uri") is PASSED


@pytest.mark.parametrize(
    ("roots", "notified", "expected"),
    [
        (["file:///b", "file:///a"], False, UNTESTED),
        (["file:///c"], False, VIOLATED),
        (["file:///c"], True, PASSED),
    ],
)
def test_roots_in_another_order_are_the_same(roots, notified, expected):
    client = Client().asked(ROOTS, {}, {"roots": [{"uri": "file:///a"}, {"uri": "file:///b"}]})
    if notified:
        client.tells("notifications/roots/list_changed")
    client.asked(ROOTS, {}, {"roots": [{"uri": uri} for uri in roots]})
    assert client.outcome("roots-list-changed-sent") is expected


def test_roots_that_nobody_announced_to_announce_may_change_in_silence():
    client = Client(declared={"roots": {}})
    for uri in ("file:///a", "file:///b"):
        client.asked(ROOTS, {}, {"roots": [{"uri": uri}]})
    assert client.outcome("roots-list-changed-sent") is UNTESTED


def test_a_failure_to_list_roots_is_one_only_where_they_were_to_fail():
    rule = "roots-internal-error-code"
    failed = {"user": {"roots": "fail"}}
    assert Client().asked(ROOTS, {}, **error(-1)).ended().outcome(rule) is UNTESTED
    assert Client().asked(ROOTS, {}, **error(-1)).ended(**failed).outcome(rule) is VIOLATED
    refused = Client().asked(ROOTS, {}, **error(-1, "The user refused")).ended(**failed)
    assert refused.outcome(rule) is UNTESTED


def test_a_word_of_the_scenario_that_a_driver_passes_on_is_not_the_client_s():
    asked = Client().asked(ROOTS, {}, {"roots": "fail"})
    assert asked.ended(user={"roots": "fail"}).outcome("roots-result-members") is UNTESTED
    asked = Client().asked(ROOTS, {}, {"roots": "fail"})
    assert asked.ended().outcome("roots-result-members") is VIOLATED


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        (-32603, "User rejected sampling request", VIOLATED),
        (-1, "The user has declined", PASSED),
        (-32603, "the provider denied access", UNTESTED),
        (-32601, "Sampling not supported", UNTESTED),
    ],
)
def test_only_what_a_user_has_rejected_is_rejected(code, message, expected):
    client = Client().asked(SAMPLE, sample(), **error(code, message))
    assert client.outcome("sampling-rejection-is-error") is expected


def test_a_model_cut_short_need_not_have_used_its_tool():
    asked = sample(tools=TOOLS, toolChoice={"mode": "required"})
    rule = "sampling-client-tool-choice"
    cut = {**TEXT, "stopReason": "maxTokens"}
    assert Client().asked(SAMPLE, asked, cut).outcome(rule) is UNTESTED
    assert Client().asked(SAMPLE, asked, TEXT).outcome(rule) is VIOLATED
    bare = sample(toolChoice={"mode": "required"})
    assert Client().asked(SAMPLE, bare, TEXT).outcome(rule) is UNTESTED


def test_tokens_are_not_counted_to_the_last():
    asks = {"k": {"method": SAMPLE, "params": sample()}}
    wanted = {"resultType": "input_required", "inputRequests": asks}
    for words, expected in ((40, PASSED), (60, VIOLATED)):
        text = {**TEXT, "content": {"type": "text", "text": "on " * words}}
        client = Client(R2607).calls(wanted).calls(inputResponses={"k": text})
        assert client.outcome("sampling-client-max-tokens") is expected


def test_a_client_that_samples_nothing_does_not_look_for_results_of_tools():
    use = {"type": "tool_use", "id": "1", "name": "look", "input": {}}
    broken = sample(messages=[{"role": "assistant", "content": use}, *MESSAGES], tools=TOOLS)
    rule = "sampling-client-rejects-unbalanced"
    assert Client().asked(SAMPLE, broken, **error(-32603)).outcome(rule) is UNTESTED
    able = Client().asked(SAMPLE, sample(), TEXT).asked(SAMPLE, broken, **error(-32603))
    assert able.outcome(rule) is VIOLATED


def test_content_of_odd_types_stops_no_rule():
    odd = sample(messages=[{"role": "user", "content": [{"type": ["x"]}, {"type": "tool_result"}]}])
    client = Client().asked(SAMPLE, odd, TEXT)
    assert client.judged("sampling-client-rejects-unbalanced", R2511).fault == ""


def test_a_form_whose_schema_is_no_schema_is_not_judged():
    broken = {"message": "?", "requestedSchema": {"type": "nothing"}}
    client = Client().asked(FORM, broken, ACCEPTED)
    assert client.outcome("elicit-client-content-matches") is UNTESTED


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"action": "cancel", "content": {}}, UNTESTED),
        ({"action": "decline"}, PASSED),
        ({"action": "decline", "content": {"name": "A"}}, VIOLATED),
    ],
)
def test_empty_content_says_nothing(answer, expected):
    client = Client(R2506, {"elicitation": {}}).asked(FORM, NAME, answer)
    assert client.outcome("elicit-client-content-only-form-accept") is expected


def test_a_client_that_takes_no_form_at_all_is_not_blamed_for_one_without_mode():
    rule = "elicit-client-absent-mode-is-form"
    client = Client().asked(FORM, {**NAME, "mode": "form"}, {"action": "decline"})
    assert client.asked(FORM, NAME, **error(-32602)).outcome(rule) is UNTESTED
    client = Client().asked(FORM, {**NAME, "mode": "form"}, ACCEPTED)
    assert client.asked(FORM, NAME, **error(-32602)).outcome(rule) is VIOLATED


def test_a_client_without_elicitation_may_refuse_a_url_with_any_code():
    rule = "elicit-client-undeclared-mode-32602"
    assert Client(declared={}).asked(FORM, URL, **error(-32601)).outcome(rule) is UNTESTED
    forms = Client(declared={"elicitation": {}})
    assert forms.asked(FORM, URL, **error(-32601)).outcome(rule) is VIOLATED


FIELDS = {"name": {"type": "string", "default": "Ada"}, "n": {"type": "integer", "default": 3}}
UNTOUCHED = {"elicitation": {"action": "accept", "content": {}}}


@pytest.mark.parametrize(
    ("content", "script", "expected"),
    [
        ({}, UNTOUCHED, UNTESTED),
        ({"name": "Ada", "n": 3}, UNTOUCHED, PASSED),
        ({"name": "Ada"}, UNTOUCHED, VIOLATED),
        ({"name": "Bob"}, UNTOUCHED, UNTESTED),
        ({"name": "Ada"}, {}, UNTESTED),
    ],
)
def test_defaults_are_judged_only_in_a_form_that_nobody_touched(content, script, expected):
    form = {"message": "?", "requestedSchema": {"type": "object", "properties": FIELDS}}
    client = Client().asked(FORM, form, {"action": "accept", "content": content})
    assert client.ended(user=script).outcome("elicit-client-defaults") is expected


def test_a_url_that_the_user_has_accepted_may_be_opened():
    rule = "elicit-client-no-prefetch"
    for action, expected in (("accept", UNTESTED), ("cancel", UNTESTED), ("decline", PASSED)):
        client = Client().asked(FORM, URL, {"action": action})
        assert client.ended(watched="http://127.0.0.1:9").outcome(rule) is expected
    elsewhere = Client().asked(FORM, URL, {"action": "decline"}).ended()
    assert elsewhere.outcome(rule) is UNTESTED


@pytest.mark.parametrize(("after", "expected"), [("e", PASSED), ("unknown", PASSED)])
def test_a_completion_that_is_known_is_no_occasion(after, expected):
    client = Client().asked(FORM, URL, {"action": "accept"})
    number = client.sends("tools/call", {"name": "t"})
    client.told_client("notifications/elicitation/complete", {"elicitationId": after})
    client.answers(number, {"content": []}).told("call").ended()
    rule = "elicit-client-unknown-complete-ignored"
    assert client.outcome(rule) is (UNTESTED if after == "e" else expected)


def test_what_fails_later_or_in_the_tool_is_not_for_the_completion():
    rule = "elicit-client-unknown-complete-ignored"
    for result, do, expected in (
        ({"content": []}, "call", VIOLATED),
        ({"content": [], "isError": True}, "call", UNTESTED),
        ({"content": []}, "read", UNTESTED),
    ):
        client = Client(declared=ALL)
        number = client.sends("tools/call", {"name": "t"})
        client.told_client("notifications/elicitation/complete", {"elicitationId": "x"})
        client.answers(number, result).told(do, ok=False).ended()
        assert client.outcome(rule) is expected
