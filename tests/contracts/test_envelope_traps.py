"""What the specification permits must not be called a violation: messages, ids, errors, `_meta`."""

from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.members import metas
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.trace_context import trace_problem
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import message

NEWEST = Revision.R2026_07_28
META: dict[str, Any] = {META_VERSION: str(NEWEST), META_CAPABILITIES: {"sampling": {}}}
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
ECHO = "jsonrpc-response-id-echo"
UNIQUE = "jsonrpc-request-id-unique-session"


class Wire(Tape):
    """What went over a wire, event by event; `c` is said by the client, `s` by the server."""

    def __init__(self, transport: str = "stdio") -> None:
        super().__init__(transport)
        self.channel = "stdio"

    def c(self, value: Json | bytes, **more: Any) -> "Wire":
        self.say(Sender.CLIENT, value, channel=self.channel, **more)
        return self

    def s(self, value: Json | bytes) -> "Wire":
        self.say(Sender.SERVER, value, channel=self.channel)
        return self

    def abandon(self, probe: str = "") -> None:
        self.add(EventKind.ABANDONED, Sender.CLIENT, channel="run", probe=probe)

    def http(self, channel: str, status: int = 200, kind: str = "application/json", **headers: str):
        self.channel = channel
        method = channel.partition("-")[0].upper()
        sent: dict[str, Json] = {"method": method, "headers": dict(headers)}
        self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, channel=channel, data=sent)
        came: dict[str, Json] = {"status": status, "headers": {"content-type": kind}}
        self.add(EventKind.HTTP_RESPONSE, Sender.SERVER, channel=channel, data=came)
        return self

    def outcome(self, rule_id: str, revision: Revision = LATEST_STATEFUL) -> Outcome:
        return super().outcome(rule_id, revision)


def ask(number: Json, method: str = "tools/list", **params: Json) -> dict[str, Json]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def reply(number: Json, **more: Json) -> dict[str, Json]:
    return {"jsonrpc": "2.0", "id": number, **(more or {"result": {}})}


def refusal(code: int = -32600, **more: Json) -> dict[str, Json]:
    return {"error": {"code": code, "message": "no", **more}}


def test_a_notification_sent_before_an_interrupt_still_counts():
    tape = Wire().c(ask(1, "initialize")).s(reply(1, result={"protocolVersion": "2025-11-25"}))
    tape.c({"jsonrpc": "2.0", "method": "notifications/initialized"}).s(ask(7, "roots/list"))
    quiet = "init-server-quiet-before-initialized"
    assert tape.outcome(quiet) is not VIOLATED
    tape.abandon()
    assert tape.outcome(quiet) is not VIOLATED


def test_an_answer_in_a_probe_that_was_cut_short_is_no_stray_one():
    tape = Wire().c(ask(1), probe="handshakes/held").s(reply(1))
    tape.abandon("handshakes")
    assert tape.outcome(ECHO) is PASSED


