"""What the specification permits over HTTP, while streams are open, must not be a violation."""

from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

R2411, R2511, R2607 = Revision.R2024_11_05, Revision.R2025_11_25, Revision.R2026_07_28
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
STREAM = "text/event-stream"
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
PONG = {"jsonrpc": "2.0", "id": 1, "result": {}}


class Web(Tape):
    """HTTP exchanges, written down event by event."""

    def request(self, channel: str, message: Json = None, **more: Any) -> None:
        accept = f"application/json, {STREAM}" if channel.startswith("post") else STREAM
        given = {"accept": accept, **more.pop("headers", {})}
        data = {"method": channel.partition("-")[0].upper(), "headers": given}
        self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, channel=channel, data=data, **more)
        if message is not None:
            self.say(Sender.CLIENT, message, channel=channel, **more)

    def head(self, channel: str, status: int = 200, kind: str = STREAM, **more: Any) -> None:
        data = {"status": status, "headers": {"content-type": kind} if kind else {}}
        self.add(EventKind.HTTP_RESPONSE, Sender.SERVER, channel=channel, data=data, **more)

    def event(
        self, channel: str, message: Json | bytes = None, name: str = "message", **more: Any
    ) -> None:
        data = {"event": name, "id": None, "retry": None, "has_data": True, **more.pop("data", {})}
        self.add(EventKind.SSE, Sender.SERVER, channel=channel, data=data, **more)
        if message is not None:
            self.say(Sender.SERVER, message, channel=channel, **more)

    def end(self, channel: str, how: str = "complete", **more: Any) -> None:
        data = {"how": how, "detail": ""}
        self.add(EventKind.END, Sender.SERVER, channel=channel, data=data, **more)


def connected(kind: str = STREAM) -> Web:
    tape = Web("http+sse")
    tape.request("get-1")
    tape.head("get-1", kind=kind)
    return tape


def test_a_content_type_may_have_parameters():
    tape = connected("text/event-stream; charset=utf-8")
    assert tape.outcome("sse-endpoint-get-stream", R2411) is PASSED


def test_a_get_that_is_refused_has_reasons_of_its_own():
    tape = Web("http+sse")
    tape.request("get-1")
    tape.head("get-1", 401, "")
    assert tape.outcome("sse-endpoint-get-stream", R2411) is UNTESTED


def test_events_of_other_types_may_come_before_the_endpoint():
    tape = connected()
    tape.event("get-1", name="ready")
    tape.event("get-1", name="message")  # without data: a comment, or only an id
    tape.event("get-1", name="endpoint")
    tape.event("get-1", PONG)
    assert tape.outcome("sse-endpoint-event-first", R2411) is PASSED


def test_a_message_does_not_come_before_the_endpoint():
    tape = connected()
    tape.event("get-1", PING)
    tape.event("get-1", name="endpoint")
    assert tape.outcome("sse-endpoint-event-first", R2411) is VIOLATED


@pytest.mark.parametrize(
    ("how", "expected"), [("complete", VIOLATED), ("closed", UNTESTED), ("broken", UNTESTED)]
)
def test_only_a_stream_that_the_server_ended_lacks_its_endpoint(how, expected):
    tape = connected()
    tape.end("get-1", how)
    assert tape.outcome("sse-endpoint-event-first", R2411) is expected


@pytest.mark.parametrize(
    ("status", "expected"), [(202, PASSED), (200, PASSED), (404, VIOLATED), (401, UNTESTED)]
)
def test_an_endpoint_is_where_messages_can_be_posted(status, expected):
    tape = connected()
    tape.request("post-1", PING)
    tape.head("post-1", status, "")
    assert tape.outcome("sse-endpoint-uri-usable", R2411) is expected


def test_an_endpoint_may_end_with_its_stream():
    tape = connected()
    tape.request("post-1", PING)
    tape.end("get-1")
    tape.head("post-1", 404, "")
    assert tape.outcome("sse-endpoint-uri-usable", R2411) is UNTESTED


def test_what_a_probe_sends_wrongly_says_nothing_of_the_endpoint():
    tape = connected()
    tape.request("post-1", PING, probe="some-probe")
    tape.head("post-1", 404, "")
    assert tape.outcome("sse-endpoint-uri-usable", R2411) is UNTESTED


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("message", PONG, PASSED),
        ("response", PONG, VIOLATED),
        ("message", b"{", VIOLATED),
        ("ping", None, UNTESTED),
    ],
)
def test_messages_come_as_message_events(name, said, expected):
    tape = connected()
    tape.event("get-1", said, name)
    assert tape.outcome("sse-messages-as-message-events", R2411) is expected


@pytest.mark.parametrize(
    ("in_body", "on_stream", "status", "expected"),
    [
        (False, True, 202, PASSED),
        (True, False, 200, VIOLATED),
        (True, True, 200, UNTESTED),
        (True, False, 400, UNTESTED),
        (False, False, 202, UNTESTED),
    ],
)
def test_requests_are_answered_on_the_stream(in_body, on_stream, status, expected):
    tape = connected()
    tape.request("post-1", PING)
    tape.head("post-1", status, "application/json" if in_body else "")
    if in_body:
        tape.say(Sender.SERVER, PONG, channel="post-1")
    if on_stream:
        tape.event("get-1", PONG)
    assert tape.outcome("sse-responses-on-stream", R2411) is expected


def test_an_id_that_both_clients_use_is_no_sign_of_a_stray_answer():
    tape = connected()
    tape.request("get-1", session="t")
    tape.head("get-1", session="t")
    for session in ("s", "t"):
        tape.request("post-1", PING, session=session)
        tape.head("post-1", 202, "", session=session)
        tape.event("get-1", PONG, session=session)
    assert tape.outcome("sse-multiple-clients-isolated", R2411) is UNTESTED
    assert tape.outcome("sse-responses-on-stream", R2411) is PASSED


