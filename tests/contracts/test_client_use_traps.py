"""What the specification permits must not be called a violation: clients and what they ask for."""

from typing import Any

import pytest
from calls_tape import NEWEST, CallsTape

from mcp_proof_contracts.headers import META_LOG_LEVEL
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Level, Outcome, registry

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
INVALID = {"code": -32602, "message": "Invalid params"}
HERE = "http://127.0.0.1:9/icon"
ADA = {"type": "ref/prompt", "name": "greet"}
NAME = {"name": "name", "value": ""}


class Sessions(CallsTape):
    """Sessions of the stateful era."""

    def opened(self, session: str, **capabilities: Any) -> None:
        answer = {"protocolVersion": str(LATEST_STATEFUL), "capabilities": capabilities}
        self.ask("initialize", {}, answer, session=session)

    def page(self, session: str, cursor: str | None, answer: Any) -> None:
        params = {} if cursor is None else {"cursor": cursor}
        self.ask("tools/list", params, answer, session=session)


@pytest.mark.parametrize(
    ("code", "uri", "error", "expected"),
    [
        (-32002, "memo://a", "", VIOLATED),
        (-32002, "memo://a", "not found", PASSED),
        (-32602, "memo://a", "", UNTESTED),
        (-32002, "memo://b", "", UNTESTED),
    ],
)
def test_only_what_is_told_of_the_missing_resource_counts(code, uri, error, expected):
    tape = CallsTape()
    tape.ask("resources/read", {"uri": "memo://a"}, {"code": code, "message": "no"})
    tape.told({"do": "read", "uri": uri}, value={"contents": []}, error=error)
    assert tape.ended().outcome("resources-client-accepts-both-codes", NEWEST) is expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"name": "greet"}, UNTESTED),
        ({"name": "greet", "arguments": {}}, UNTESTED),
        ({"name": "greet", "arguments": {"name": "Ada"}}, PASSED),
        ({"name": "greet", "arguments": {"name": 1}}, VIOLATED),
        ({"name": "greet", "arguments": ["Ada"]}, VIOLATED),
        ({"name": "greet", "arguments": None}, VIOLATED),
    ],
)
def test_a_prompt_needs_no_arguments(params, expected):
    tape = CallsTape()
    tape.ask("prompts/get", params, {"messages": []})
    assert tape.ended().outcome("prompts-client-arguments-strings", NEWEST) is expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"ref": ADA, "argument": NAME}, PASSED),
        ({"ref": {**ADA, "title": "Greet"}, "argument": NAME}, PASSED),
        ({"ref": {"type": "ref/resource", "uri": "memo://{a}"}, "argument": NAME}, PASSED),
        ({"ref": ADA, "argument": NAME, "context": {}}, PASSED),
        ({"ref": ADA, "argument": NAME, "context": {"arguments": {"a": "b"}}}, PASSED),
        ({"ref": ADA, "argument": NAME, "context": {"arguments": {"a": 1}}}, VIOLATED),
        ({"ref": {"type": "ref/resource", "name": "a"}, "argument": NAME}, VIOLATED),
        ({"ref": "greet", "argument": NAME}, VIOLATED),
        ({"ref": ADA, "argument": {"name": "name"}}, VIOLATED),
    ],
)
def test_a_request_for_completions_may_have_a_context(params, expected):
    tape = CallsTape()
    tape.ask("completion/complete", params, {"completion": {"values": []}})
    assert tape.ended().outcome("completion-client-shape", NEWEST) is expected


@pytest.mark.parametrize(
    ("capabilities", "session", "expected"),
    [
        ({"logging": {}}, "one", PASSED),
        ({}, "one", VIOLATED),
        ({}, "unknown", UNTESTED),
        ({"tools": {}, "logging": {"levels": 8}}, "one", PASSED),
    ],
)
def test_a_level_is_set_where_logging_is_declared(capabilities, session, expected):
    tape = Sessions()
    tape.opened("one", **capabilities)
    tape.ask("logging/setLevel", {"level": "info"}, {}, session=session)
    rule = "logging-client-setlevel-only-declared"
    assert tape.ended().outcome(rule, LATEST_STATEFUL) is expected


def test_who_says_that_there_is_no_logging_has_kept_the_rule():
    tape = Sessions()
    tape.opened("one")
    tape.told({"do": "set-level", "level": "info"}, error="no logging")
    tape.ended()
    assert tape.outcome("logging-client-setlevel-only-declared", LATEST_STATEFUL) is PASSED


def test_what_was_only_recommended_at_first_weighs_less():
    rule = registry.get("logging-client-setlevel-only-declared")
    assert rule is not None
    assert rule.level(Revision.R2025_03_26) is Level.SHOULD
    assert rule.level(Revision.R2025_06_18) is Level.MUST