def test_progress_without_a_token_belongs_to_no_request():
    tape = Wire("http").http("post-1").c(ask(1, "tools/call")).s(reply(1))
    nameless = {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progress": 1}}
    tape.http("get-2", kind="text/event-stream").s(nameless)
    assert tape.outcome("http-get-stream-unrelated") is UNTESTED


def test_what_was_under_way_at_an_interrupt_is_not_held_against_the_peer():
    tape = Wire().c(ask(1, "initialize")).s(reply(1, result={"capabilities": {"tools": {}}}))
    assert tape.c(ask(2)).outcome("tools-list-answers") is VIOLATED
    tape.abandon()
    assert tape.outcome("tools-list-answers") is UNTESTED


@pytest.mark.parametrize("number", [0, "", -1, "1", 2**53 - 1])
def test_every_string_and_integer_is_an_id(number):
    tape = Wire().c(ask(number)).s(reply(number)).s(ask(number, "roots/list"))
    assert tape.outcome(ECHO) is PASSED
    assert tape.outcome("jsonrpc-request-id-type") is PASSED


@pytest.mark.parametrize("number", [1.5, True, {}])
def test_nothing_else_is(number):
    tape = Wire().s(ask(number, "roots/list"))
    assert tape.outcome("jsonrpc-request-id-type") is VIOLATED


def test_an_answer_with_an_id_of_another_type_echoes_nothing():
    assert Wire().c(ask(1)).s(reply("1")).outcome(ECHO) is VIOLATED


def test_a_request_is_answered_once():
    assert Wire().c(ask(1)).s(reply(1)).s(reply(1)).outcome(ECHO) is VIOLATED


@pytest.mark.parametrize("garbage", [b'{"jsonrpc":"2.0","id":1', b"[]", b"7", b'{"id":4}'])
@pytest.mark.parametrize("error", [refusal(), {"id": None, **refusal()}])
def test_an_error_for_what_could_not_be_read_has_no_id(garbage, error):
    tape = Wire().c(ask(3)).s(reply(3)).c(garbage).s({"jsonrpc": "2.0", **error})
    assert tape.outcome(ECHO) is PASSED


def test_a_lenient_reader_may_find_the_id_in_what_is_no_utf8():
    tape = Wire().c(b'{"jsonrpc":"2.0","id":12,"method":"\xff"}').s(reply(12, **refusal()))
    assert tape.outcome(ECHO) is UNTESTED


def test_an_error_without_an_id_for_a_good_request_is_wrong_unless_http_refused_it():
    error = {"jsonrpc": "2.0", "id": None, **refusal()}
    assert Wire().c(ask(1)).s(error).outcome(ECHO) is VIOLATED
    assert Wire("http").http("post-1", 400).c(ask(1)).s(error).outcome(ECHO) is UNTESTED


def test_a_resumed_stream_may_repeat_messages():
    tape = Wire("http").http("post-1", kind="text/event-stream", **{"mcp-session-id": "x"})
    tape.c(ask(1)).s(ask(1, "ping")).s(ask(2, "ping")).s(reply(1))
    again = {"mcp-session-id": "x", "last-event-id": "0"}
    tape.http("get-2", kind="text/event-stream", **again).s(ask(2, "ping")).s(reply(1))
    assert tape.outcome(UNIQUE) is PASSED
    assert tape.outcome(ECHO) is PASSED
    assert tape.s(ask(2, "roots/list")).outcome(UNIQUE) is VIOLATED


def test_a_server_without_sessions_may_begin_its_ids_anew():
    tape = Wire("http")
    for number in (1, 2):
        tape.http(f"post-{number}", kind="text/event-stream").c(ask(number)).s(ask(0, "ping"))
    assert tape.outcome(UNIQUE) is UNTESTED


def test_the_body_of_an_http_error_need_not_be_a_message():
    challenge = {"error": "invalid_token", "error_description": "expired"}
    tape = Wire("http").http("post-1", 401).c(ask(1)).s(challenge)
    for rule_id in ("jsonrpc-version-2.0", "jsonrpc-error-shape", ECHO):
        assert tape.outcome(rule_id) is UNTESTED


def test_an_array_may_answer_an_array_and_nothing_else():
    batch = [ask(1), ask(2)]
    answered = Wire().c(batch).s([reply(1), reply(2)])
    assert answered.outcome("jsonrpc-batch-not-sent", Revision.R2024_11_05) is UNTESTED
    unasked = Wire().c(ask(1)).s([reply(1)])
    assert unasked.outcome("jsonrpc-batch-not-sent", Revision.R2024_11_05) is VIOLATED
    assert unasked.outcome("jsonrpc-batch-not-sent", Revision.R2025_03_26) is UNTESTED


def test_noise_on_stdout_is_no_message_in_a_wrong_encoding():
    tape = Wire().s(b"Stra\xdfe").s(b'{"jsonrpc":"2.0","metho')
    assert tape.outcome("jsonrpc-utf8") is PASSED
    assert tape.s(b'{"text":"Stra\xdfe"}').outcome("jsonrpc-utf8") is VIOLATED


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (refusal(-32022, data={"supported": ["2025-11-25"], "requested": "2025-11-25"}), PASSED),
        (refusal(-32022, data={"supported": [NEWEST], "requested": NEWEST}), VIOLATED),
        (refusal(-32022, data={"supported": [NEWEST]}), VIOLATED),
        (refusal(-32021, data={"requiredCapabilities": {"elicitation": {}}}), PASSED),
        (refusal(-32021, data={"requiredCapabilities": {"sampling": {}}}), VIOLATED),
        (refusal(-32020), VIOLATED),
        (refusal(-32603), UNTESTED),
    ],
)
def test_defined_codes_are_judged_by_their_meaning(error, outcome):
    tape = Wire().c(ask(1, _meta=META)).s(reply(1, **error))
    assert tape.outcome("jsonrpc-error-code-defined-meaning", NEWEST) is outcome


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        (-32602, None),
        (4001, None),
        (-32020, None),
        (-32019, "legacy-range"),
        (-32000, "legacy-range"),
        (-32099, "reserved-range"),
        (-32042, "retired"),
        (-32002, "retired"),
        (-32100, "app-range"),
        (-32768, "app-range"),
        (-32769, None),
    ],
)
def test_each_range_of_codes_has_one_rule(code, broken):
    tape = Wire().c(ask(1, _meta=META)).s(reply(1, **refusal(code)))
    names = ("legacy-range", "reserved-range", "retired", "app-range")
    violated = [n for n in names if tape.outcome(f"jsonrpc-error-code-{n}", NEWEST) is VIOLATED]
    assert violated == ([broken] if broken else [])


