"""What the specification permits must not be called a violation: what servers ask of clients."""

import pytest
from asking_tape import ALL, FORM, Conversation, asking
from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

_, R2503, R2506, R2511, R2607 = Revision
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
SAMPLING = "sampling/createMessage"
TASKS = "io.modelcontextprotocol/tasks"
TEXT = {"type": "text", "text": "hello"}
USE = {"type": "tool_use", "id": "1", "name": "t", "input": {}}
RESULT = {"type": "tool_result", "toolUseId": "1", "content": []}


def sampled(*messages: Json, **more: Json) -> dict[str, Json]:
    return {"messages": list(messages), "maxTokens": 1, **more}


def said(role: str, content: Json) -> Json:
    return {"role": role, "content": content}


# Capabilities


@pytest.mark.parametrize("revision", [R2511, R2607])
@pytest.mark.parametrize(
    ("declared", "mode", "expected"),
    [
        ({"elicitation": {}}, None, UNTESTED),
        ({"elicitation": {}}, "form", UNTESTED),
        ({"elicitation": {}}, "url", VIOLATED),
        ({"elicitation": {"form": {}}}, "url", VIOLATED),
        ({"elicitation": {"url": {}}}, None, VIOLATED),
        ({"elicitation": {"url": {}}}, "url", UNTESTED),
        ({"elicitation": {"form": {}, "url": {}}}, "url", UNTESTED),
        ({}, "url", UNTESTED),
    ],
)
def test_an_empty_elicitation_capability_means_forms(revision, declared, mode, expected):
    params = {} if mode is None else {"mode": mode}
    tape = Conversation(revision, declared).asked(FORM, params)
    assert tape.outcome("elicit-server-mode-declared") is expected


def test_a_task_may_go_on_asking_what_the_request_that_made_it_had_declared():
    tape = Conversation(R2607, {"extensions": {TASKS: {}}})
    asked = {"resultType": "complete", "inputRequests": {"k": asking("roots/list", {})}}
    tape.call("tasks/get", {"taskId": "1"}, result=asked)
    assert tape.outcome("roots-server-only-if-declared") is UNTESTED


def test_modes_are_no_matter_where_the_revision_has_none():
    tape = Conversation(R2506, {"elicitation": {}}).asked(FORM, {"message": "?"})
    assert tape.outcome("elicit-server-only-if-declared") is UNTESTED
    tape = Conversation(R2506, {}).asked(FORM, {"message": "?"})
    assert tape.outcome("elicit-server-only-if-declared") is VIOLATED


@pytest.mark.parametrize(
    ("rule_id", "method"),
    [
        ("sampling-server-only-if-declared", SAMPLING),
        ("roots-server-only-if-declared", "roots/list"),
        ("elicit-server-only-if-declared", FORM),
    ],
)
@pytest.mark.parametrize("revision", [R2511, R2607])
def test_each_capability_has_one_rule_and_no_other_names_it(revision, rule_id, method):
    tape = Conversation(revision, {}).asked(method, {})
    broken = [
        name
        for name in (
            "sampling-server-only-if-declared",
            "roots-server-only-if-declared",
            "elicit-server-only-if-declared",
            "elicit-server-mode-declared",
            "sampling-tools-only-if-declared",
            "sampling-include-context",
        )
        if tape.outcome(name) is VIOLATED
    ]
    assert broken == [rule_id]
    if revision is R2511:
        assert tape.outcome("server-uses-only-negotiated") is UNTESTED


def test_a_recording_that_begins_after_the_handshake_says_nothing_of_what_was_declared():
    tape = Tape()
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": 1, "method": "roots/list"})
    assert tape.outcome("roots-server-only-if-declared", R2511) is UNTESTED