@pytest.mark.parametrize(
    ("level", "expected"), [("emergency", PASSED), ("warn", VIOLATED), (None, VIOLATED)]
)
def test_a_level_stands_in_the_metadata_of_a_request(level, expected):
    tape = CallsTape()
    tape.tools()
    assert tape.outcome("logging-client-level-valid", NEWEST) is UNTESTED
    meta = {"io.modelcontextprotocol/protocolVersion": str(NEWEST), META_LOG_LEVEL: level}
    tape.ask("tools/list", {"_meta": meta}, {"tools": []})
    assert tape.ended().outcome("logging-client-level-valid", NEWEST) is expected


def two_sessions(*second: tuple[str | None, Any], first: Any = None) -> Outcome:
    tape = Sessions()
    tape.opened("one")
    tape.page("one", None, {"tools": [], "nextCursor": "2"})
    if first is not None:
        tape.page("one", "2", first)
    tape.opened("two")
    for cursor, answer in second:
        tape.page("two", cursor, answer)
    return tape.ended().outcome("page-client-no-cursor-across-sessions", LATEST_STATEFUL)


def test_a_cursor_of_another_session_is_one_that_this_one_was_not_given():
    last: dict[str, Any] = {"tools": []}
    same = {"tools": [], "nextCursor": "2"}
    assert two_sessions(("2", last)) is VIOLATED
    assert two_sessions((None, last)) is PASSED
    assert two_sessions((None, same), ("2", last)) is PASSED
    assert two_sessions(("2", last), first=INVALID) is UNTESTED
    assert two_sessions() is UNTESTED


def test_requests_outside_of_any_session_are_of_no_other():
    tape = Sessions()
    tape.opened("one")
    tape.page("one", None, {"tools": [], "nextCursor": "2"})
    tape.page("no session", "2", {"tools": []})
    tape.ended()
    assert tape.outcome("page-client-no-cursor-across-sessions", LATEST_STATEFUL) is UNTESTED


@pytest.mark.parametrize(
    ("cursor", "expected"), [("2", PASSED), ("", PASSED), (2, VIOLATED), (None, VIOLATED)]
)
def test_a_cursor_is_a_text(cursor, expected):
    tape = CallsTape()
    tape.tools()
    assert tape.outcome("page-client-cursor-type", NEWEST) is UNTESTED
    tape.ask("tools/list", {"cursor": cursor}, {"tools": []})
    assert tape.ended().outcome("page-client-cursor-type", NEWEST) is expected


@pytest.mark.parametrize(
    ("url", "headers", "scheme", "credentials"),
    [
        (f"{HERE}/plain.png", {}, PASSED, PASSED),
        (f"{HERE}/plain.png", {"user-agent": "x"}, PASSED, PASSED),
        (f"{HERE}/plain.png", {"cookie": "[hidden]"}, PASSED, VIOLATED),
        (f"{HERE}/plain.png?size=48", {}, PASSED, PASSED),
        (f"{HERE}/socket.png", {}, VIOLATED, PASSED),
        (f"{HERE}/favicon.ico", {}, UNTESTED, UNTESTED),
        ("http://localhost:9/icon/arrived", {}, VIOLATED, PASSED),
        ("http://localhost:9/icon/plain.png", {}, VIOLATED, PASSED),
        ("http://localhost:9/schema/arrived", {}, UNTESTED, UNTESTED),
        ("http://127.0.0.1:9/schema/plain.png", {"cookie": "x"}, UNTESTED, UNTESTED),
    ],
)
def test_icons_are_fetched_where_their_uris_lead(url, headers, scheme, credentials):
    tape = CallsTape()
    sources = (f"{HERE}/plain.png", "ws://127.0.0.1:9/icon/socket.png", "data:image/png;base64,")
    icons = [{"src": source} for source in sources]
    tape.tools({"name": "t", "inputSchema": {"type": "object"}, "icons": icons})
    tape.fetched(url, headers)
    tape.ended()
    assert tape.outcome("sec-icon-scheme-client", NEWEST) is scheme
    assert tape.outcome("sec-icon-fetch-no-credentials", NEWEST) is credentials


def test_who_was_stopped_might_have_fetched_more():
    tape = CallsTape()
    tape.tools({"name": "t", "inputSchema": {}, "icons": [{"src": f"{HERE}/plain.png"}]})
    tape.fetched(f"{HERE}/plain.png")
    assert tape.ended("killed").outcome("sec-icon-scheme-client", NEWEST) is UNTESTED


def test_who_fetches_no_icon_was_not_seen_to_be_careful():
    tape = CallsTape()
    tape.tools({"name": "t", "inputSchema": {}, "icons": [{"src": f"{HERE}/plain.png"}]})
    assert tape.ended().outcome("sec-icon-scheme-client", NEWEST) is UNTESTED