# Connections that are closed before the answer


def resumed(*, retry: int | None, how: str = "complete", event_id: str | None = "1") -> Web:
    tape = Web("http")
    tape.request("post-1", {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {}})
    tape.head("post-1")
    tape.event("post-1", data={"id": event_id, "retry": retry, "has_data": False})
    tape.end("post-1", how)
    tape.request("get-1", headers={"last-event-id": "1"})
    tape.head("get-1")
    return tape


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"retry": 100}, PASSED),
        ({"retry": 0}, PASSED),
        ({"retry": None}, VIOLATED),
        ({"retry": None, "how": "broken"}, UNTESTED),
        ({"retry": None, "how": "closed"}, UNTESTED),
        ({"retry": None, "event_id": None}, UNTESTED),
    ],
)
def test_a_server_that_closes_a_connection_says_when_to_come_back(given, expected):
    tape = resumed(**given)
    tape.event("get-1", PONG)
    assert tape.outcome("http-sse-retry-before-close", R2511) is expected


def test_a_stream_that_was_ended_for_good_needs_no_retry():
    assert resumed(retry=None).outcome("http-sse-retry-before-close", R2511) is UNTESTED


DISCONNECTED = "http-disconnect-not-cancel"


def dropped(polls: str, control: str = "", *, reply: bool = False, kind: str = STREAM) -> Web:
    """A request whose connection was closed, and what `effect` said afterwards."""
    tape = Web("http")
    told(tape, "before", "a")
    tape.request("post-1", {**PING, "method": "tools/call"}, probe="disconnect/dropped")
    if kind:
        tape.head("post-1", kind=kind)
    if reply:
        tape.say(Sender.SERVER, PONG, channel="post-1")
    tape.end("post-1", "closed")
    for number, text in enumerate(polls):
        told(tape, f"poll-{number}", text)
    if control:
        told(tape, "after-control", control)
    return tape


def told(tape: Web, case: str, text: str) -> None:
    probe = f"disconnect/{case}"
    channel = f"post-{case}"
    tape.request(channel, {**PING, "id": case, "method": "tools/call"}, probe=probe)
    tape.head(channel, kind="application/json")
    result = {"content": [{"type": "text", "text": text}]}
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": case, "result": result}, channel=channel)


@pytest.mark.parametrize(
    ("tape", "expected"),
    [
        (dropped("aab"), PASSED),
        (dropped("aaa", "b"), VIOLATED),
        (dropped("aaa", "a"), UNTESTED),
        (dropped("aaa"), UNTESTED),
        (dropped("aaa", "b", reply=True), UNTESTED),
    ],
    ids=["it went on", "it ended", "nothing shows", "nothing was shown", "it was answered"],
)
def test_a_lost_connection_is_no_cancellation_in_the_stateful_era(tape, expected):
    assert tape.outcome(DISCONNECTED, R2511) is expected


@pytest.mark.parametrize(
    ("later", "kind", "expected"),
    [("b", STREAM, PASSED), ("c", STREAM, VIOLATED), ("c", "", UNTESTED), ("b", "", PASSED)],
)
def test_a_closed_stream_is_a_cancellation_in_the_stateless_era(later, kind, expected):
    tape = dropped("", "b", kind=kind)
    told(tape, "after-drop", later)
    assert tape.outcome("h26-disconnect-is-cancel", R2607) is expected


def subscription(how: str, *, acknowledged: bool = True, ends: Json = None) -> Web:
    tape = Web("http")
    meta = {"io.modelcontextprotocol/protocolVersion": str(R2607)}
    listen = {**PING, "method": "subscriptions/listen", "params": {"_meta": meta}}
    tape.request("post-1", listen)
    tape.head("post-1")
    if acknowledged:
        named = {"_meta": {"io.modelcontextprotocol/subscriptionId": 1}, "notifications": {}}
        method = "notifications/subscriptions/acknowledged"
        tape.event("post-1", {"jsonrpc": "2.0", "method": method, "params": named})
    if ends is not None:
        tape.event("post-1", ends)
    tape.end("post-1", how)
    return tape


@pytest.mark.parametrize(
    ("tape", "expected"),
    [
        (subscription("complete"), VIOLATED),
        (subscription("complete", ends=PONG), PASSED),
        (subscription("broken"), UNTESTED),
        (subscription("closed"), UNTESTED),
        (subscription("complete", acknowledged=False), UNTESTED),
    ],
)
def test_a_subscription_is_ended_by_the_server_only_with_a_word(tape, expected):
    assert tape.outcome("cancel-26-server-teardown", R2607) is expected


# Two streams at once


def streams(*channels: str) -> Web:
    tape = Web("http")
    for channel in channels:
        tape.request(channel, PING if channel.startswith("post") else None)
        tape.head(channel)
    return tape


def test_requests_of_one_id_have_an_answer_each_though_a_stream_ends_late():
    tape = streams("post-1")
    tape.event("post-1", PONG)
    tape.request("post-2", PING)
    tape.head("post-2")
    tape.event("post-2", PONG)
    tape.end("post-1")
    assert tape.outcome("http-no-broadcast", R2511) is UNTESTED


def test_an_answer_that_comes_on_another_stream_too_is_sent_twice():
    tape = streams("post-1", "get-2")
    tape.event("get-2", PONG)
    tape.event("post-1", PONG)
    assert tape.outcome("http-no-broadcast", R2511) is VIOLATED
