"""What the specification permits must not be called a violation: caching hints."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

NEWEST = Revision.R2026_07_28
META: dict[str, Any] = {META_VERSION: str(NEWEST), META_CAPABILITIES: {}}
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
PUBLIC: dict[str, Any] = {"resultType": "complete", "ttlMs": 0, "cacheScope": "public"}
PRIVATE: dict[str, Any] = {**PUBLIC, "cacheScope": "private"}


class Conversation(Tape):
    """A conversation with a server, written down exchange by exchange."""

    def __init__(self, transport: str = "stdio") -> None:
        super().__init__(transport)
        self._numbers = itertools.count(1)

    def ask(self, method: str, params: Any = None, probe: str = "", **reply: Any) -> None:
        frame = {"jsonrpc": "2.0", "id": next(self._numbers)}
        asked = {**(params or {}), "_meta": META}
        channel = f"post-{frame['id']}" if self.transcript.header.transport == "http" else "stdio"
        request = {**frame, "method": method, "params": asked}
        self.say(Sender.CLIENT, request, probe=probe, channel=channel)
        self.say(Sender.SERVER, {**frame, **reply}, channel=channel)

    def outcome(self, rule_id: str, revision: Revision = NEWEST) -> Outcome:
        return super().outcome(rule_id, revision)


@pytest.mark.parametrize(
    ("method", "rule_id"),
    [
        ("server/discover", "cache-hints-discover"),
        ("tools/list", "cache-hints-lists"),
        ("prompts/list", "cache-hints-lists"),
        ("resources/list", "cache-hints-lists"),
        ("resources/templates/list", "cache-hints-lists"),
        ("resources/read", "cache-hints-read"),
    ],
)
@pytest.mark.parametrize("missing", ["ttlMs", "cacheScope"])
def test_either_hint_that_is_missing_is_missed(method, rule_id, missing):
    tape = Conversation()
    tape.ask(method, result=PUBLIC)
    assert tape.outcome(rule_id) is PASSED
    tape.ask(method, result={name: PUBLIC[name] for name in PUBLIC if name != missing})
    assert tape.outcome(rule_id) is VIOLATED


@pytest.mark.parametrize("method", ["tools/call", "prompts/get", "completion/complete"])
def test_results_that_are_not_cacheable_need_no_hints(method):
    tape = Conversation()
    tape.ask(method, result={"resultType": "complete"})
    assert tape.outcome("cache-hints-lists") is UNTESTED
    assert tape.outcome("cache-hints-read") is UNTESTED


def test_a_reading_that_asks_first_needs_no_hints_yet():
    tape = Conversation()
    tape.ask("resources/read", {"uri": "a:b"}, result={"resultType": "input_required"})
    assert tape.outcome("cache-hints-read") is UNTESTED
    assert tape.outcome("cache-no-hints-on-input-required") is PASSED


def test_a_result_of_an_earlier_era_needs_no_hints():
    tape = Conversation("http")
    tape.ask("tools/list", probe="request-headers/version-missing", result={"tools": []})
    assert tape.outcome("cache-hints-lists") is UNTESTED


@pytest.mark.parametrize(
    ("ttl", "expected"),
    [
        (0, PASSED),
        (300_000, PASSED),
        (5.0, PASSED),
        (-1, VIOLATED),
        (0.5, VIOLATED),
        ("60", VIOLATED),
        (True, VIOLATED),
        (None, VIOLATED),
    ],
)
def test_a_time_to_live_is_a_count_of_milliseconds_and_zero_is_one(ttl, expected):
    tape = Conversation()
    tape.ask("tools/list", result={**PUBLIC, "ttlMs": ttl})
    assert tape.outcome("cache-ttl-valid") is expected
    assert tape.outcome("cache-hints-lists") is PASSED


@pytest.mark.parametrize(
    ("scope", "expected"), [("private", PASSED), ("Public", VIOLATED), (None, VIOLATED)]
)
def test_a_scope_is_one_of_two_words(scope, expected):
    tape = Conversation()
    tape.ask("server/discover", result={**PUBLIC, "cacheScope": scope})
    assert tape.outcome("cache-scope-valid") is expected


def test_pages_may_differ_in_how_long_they_stay_fresh():
    tape = Conversation()
    tape.ask("tools/list", result={**PUBLIC, "ttlMs": 60_000, "nextCursor": "2"})
    tape.ask("tools/list", {"cursor": "2"}, result=PUBLIC)
    assert tape.outcome("cache-scope-same-on-pages") is PASSED


def test_pages_may_not_differ_in_who_may_share_them():
    tape = Conversation()
    tape.ask("tools/list", result={**PRIVATE, "nextCursor": "2"})
    tape.ask("tools/list", {"cursor": "2"}, result=PUBLIC)
    assert tape.outcome("cache-scope-same-on-pages") is VIOLATED


def test_two_lists_may_have_scopes_of_their_own_though_their_cursors_are_alike():
    tape = Conversation()
    tape.ask("tools/list", result={**PUBLIC, "nextCursor": "2"})
    tape.ask("resources/list", result={**PRIVATE, "nextCursor": "2"})
    tape.ask("resources/list", {"cursor": "2"}, result=PRIVATE)
    tape.ask("tools/list", {"cursor": "2"}, result=PUBLIC)
    assert tape.outcome("cache-scope-same-on-pages") is PASSED


def test_a_list_may_get_another_scope_from_one_request_to_the_next():
    tape = Conversation()
    tape.ask("tools/list", result={**PUBLIC, "nextCursor": "2"})
    tape.ask("tools/list", result={**PRIVATE, "nextCursor": "2"})
    tape.ask("tools/list", {"cursor": "2"}, result=PRIVATE)
    assert tape.outcome("cache-scope-same-on-pages") is PASSED


def test_interim_results_with_hints_are_told_of():
    tape = Conversation()
    tape.ask("tools/call", {"name": "a"}, result={"resultType": "input_required", "ttlMs": 0})
    assert tape.outcome("cache-no-hints-on-input-required") is VIOLATED


def two_users(*results: dict[str, Any]) -> Conversation:
    tape = Conversation("http")
    for case, result in zip(("before", "other", "after"), results, strict=True):
        reply = {"result": result} if "resultType" in result else {"error": result}
        tape.ask("resources/read", {"uri": "a:b"}, f"other-user/{case}", **reply)
    return tape


ONE: dict[str, Any] = {"contents": [{"uri": "a:b", "text": "one"}]}
TWO: dict[str, Any] = {"contents": [{"uri": "a:b", "text": "two"}]}
FORBIDDEN: dict[str, Any] = {"code": -32600, "message": "not for you"}


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (({**PUBLIC, **ONE}, {**PUBLIC, **ONE}, {**PUBLIC, **ONE}), PASSED),
        (({**PUBLIC, **ONE}, {**PUBLIC, **TWO}, {**PUBLIC, **ONE}), VIOLATED),
        (({**PRIVATE, **ONE}, {**PRIVATE, **TWO}, {**PRIVATE, **ONE}), UNTESTED),
        (({**PUBLIC, **ONE}, {**PUBLIC, **TWO}, {**PUBLIC, **TWO}), UNTESTED),
        (({**PUBLIC, **ONE}, FORBIDDEN, {**PUBLIC, **ONE}), UNTESTED),
        (
            ({**PUBLIC, **ONE}, {**PUBLIC, **ONE, "ttlMs": 9}, {**PUBLIC, **ONE, "_meta": {}}),
            PASSED,
        ),
    ],
    ids=["same", "differs", "private", "changes by itself", "forbidden", "hints differ"],
)
def test_only_what_is_public_and_steady_must_be_the_same_for_all(results, expected):
    assert two_users(*results).outcome("cache-public-same-for-all") is expected