def test_requests_are_no_questions_of_the_stateless_era_and_rounds_none_of_the_stateful():
    tape = Conversation(R2607, {})
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": 1, "method": "roots/list"})
    assert tape.outcome("roots-server-only-if-declared") is UNTESTED
    older = Conversation(R2511, {})
    asked = {"inputRequests": {"k": asking("roots/list", {})}, "content": []}
    older.call("tools/call", {"name": "t"}, result=asked)
    assert older.outcome("roots-server-only-if-declared") is UNTESTED


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"error": {"code": -32021, "message": "no", "data": {}}}, PASSED),
        ({"error": {"code": -32602, "message": "no"}}, VIOLATED),
        ({"result": {"resultType": "complete", "content": [], "isError": True}}, VIOLATED),
        ({"result": {"resultType": "complete", "content": []}}, UNTESTED),
        ({"result": {"resultType": "input_required", "inputRequests": {"k": {}}}}, UNTESTED),
    ],
)
def test_a_server_may_do_without_what_was_not_declared(answer, expected):
    tape = Conversation(R2607)
    asked = {"resultType": "input_required", "inputRequests": {"k": asking("roots/list", {})}}
    tape.call("tools/call", tape.declaring({}), probe="undeclared/none-roots/0", **answer)
    assert tape.outcome("capability-missing-error") is UNTESTED  # as long as nothing shows a need
    tape.call("tools/call", {"name": "t"}, probe="undeclared/declared-roots/0", result=asked)
    assert tape.outcome("capability-missing-error") is expected


@pytest.mark.parametrize(
    ("bare", "later", "expected"),
    [(False, False, PASSED), (False, True, VIOLATED), (True, True, UNTESTED)],
)
def test_only_a_server_that_asks_newcomers_nothing_can_have_remembered(bare, later, expected):
    tape = Conversation(R2607)
    asked = {"resultType": "input_required", "inputRequests": {"k": asking("roots/list", {})}}
    refusal = {"error": {"code": -32021, "message": "no", "data": {}}}
    for name, asks in (("none", bare), ("declared", True), ("later", later)):
        params = tape.declaring(ALL if name == "declared" else {})
        reply = {"result": asked} if asks else refusal
        tape.call("tools/call", params, probe=f"undeclared/{name}-roots/0", **reply)
    assert tape.outcome("stateless-capabilities-not-remembered") is expected
    alone = tape.outcome("roots-server-only-if-declared")
    assert alone is (VIOLATED if bare else PASSED)


@pytest.mark.parametrize(
    ("required", "expected"),
    [
        ({"elicitation": {}}, PASSED),
        ({"elicitation": {"url": {}}}, PASSED),
        ({"extensions": {TASKS: {}}}, PASSED),
        ({"com.example/own": {}}, PASSED),
        ({}, VIOLATED),
        (["elicitation"], VIOLATED),
        (None, VIOLATED),
    ],
)
def test_missing_capabilities_are_named_as_they_would_be_declared(required, expected):
    error = {"code": -32021, "message": "no", "data": {"requiredCapabilities": required}}
    tape = Conversation(R2607, {})
    tape.call("tools/call", {"name": "t"}, error=error)
    assert tape.outcome("capability-missing-data") is expected


@pytest.mark.parametrize(
    ("ours", "kind", "expected"),
    [
        ({}, "complete", PASSED),
        ({}, "memo", VIOLATED),
        ({}, "task", UNTESTED),  # task26-only-if-declared speaks of it
        ({"extensions": {}}, "memo", VIOLATED),
        ({"extensions": {"com.example/memos": {}}}, "memo", UNTESTED),
    ],
)
def test_an_extension_of_both_sides_may_have_results_of_its_own(ours, kind, expected):
    tape = Conversation(R2607, ours)
    theirs = {"extensions": {"com.example/memos": {}, TASKS: {}}}
    tape.call("server/discover", result={"resultType": "complete", "capabilities": theirs})
    tape.call("tools/call", {"name": "t"}, result={"resultType": kind})
    assert tape.outcome("extension-fallback") is expected
    assert tape.outcome("result-type-known") is PASSED


def test_a_server_without_extensions_has_nothing_to_fall_back_from():
    tape = Conversation(R2607, {})
    tape.call("server/discover", result={"resultType": "complete", "capabilities": {}})
    tape.call("tools/call", {"name": "t"}, result={"resultType": "memo"})
    assert tape.outcome("extension-fallback") is UNTESTED
    assert tape.outcome("result-type-known") is VIOLATED


