"""What the specification permits must not be called a violation: discovery, eras, pages."""

from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

NEWEST = Revision.R2026_07_28
META: dict[str, Any] = {META_VERSION: str(NEWEST), META_CAPABILITIES: {}}
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED


class Conversation(Tape):
    """A conversation with a server, written down exchange by exchange."""

    def ask(self, method: str, params: Json, probe: str = "", session: str = "s", **reply: Any):
        frame = {"jsonrpc": "2.0", "id": len(self.transcript.events)}
        request = {**frame, "method": method, "params": params}
        self.say(Sender.CLIENT, request, probe=probe, session=session)
        self.say(Sender.SERVER, {**frame, **reply}, session=session)

    def discover(self) -> None:
        result = {"supportedVersions": [str(NEWEST)], "capabilities": {}}
        self.ask("server/discover", {"_meta": META}, "negotiation", result=result)

    def initialize(self, **reply: Any) -> None:
        params = {"protocolVersion": "2025-11-25", "capabilities": {}}
        self.ask("initialize", params, "legacy-opening/initialize", session="legacy", **reply)

    def outcome(self, rule_id: str, revision: Revision = NEWEST) -> Outcome:
        return super().outcome(rule_id, revision)


HANDSHAKE = {"protocolVersion": "2025-11-25", "capabilities": {}, "serverInfo": {}}


def error(code: int, **more: Any) -> dict[str, Any]:
    return {"code": code, "message": "no", **more}


@pytest.mark.parametrize(
    ("transport", "case", "code", "expected"),
    [
        ("http", "no-meta", -32020, PASSED),
        ("http", "no-version", -32020, PASSED),
        ("http", "no-capabilities", -32020, VIOLATED),
        ("stdio", "no-version", -32020, VIOLATED),
        ("stdio", "no-meta", -32602, PASSED),
    ],
)
def test_a_missing_version_is_at_odds_with_its_header_too(transport, case, code, expected):
    tape = Conversation(transport)
    tape.discover()
    tape.ask("server/discover", {}, f"request-meta/{case}", error=error(code))
    assert tape.outcome("meta-missing-rejected") is expected


def test_a_server_of_both_eras_may_take_a_request_without_metadata_for_a_legacy_one():
    tape = Conversation()
    tape.discover()
    tape.ask("server/discover", {}, "request-meta/no-meta", error=error(-32601))
    assert tape.outcome("meta-missing-rejected") is VIOLATED
    tape.initialize(result=HANDSHAKE)
    assert tape.outcome("meta-missing-rejected") is UNTESTED


def test_a_server_without_discovery_refuses_for_that_reason():
    tape = Conversation()
    tape.ask("server/discover", {"_meta": META}, "negotiation", error=error(-32601))
    tape.ask("server/discover", {}, "request-meta/no-meta", error=error(-32601))
    tape.ask("server/discover", {"_meta": {}}, "request-meta/no-client-info", error=error(-32601))
    assert tape.outcome("discover-implemented") is VIOLATED
    assert tape.outcome("meta-missing-rejected") is UNTESTED
    assert tape.outcome("meta-client-info-not-required") is UNTESTED


@pytest.mark.parametrize(
    ("reply", "expected"),
    [({"result": HANDSHAKE}, UNTESTED), ({"error": error(-32601)}, VIOLATED)],
)
def test_a_server_of_both_eras_may_still_have_the_removed_methods(reply, expected):
    tape = Conversation()
    tape.ask("ping", {"_meta": META}, "removed-methods/ping", result={"resultType": "complete"})
    tape.initialize(**reply)
    assert tape.outcome("removed-methods-not-found") is expected


@pytest.mark.parametrize(("transport", "expected"), [("stdio", UNTESTED), ("http", VIOLATED)])
def test_a_process_may_settle_for_the_era_of_its_handshake(transport, expected):
    tape = Conversation(transport)
    tape.ask("tools/list", {"_meta": META}, result={"resultType": "complete", "tools": []})
    tape.initialize(result=HANDSHAKE)
    probe = "legacy-opening/modern-after"
    tape.ask("tools/list", {"_meta": META}, probe, session="legacy", error=error(-32600))
    assert tape.outcome("dual-era-modern-stays-stateless") is expected


def test_what_a_process_answers_by_the_era_of_its_handshake_is_judged_by_no_modern_rule():
    tape = Conversation()
    tape.initialize(result=HANDSHAKE)
    probe = "legacy-opening/modern-after"
    tape.ask("tools/list", {"_meta": META}, probe, session="legacy", result={"tools": []})
    for rule in ("result-type-present", "server-info-every-result", "cache-hints-lists"):
        assert tape.outcome(rule) is UNTESTED
    assert tape.outcome("dual-era-modern-stays-stateless") is UNTESTED


def test_the_supported_list_may_name_legacy_versions():
    tape = Conversation()
    tape.discover()
    data = {"supported": ["2025-11-25", str(NEWEST)], "requested": "1900-01-01"}
    params = {"_meta": {**META, META_VERSION: "1900-01-01"}}
    tape.ask("server/discover", params, "versions/unknown", error=error(-32022, data=data))
    tape.initialize(result=HANDSHAKE)
    assert tape.outcome("version-unsupported-data") is PASSED
    assert tape.outcome("version-supported-list-usable") is PASSED
    assert tape.outcome("discover-lists-used-version") is PASSED


def test_an_empty_page_and_an_empty_cursor_are_ordinary():
    tape = Conversation()
    tape.ask("tools/list", {"_meta": META}, result={"tools": [], "nextCursor": ""})
    tape.ask("tools/list", {"_meta": META, "cursor": ""}, result={"tools": [{"name": "a"}]})
    assert tape.outcome("page-next-cursor-type") is PASSED
    assert tape.outcome("page-walk-complete") is PASSED


def test_a_server_may_never_have_a_second_page():
    tape = Conversation()
    tape.ask("tools/list", {"_meta": META}, result={"tools": [{"name": "a"}, {"name": "a"}]})
    assert tape.outcome("page-walk-complete") is UNTESTED
    assert tape.outcome("page-cursors-stable") is UNTESTED


def test_pages_that_lead_back_are_noticed():
    tape = Conversation()
    tape.ask("tools/list", {"_meta": META}, result={"tools": [{"name": "a"}], "nextCursor": "1"})
    again = {"tools": [{"name": "a"}], "nextCursor": "1"}
    tape.ask("tools/list", {"_meta": META, "cursor": "1"}, result=again)
    assert tape.outcome("page-walk-complete") is VIOLATED


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("io.modelcontextprotocol/tasks", PASSED),
        ("com.example/", PASSED),
        ("a/b_c.d-e", PASSED),
        ("tasks", VIOLATED),
        ("com.1example/tasks", VIOLATED),
        ("com.example-/tasks", VIOLATED),
        ("com.example/-tasks", VIOLATED),
    ],
)
def test_extensions_have_a_prefix(name, expected):
    tape = Conversation()
    result = {"capabilities": {"extensions": {name: {}}}}
    tape.ask("server/discover", {"_meta": META}, result=result)
    assert tape.outcome("extension-id-syntax") is expected