def test_a_method_of_an_earlier_revision_may_be_answered_in_its_way():
    tape = Wire().c(ask(1, "ping", _meta=META)).s(reply(1))
    assert tape.outcome("result-type-present", NEWEST) is UNTESTED
    tape.c(ask(2, "logging/setLevel", _meta=META)).s(reply(2, **refusal(-32000)))
    assert tape.outcome("jsonrpc-error-code-legacy-range", NEWEST) is UNTESTED


def test_a_type_of_a_shared_extension_is_left_alone():
    name = "io.modelcontextprotocol/tasks"
    meta = {**META, META_CAPABILITIES: {"extensions": {name: {}}}}
    found = {"resultType": "complete", "capabilities": {"extensions": {name: {}}}}
    task = {"result": {"resultType": "task"}}
    tape = Wire().c(ask(1, "server/discover", _meta=META)).s(reply(1, result=found))
    shared = tape.c(ask(2, "tools/call", _meta=meta)).s(reply(2, **task))
    assert shared.outcome("result-type-known", NEWEST) is PASSED
    alone = tape.c(ask(3, "tools/list", _meta=META)).s(reply(3, **task))
    assert alone.outcome("result-type-known", NEWEST) is VIOLATED


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Unexpected token at position 5", PASSED),
        ('[\n  {\n    "path": [\n      "name"\n    ]\n  }\n]', PASSED),
        ("Boom\n    at f (file:///srv/a.js:10:5)", VIOLATED),
        ("Boom\n\tat com.example.Tool.call(Tool.java:12)", VIOLATED),
        ('Traceback (most recent call last):\n  File "a.py", line 1', VIOLATED),
    ],
)
def test_a_stack_trace_is_told_from_a_long_message(text, outcome):
    error = {"error": {"code": -32603, "message": text}}
    assert Wire().c(ask(1)).s(reply(1, **error)).outcome("errors-no-internals") is outcome


def with_keys(*keys: str) -> Tape:
    return Wire().c(ask(1)).s(reply(1, result={"_meta": dict.fromkeys(keys, 1)}))


@pytest.mark.parametrize(
    "key", ["progressToken", "a", "", "com.example/", "com.ex-ample.x/a_b.c-d", "ui/resourceUri"]
)
def test_well_formed_keys(key):
    assert with_keys(key).outcome("meta-key-syntax") is PASSED