# Sampling


@pytest.mark.parametrize("revision", [R2503, R2511, R2607])
def test_a_plain_sampling_request_keeps_every_rule(revision):
    tape = Conversation(revision).asked(SAMPLING, sampled(said("user", TEXT)))
    assert tape.outcome("sampling-request-members") is PASSED
    assert tape.outcome("sampling-preferences-range") is UNTESTED
    assert tape.outcome("sampling-server-only-if-declared") is UNTESTED


def test_several_blocks_are_content_since_2025_11_25():
    several = sampled(said("user", [TEXT, TEXT]))
    assert (
        Conversation(R2511).asked(SAMPLING, several).outcome("sampling-request-members") is PASSED
    )
    older = Conversation(R2506).asked(SAMPLING, several)
    assert older.outcome("sampling-request-members") is VIOLATED


def test_content_of_a_later_revision_has_a_rule_of_its_own():
    tape = Conversation(Revision.R2024_11_05)
    sound = {"type": "audio", "data": "", "mimeType": "audio/wav"}
    tape.asked(SAMPLING, sampled(said("user", sound)))
    assert tape.outcome("sampling-request-members") is PASSED
    assert tape.outcome("negotiated-version-respected") is VIOLATED


@pytest.mark.parametrize(
    ("preferences", "expected"),
    [
        ({"costPriority": 0, "speedPriority": 1, "intelligencePriority": 0.5}, PASSED),
        ({"hints": [{"name": "small"}, {}]}, PASSED),
        ({}, PASSED),
        ({"costPriority": 1.01}, VIOLATED),
        ({"costPriority": "high"}, VIOLATED),
        ({"speedPriority": -1}, VIOLATED),
    ],
)
def test_priorities_end_at_nought_and_one(preferences, expected):
    params = sampled(said("user", TEXT), modelPreferences=preferences)
    tape = Conversation().asked(SAMPLING, params)
    assert tape.outcome("sampling-preferences-range") is expected
    assert tape.outcome("sampling-request-members") is PASSED


@pytest.mark.parametrize(
    ("content", "alone", "balanced"),
    [
        (RESULT, PASSED, PASSED),
        ([RESULT, RESULT], PASSED, PASSED),
        ([TEXT, RESULT], VIOLATED, PASSED),
        ([{**RESULT, "toolUseId": "2"}], PASSED, VIOLATED),
        (TEXT, UNTESTED, VIOLATED),
    ],
)
def test_results_stand_alone_and_are_complete_by_two_rules(content, alone, balanced):
    params = sampled(said("assistant", [USE, TEXT]), said("user", content))
    tape = Conversation().asked(SAMPLING, params)
    assert tape.outcome("sampling-tool-results-alone") is alone
    assert tape.outcome("sampling-tool-use-balanced") is balanced


def test_a_use_of_a_tool_at_the_end_is_left_open():
    tape = Conversation().asked(SAMPLING, sampled(said("assistant", USE)))
    assert tape.outcome("sampling-tool-use-balanced") is VIOLATED


@pytest.mark.parametrize(
    ("sampling", "more", "rule_id", "expected"),
    [
        ({}, {"tools": []}, "sampling-tools-only-if-declared", VIOLATED),
        ({}, {"toolChoice": {}}, "sampling-tools-only-if-declared", VIOLATED),
        ({}, {}, "sampling-tools-only-if-declared", PASSED),
        ({"tools": {}}, {"tools": []}, "sampling-tools-only-if-declared", UNTESTED),
        ({}, {"includeContext": "none"}, "sampling-include-context", PASSED),
        ({}, {"includeContext": "allServers"}, "sampling-include-context", VIOLATED),
        ({"context": {}}, {"includeContext": "allServers"}, "sampling-include-context", UNTESTED),
    ],
)
def test_parts_of_sampling_are_declared_one_by_one(sampling, more, rule_id, expected):
    tape = Conversation(declared={"sampling": sampling})
    assert tape.asked(SAMPLING, sampled(said("user", TEXT), **more)).outcome(rule_id) is expected
