"""What the specification permits, or leaves open, must be called wrong by no rule at all."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_SERVER_INFO, META_VERSION
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import STATEFUL, Era, Revision
from mcp_proof_contracts.rule import Level, Outcome, judge_rule, registry
from mcp_proof_contracts.transcript import EventKind, Sender

R2411, R2503, R2506, R2511, R2607 = Revision
OF_HTTP = (R2503, R2506, R2511)
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
INFO: dict[str, Json] = {"name": "x", "version": "1"}
META: dict[str, Json] = {META_VERSION: str(R2607), META_CAPABILITIES: {}}
BOTH = "application/json, text/event-stream"
HINTS: dict[str, Json] = {"ttlMs": 0, "cacheScope": "private"}


class Conversation(Tape):
    """A conversation in the manner of its revision, after its opening."""

    def __init__(
        self,
        revision: Revision = R2511,
        transport: str = "stdio",
        *,
        opened: bool = True,
        streamed: bool = False,
        **capabilities: Json,
    ) -> None:
        super().__init__(transport)
        self.revision, self.capabilities = revision, capabilities
        self.streamed = streamed
        """Whether answers come as event streams."""
        self._numbers = itertools.count(1)
        if opened:
            self.open()

    def open(self, **headers: str) -> None:
        version = str(self.revision)
        if self.revision.era is Era.STATELESS:
            found = {"supportedVersions": [version], "capabilities": self.capabilities, **HINTS}
            self.ask("server/discover", result=found)
            return
        mine: Json = {"protocolVersion": version, "capabilities": {}, "clientInfo": INFO}
        theirs: Json = {"protocolVersion": version, "capabilities": self.capabilities}
        self.ask("initialize", mine, headers=headers, result={**theirs, "serverInfo": INFO})
        self.notify("notifications/initialized")

    def ask(
        self,
        method: str,
        params: Any = None,
        probe: str = "",
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        sent: dict[str, str] | None = None,
        before: tuple[Json, ...] = (),
        **reply: Any,
    ) -> None:
        """Send a request; `before` is what the server says on its way to the reply."""
        number = next(self._numbers)
        frame: dict[str, Json] = {"jsonrpc": "2.0", "id": number}
        if self.revision.era is Era.STATELESS:
            params = {"_meta": META, **(params or {})}
            if "result" in reply:
                result = reply["result"]
                own = {**result.get("_meta", {}), META_SERVER_INFO: INFO}
                reply = {"result": {"resultType": "complete", **result, "_meta": own}}
        message = {**frame, "method": method, **({} if params is None else {"params": params})}
        kind = "text/event-stream" if self.streamed else "application/json"
        more = {"x-accel-buffering": "no"} if self.streamed else {}
        named = (params or {}).get("name")
        if self.revision.era is Era.STATELESS:
            mirrored = {"mcp-protocol-version": str(self.revision), "mcp-method": method}
            sent = {**mirrored, **({"mcp-name": named} if named else {}), **(sent or {})}
        self._post(message, probe, status, {"content-type": kind, **more, **(headers or {})}, sent)
        for said in (*before, *([{**frame, **reply}] if reply else [])):
            self._say(said)
        self._end()

    def notify(
        self, method: str, *, status: int = 202, headers: dict[str, str] | None = None
    ) -> None:
        message: Json = {"jsonrpc": "2.0", "method": method}
        self._post(message, "", status, headers or {}, None)
        self._end()

    def get(self, *said: Json, status: int = 200) -> None:
        """Listen on a stream of its own."""
        self.channel = f"get-{next(self._numbers)}"
        accept: Json = {"method": "GET", "path": "/", "headers": {"accept": "text/event-stream"}}
        stream: Json = {"status": status, "headers": {"content-type": "text/event-stream"}}
        self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, channel=self.channel, data=accept)
        self.add(EventKind.HTTP_RESPONSE, Sender.SERVER, channel=self.channel, data=stream)
        self.streamed = True
        for message in said:
            self._say(message)
        self.streamed = False

    def _post(
        self,
        message: Json,
        probe: str,
        status: int,
        came: dict[str, str],
        sent: dict[str, str] | None,
    ) -> None:
        if self.transcript.header.transport != "http":
            self.channel = "stdio"
            self.say(Sender.CLIENT, message, probe=probe)
            return
        self.channel = f"post-{next(self._numbers)}"
        more: dict[str, Any] = {"channel": self.channel, "probe": probe}
        head = {"accept": BOTH, "content-type": "application/json", **(sent or {})}
        asked: Json = {"method": "POST", "path": "/", "headers": head}
        self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data=asked, **more)
        self.say(Sender.CLIENT, message, **more)
        answered: Json = {"status": status, "headers": came}
        self.add(EventKind.HTTP_RESPONSE, Sender.SERVER, channel=self.channel, data=answered)

    def _say(self, message: Json) -> None:
        if self.streamed and self.channel != "stdio":
            told = {"event": "message", "id": None, "retry": None, "has_data": True}
            self.add(EventKind.SSE, Sender.SERVER, channel=self.channel, data=told)
        self.say(Sender.SERVER, message, channel=self.channel)

    def _end(self) -> None:
        if self.channel != "stdio":
            ended: Json = {"how": "complete", "detail": ""}
            self.add(EventKind.END, Sender.SERVER, channel=self.channel, data=ended)

    def outcome(self, rule_id: str, revision: Revision | None = None) -> Outcome:
        return super().outcome(rule_id, revision or self.revision)

    def verdicts(self) -> dict[str, Outcome]:
        """What all rules say that apply to this conversation."""
        read, transport = Reading(self.transcript, self.revision), self.transcript.header.transport
        return {
            rule.id: judge_rule(rule, read).outcome
            for rule in registry
            if rule.applies(self.revision, Sender.SERVER, transport)
        }

    def violated(self) -> list[str]:
        return [rule_id for rule_id, found in self.verdicts().items() if found is VIOLATED]


def error(code: int, **more: Json) -> dict[str, Json]:
    return {"code": code, "message": "no", **more}


def asked(method: str, number: Json = "s-1") -> dict[str, Json]:
    return {"jsonrpc": "2.0", "id": number, "method": method}


def told(method: str, **params: Json) -> dict[str, Json]:
    return {"jsonrpc": "2.0", "method": method, "params": params}


# JSON or a stream of events


@pytest.mark.parametrize("revision", [*OF_HTTP, R2607])
@pytest.mark.parametrize("streamed", [False, True])
def test_a_server_answers_with_json_or_with_a_stream_as_it_likes(revision, streamed):
    tape = Conversation(revision, "http", streamed=streamed)
    tape.ask("tools/unheard-of", status=404, error=error(-32601))
    tape.streamed = not streamed
    tape.ask(revision.control_method, result=({} if revision < R2607 else _discovered()))
    assert tape.violated() == []
    assert tape.outcome("http-request-response-content-type") is PASSED


def _discovered() -> dict[str, Json]:
    return {"supportedVersions": [str(R2607)], "capabilities": {}, **HINTS}


# what a stream of events may hold besides


def test_events_without_data_are_no_messages():
    tape = Conversation(R2511, "http")
    tape.get()
    for members in ({"id": "1"}, {"retry": 500}, {"event": "ping"}):
        empty = {"event": "message", "id": None, "retry": None, "has_data": False, **members}
        tape.add(EventKind.SSE, Sender.SERVER, channel=tape.channel, data=empty)
    assert tape.violated() == []
    assert tape.outcome("http-sse-event-format") is UNTESTED


# accepted without a body


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (202, {}, PASSED),
        (202, {"content-length": "0"}, PASSED),
        (202, {"content-type": "application/json"}, PASSED),
        (202, {"transfer-encoding": "chunked", "content-type": "text/plain"}, PASSED),
        (200, {}, VIOLATED),
        (204, {}, VIOLATED),
        (400, {}, UNTESTED),
    ],
)
def test_only_bytes_in_the_body_are_a_body(status, headers, expected):
    tape = Conversation(R2511, "http", opened=False)
    tape.notify("notifications/initialized", status=status, headers=headers)
    assert tape.outcome("http-notification-202") is expected


def test_a_notification_that_is_accepted_with_text_has_a_body():
    tape = Conversation(R2511, "http")
    data: Json = {"text": "ok", "bytes": 2}
    tape.add(EventKind.BODY, Sender.SERVER, channel=tape.channel, data=data)
    assert tape.outcome("http-notification-202") is VIOLATED


# before, and after, the handshake


@pytest.mark.parametrize("revision", STATEFUL)
@pytest.mark.parametrize("served", [True, False])
def test_nothing_says_what_becomes_of_requests_before_the_handshake_or_of_a_second_one(
    revision, served
):
    tape = Conversation(revision, opened=False, tools={}, prompts={}, resources={})
    for name in tape.capabilities:
        early = {"result": {name: []}} if served else {"error": error(-32600)}
        tape.ask(f"{name}/list", **early)
    tape.open()
    again: Json = {"protocolVersion": str(revision), "capabilities": {}, "clientInfo": INFO}
    result: Json = {"protocolVersion": str(revision), "capabilities": {"tools": {}}}
    answer = {"result": {**result, "serverInfo": INFO}} if served else {"error": error(-32600)}
    tape.ask("initialize", again, "second-initialize", **answer)
    assert tape.violated() == []


# what servers ask


@pytest.mark.parametrize("revision", OF_HTTP)
def test_servers_of_the_stateful_era_ask_on_every_stream(revision):
    tape = Conversation(revision, "http", streamed=True, logging={})
    logged = told("notifications/message", level="info", data=1)
    tape.ask("ping", before=(asked("ping"), logged), result={})
    tape.get(asked("ping", "s-2"))
    assert tape.violated() == []


def test_servers_of_the_stateless_era_send_no_requests():
    tape = Conversation(R2607)
    assert tape.violated() == []
    tape.say(Sender.SERVER, asked("roots/list"))
    assert tape.violated() == ["server-never-sends-requests"]


# the header of the version


@pytest.mark.parametrize("status", [200, 400])
def test_only_a_client_of_2025_03_26_may_leave_the_version_out(status):
    tape = Conversation(R2506, "http")
    reply = {"result": {}} if status == 200 else {"error": error(-32600)}
    tape.ask("ping", None, "version-header/absent", status=status, **reply)
    assert tape.outcome("http-version-header-absent-accepted") is UNTESTED
    assert tape.outcome("http-version-header-invalid-400") is UNTESTED
    assert tape.violated() == []


def test_there_is_no_header_for_the_version_before_2025_06_18():
    rules = [rule for rule in registry if rule.id.startswith("http-version-header")]
    assert rules
    assert not any(rule.holds_for(R2503) for rule in rules)


# sessions


@pytest.mark.parametrize("revision", OF_HTTP)
def test_a_server_without_session_ids_has_no_session_to_be_judged(revision):
    tape = Conversation(revision, "http")
    tape.ask("ping", None, "session-header/missing", result={})
    verdicts = tape.verdicts()
    assert {found for rule, found in verdicts.items() if rule.startswith("session-")} == {UNTESTED}


@pytest.mark.parametrize(
    ("case", "status", "rule_id", "expected"),
    [
        ("missing", 400, "session-id-missing-400", PASSED),
        ("missing", 404, "session-id-missing-400", VIOLATED),
        ("unknown", 400, "session-id-unknown-refused", PASSED),
        ("unknown", 404, "session-id-unknown-refused", PASSED),
    ],
)
def test_an_id_that_was_never_given_may_be_refused_either_way(case, status, rule_id, expected):
    tape = Conversation(R2511, "http", opened=False)
    tape.open(**{"mcp-session-id": "7f3c9a50d2184b6f"})
    tape.ask("ping", None, f"session-header/{case}", status=status, error=error(-32600))
    assert tape.outcome(rule_id) is expected
    rule = registry.get("session-id-missing-400")
    assert rule is not None
    assert rule.level(R2511) is Level.SHOULD


@pytest.mark.parametrize(
    ("deleted", "expected", "terminated"),
    [(405, PASSED, UNTESTED), (204, PASSED, VIOLATED), (500, VIOLATED, UNTESTED)],
)
def test_a_server_need_not_let_clients_end_a_session(deleted, expected, terminated):
    tape = Conversation(R2511, "http")
    more: dict[str, Any] = {"channel": "delete-1", "probe": "session-end/delete"}
    request: Json = {"method": "DELETE", "path": "/", "headers": {"mcp-session-id": "x"}}
    tape.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data=request, **more)
    response: Json = {"status": deleted, "headers": {}}
    tape.add(EventKind.HTTP_RESPONSE, Sender.SERVER, channel="delete-1", data=response)
    tape.ask("ping", None, "session-end/after", result={})
    assert tape.outcome("session-delete-ok-or-405") is expected
    assert tape.outcome("session-terminated-404") is terminated


# what nothing brought about


@pytest.mark.parametrize("revision", Revision)
@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_a_server_that_offers_nothing_is_untested_and_never_wrong(revision, transport):
    if transport == "http" and revision is R2411:
        pytest.skip("it has no Streamable HTTP")
    tape = Conversation(revision, transport)
    verdicts = tape.verdicts()
    assert tape.violated() == []
    needy = [rule.id for rule in registry if rule.otherwise.startswith("needs ")]
    assert needy
    assert {verdicts[rule_id] for rule_id in needy if rule_id in verdicts} == {UNTESTED}


@pytest.mark.parametrize("revision", STATEFUL)
def test_lists_that_may_change_need_not_and_may_be_announced_for_nothing(revision):
    tape = Conversation(revision, tools={"listChanged": True}, resources={"listChanged": True})
    tape.ask("tools/list", result={"tools": []})
    assert tape.violated() == []
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "method": "notifications/tools/list_changed"})
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "method": "notifications/resources/list_changed"})
    tape.ask("tools/list", result={"tools": []})
    assert tape.violated() == []


# two defects at once


@pytest.mark.parametrize(
    ("case", "code", "expected"),
    [
        ("version-header", -32020, PASSED),
        ("version-header", -32022, PASSED),
        ("version-body", -32022, PASSED),
        ("version-header", -32001, VIOLATED),
        ("version-header", -32602, VIOLATED),
    ],
)
def test_a_version_that_differs_and_is_unknown_may_be_refused_for_either(case, code, expected):
    tape = Conversation(R2607, "http")
    tape.ask("server/discover", None, "request-headers/right", result=_discovered())
    probe = f"request-headers/{case}"
    tape.ask("server/discover", None, probe, status=400, error=error(code))
    assert tape.outcome("h26-server-version-mismatch") is expected


# who the client is


@pytest.mark.parametrize(
    ("reply", "expected"),
    [({"result": _discovered()}, PASSED), ({"error": error(-32602)}, VIOLATED)],
)
def test_a_client_need_not_say_who_it_is(reply, expected):
    tape = Conversation(R2607)
    tape.ask("server/discover", None, "request-meta/no-client-info", **reply)
    assert tape.outcome("meta-client-info-not-required") is expected


# statuses of errors


@pytest.mark.parametrize("revision", [*OF_HTTP, R2607])
@pytest.mark.parametrize("status", [200, 400, 500])
def test_an_error_may_come_with_any_status_where_none_is_set(revision, status):
    tape = Conversation(revision, "http", tools={})
    listed: list[Json] = [{"name": "a", "inputSchema": {"type": "object"}}]
    hints = HINTS if revision is R2607 else {}
    tape.ask("tools/list", result={"tools": listed, **hints})
    call: Json = {"name": "nobody", "arguments": {}}
    tape.ask("tools/call", call, "unknown-tool", status=status, error=error(-32602))
    tape.ask("tools/call", {"name": "a"}, status=status, error=error(-32603))
    assert tape.violated() == []


# the origin


@pytest.mark.parametrize("revision", OF_HTTP)
@pytest.mark.parametrize("status", [400, 403, 421])
def test_a_foreign_origin_is_refused_by_403_only_since_2025_11_25(revision, status):
    tape = Conversation(revision, "http")
    tape.ask("ping", None, "origin/absent", result={})
    origin = {"origin": "http://evil.example"}
    tape.ask("ping", None, "origin/foreign-post", status=status, sent=origin)
    assert tape.outcome("sec-origin-validated") is PASSED
    wrong = tape.violated()
    assert wrong == (
        ["sec-origin-status-403"] if (revision, status != 403) == (R2511, True) else []
    )


def test_no_rule_looks_at_the_host_that_a_request_names():
    tape = Conversation(R2511, "http")
    tape.ask("ping", None, sent={"host": "evil.example"}, result={})
    tape.ask("ping", None, sent={"host": "evil.example"}, status=421)
    assert not [each for each in tape.violated() if each.startswith("sec-")]


# arrays of messages


@pytest.mark.parametrize("revision", [R2506, R2511, R2607])
@pytest.mark.parametrize("reply", [{"error": error(-32600)}, {}])
def test_an_array_may_be_refused_by_one_error_or_by_its_status(revision, reply):
    tape = Conversation(revision, "http")
    request: Json = {**asked("ping", 90), "params": {"_meta": META}}
    tape._post([request], "array-refused", 400, {"content-type": "application/json"}, None)
    if reply:
        tape._say({"jsonrpc": "2.0", "id": None, **reply})
    tape._end()
    tape.ask(revision.control_method, result=({} if revision < R2607 else _discovered()))
    assert tape.outcome("jsonrpc-batch-post-rejected") is PASSED
    assert tape.violated() == []


def test_2024_11_05_says_nothing_of_arrays_that_servers_get():
    rules = [rule for rule in registry if "batch" in rule.id and rule.probes]
    assert rules
    assert not any(rule.holds_for(R2411) for rule in rules)


# what nobody knows


@pytest.mark.parametrize("revision", Revision)
def test_unknown_members_methods_capabilities_and_keys_are_no_fault(revision):
    tape = Conversation(revision, unheardOf={"deep": [1]})
    tape.say(Sender.SERVER, told("notifications/com.example/unheard-of", x=1))
    meta: dict[str, Json] = {"com.example/key": 1, "traceless": None}
    result = {} if revision < R2607 else {**_discovered(), "com.example/more": 1}
    tape.ask(revision.control_method, result={**result, "_meta": meta})
    assert tape.violated() == []


# the media type of requests


@pytest.mark.parametrize("revision", [*OF_HTTP, R2607])
@pytest.mark.parametrize("status", [200, 415])
def test_no_sentence_says_what_a_server_makes_of_another_media_type(revision, status):
    tape = Conversation(revision, "http")
    served = {} if revision < R2607 else _discovered()
    reply = {"result": served} if status == 200 else {}
    headers = {"content-type": "text/plain"}
    tape.ask(revision.control_method, None, "elsewhere/text", status=status, sent=headers, **reply)
    assert tape.violated() == []


# proposals


@pytest.mark.parametrize(("code", "expected"), [(-32020, PASSED), (-32001, VIOLATED)])
def test_the_numbers_of_proposals_are_not_those_of_the_specification(code, expected):
    tape = Conversation(R2607, "http")
    tape.ask("server/discover", None, "request-headers/right", result=_discovered())
    probe = "request-headers/method-other"
    tape.ask("server/discover", None, probe, status=400, error=error(code))
    assert tape.outcome("h26-server-mismatch-error-code") is expected