@pytest.mark.parametrize("key", ["/a", "a/b/c", "-a", "a_", "1x/a", "com.-x/a", "com..x/a", "a b"])
def test_malformed_keys(key):
    assert with_keys(key).outcome("meta-key-syntax") is VIOLATED


@pytest.mark.parametrize(
    ("key", "since_2506", "since_2511"),
    [
        ("modelcontextprotocol.io/x", VIOLATED, PASSED),
        ("tools.mcp.com/x", VIOLATED, VIOLATED),
        ("dev.mcp/x", PASSED, VIOLATED),
        ("com.example.mcp/x", PASSED, PASSED),
        ("mcp/x", PASSED, PASSED),
        ("io.modelcontextprotocol/serverInfo", UNTESTED, UNTESTED),
        ("progressToken", UNTESTED, UNTESTED),
    ],
)
def test_each_revision_reserves_its_own_prefixes(key, since_2506, since_2511):
    tape = with_keys(key)
    assert tape.outcome("meta-reserved-prefix", Revision.R2025_06_18) is since_2506
    assert tape.outcome("meta-reserved-prefix", Revision.R2025_11_25) is since_2511


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("com.example/x", PASSED),
        ("de.example/x", PASSED),
        ("example.com/x", VIOLATED),
        ("openai/x", UNTESTED),
        ("acme.internal/x", UNTESTED),
    ],
)
def test_a_domain_name_is_judged_only_where_its_order_shows(key, outcome):
    assert with_keys(key).outcome("meta-reverse-dns") is outcome


def test_what_users_fill_in_is_not_looked_into():
    theirs = {"_meta": "a column of a table", "icons": 3}
    said = {
        "result": {
            "structuredContent": theirs,
            "tools": [{"inputSchema": {"properties": theirs}, "_meta": {}}],
            "content": [{"type": "text", "text": "", "_meta": {}}, {"type": "resource"}],
        }
    }
    found = {pointer for pointer, _ in metas(message(said), NEWEST)}
    assert found == {"/result/tools/0/_meta", "/result/content/0/_meta"}
    assert not list(metas(message(said), Revision.R2025_03_26))


TRACE = "0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("traceparent", f"00-{TRACE}-01"),
        ("traceparent", f"cc-{TRACE}-01-what-the-future-brings"),
        ("tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"),
        ("tracestate", "fw529a3039@dt=FfAAA , ,1a=b"),
        ("tracestate", ""),
        ("baggage", "userId=alice , serverNode=DF%2028;ttl=3;hidden,isProduction=false"),
    ],
)
def test_a_good_trace_context(key, value):
    assert trace_problem(key, value) == ""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("traceparent", 7),
        ("traceparent", TRACE),
        ("traceparent", f"00-{TRACE.upper()}-01"),
        ("traceparent", f"ff-{TRACE}-01"),
        ("traceparent", f"00-{TRACE}-01-more"),
        ("traceparent", f"00-{'0' * 32}-00f067aa0ba902b7-01"),
        ("tracestate", "no value"),
        ("tracestate", ",".join(f"a{n}=1" for n in range(33))),
        ("baggage", "no value"),
        ("baggage", 'user="alice"'),
    ],
)
def test_a_bad_trace_context(key, value):
    assert trace_problem(key, value)


def test_what_accepts_a_post_over_http_sse_is_no_message():
    tape = Wire("http+sse").http("post-1", 202).c(ask(1)).s({"id": 1, "status": "accepted"})
    tape.http("get-1", kind="text/event-stream").s(reply(1))
    assert tape.outcome("jsonrpc-version-2.0") is PASSED


def test_over_http_sse_the_stream_is_the_session():
    tape = Wire("http+sse").http("get-1", kind="text/event-stream")
    tape.s(ask(1, "roots/list")).s(ask(1, "roots/list"))
    assert tape.outcome(UNIQUE) is VIOLATED
