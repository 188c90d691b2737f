"""What the specification permits must not be called a violation: subscriptions of 2026-07-28."""

from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
R2607 = Revision.R2026_07_28
ID = "io.modelcontextprotocol/subscriptionId"
ACK = "notifications/subscriptions/acknowledged"
TOOLS = "notifications/tools/list_changed"
PROMPTS = "notifications/prompts/list_changed"
UPDATED = "notifications/resources/updated"
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}
ALL = {"toolsListChanged": True, "resourceSubscriptions": ["memo://a"]}


class Channel(Tape):
    """A conversation over stdio, where all subscriptions share one channel."""

    def __init__(self) -> None:
        super().__init__()
        caps = {"tools": {"listChanged": True}}
        self.ask("discover", "server/discover", result={"capabilities": caps})

    def ask(self, request_id: Json, method: str, probe: str = "", **reply: Any) -> None:
        params: dict[str, Json] = {"_meta": META, **reply.pop("params", {})}
        frame = {"jsonrpc": "2.0", "id": request_id}
        self.say(Sender.CLIENT, {**frame, "method": method, "params": params}, probe=probe)
        if reply:
            self.say(Sender.SERVER, {**frame, **reply})

    def listen(self, request_id: Json, wanted: Json, case: str = "first", **reply: Any) -> None:
        params = {"notifications": wanted}
        self.ask(request_id, "subscriptions/listen", f"listen/{case}", params=params, **reply)

    def tell(self, method: str, request_id: Json = None, **params: Json) -> None:
        meta = {} if request_id is None else {"_meta": {ID: request_id}}
        self.say(Sender.SERVER, {"jsonrpc": "2.0", "method": method, "params": {**params, **meta}})

    def acknowledge(self, request_id: Json, wanted: Json) -> None:
        self.tell(ACK, request_id, notifications=wanted)

    def open(self, request_id: Json, wanted: Json, case: str = "first") -> None:
        self.listen(request_id, wanted, case)
        self.acknowledge(request_id, wanted)
        self.barrier()

    def barrier(self) -> None:
        number = f"barrier {len(self.transcript.events)}"
        self.ask(number, "server/discover", "barrier", result={})

    def cancel(self, request_id: Json) -> None:
        params = {"requestId": request_id, "_meta": META}
        message = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}
        self.say(Sender.CLIENT, message)

    def result_of(self, rule_id: str) -> Outcome:
        return self.outcome(rule_id, R2607)


def test_others_may_be_told_before_the_acknowledgement_of_one():
    tape = Channel()
    tape.open(0, ALL)
    tape.listen("x", ALL, "second")
    tape.tell(TOOLS, 0)
    tape.acknowledge("x", ALL)
    assert tape.result_of("sub-ack-first") is PASSED


def test_news_before_the_acknowledgement_of_the_same_one_come_too_early():
    tape = Channel()
    tape.listen("x", ALL)
    tape.tell(TOOLS, "x")
    tape.acknowledge("x", ALL)
    assert tape.result_of("sub-ack-first") is VIOLATED


@pytest.mark.parametrize(("alive", "expected"), [(True, VIOLATED), (False, UNTESTED)])
def test_no_acknowledgement_counts_only_of_a_server_that_answers_others(alive, expected):
    tape = Channel()
    tape.listen("x", ALL)
    tape.add(EventKind.SILENCE, Sender.CLIENT, data={"id": "x", "why": "-", "alive": alive})
    assert tape.result_of("sub-ack-first") is expected
    assert tape.result_of("jsonrpc-request-answered") is not VIOLATED or not alive


@pytest.mark.parametrize(
    ("honoured", "expected"),
    [
        ({}, PASSED),
        ({"toolsListChanged": False}, PASSED),
        ({"promptsListChanged": False}, PASSED),
        ({"com.example/more": True}, PASSED),
        ({"resourceSubscriptions": []}, PASSED),
        ({"promptsListChanged": True}, VIOLATED),
        ({"resourceSubscriptions": ["memo://b"]}, VIOLATED),
        ({"toolsListChanged": "yes"}, VIOLATED),
        (None, VIOLATED),
    ],
)
def test_any_part_of_the_filter_may_be_honoured_and_nothing_more(honoured, expected):
    tape = Channel()
    tape.listen("x", ALL)
    tape.acknowledge("x", honoured)
    assert tape.result_of("sub-ack-subset") is expected


@pytest.mark.parametrize(
    ("refusal", "expected"), [(-32601, VIOLATED), (-32603, UNTESTED), (-32000, UNTESTED)]
)
def test_only_an_unknown_method_shows_that_nobody_can_listen(refusal, expected):
    tape = Channel()
    tape.listen("x", ALL, error={"code": refusal, "message": "no"})
    assert tape.result_of("sub-implemented-if-advertised") is expected
    assert tape.result_of("sub-ack-first") is UNTESTED


@pytest.mark.parametrize(
    ("request_id", "named", "expected"),
    [
        (0, 0, PASSED),
        ("0", "0", PASSED),
        ("", "", PASSED),
        (0, "0", VIOLATED),
        ("0", 0, VIOLATED),
        ("x", "another", VIOLATED),
    ],
)
def test_the_id_of_a_subscription_has_the_json_type_of_its_request(request_id, named, expected):
    tape = Channel()
    tape.listen(request_id, ALL)
    tape.acknowledge(named, ALL)
    assert tape.result_of("sub-id-equals-request-id") is expected


def test_two_subscriptions_whose_ids_differ_in_their_type_alone_are_kept_apart():
    tape = Channel()
    tape.open(0, ALL)
    tape.open("0", ALL, "second")
    for request_id in (0, "0"):
        tape.tell(TOOLS, request_id)
    tape.barrier()
    assert tape.result_of("sub-id-equals-request-id") is PASSED
    assert tape.result_of("sub-concurrent-separate") is PASSED


def test_the_later_of_two_subscriptions_does_not_take_the_place_of_the_first():
    tape = Channel()
    tape.open(0, ALL)
    tape.open("x", ALL, "second")
    tape.tell(TOOLS, "x")
    tape.barrier()
    assert tape.result_of("sub-concurrent-separate") is VIOLATED


def test_without_a_barrier_the_news_of_the_first_may_still_be_under_way():
    tape = Channel()
    tape.open(0, ALL)
    tape.open("x", ALL, "second")
    tape.tell(TOOLS, "x")
    assert tape.result_of("sub-concurrent-separate") is UNTESTED


@pytest.mark.parametrize("method", ["notifications/message", "notifications/progress"])
def test_what_belongs_to_a_request_needs_no_subscription(method):
    tape = Channel()
    tape.open("x", ALL)
    tape.tell(method, progressToken=1, progress=1)
    tape.barrier()
    assert tape.result_of("sub-id-on-every-message") is PASSED
    assert tape.result_of("sub-no-request-scoped") is PASSED


def test_progress_with_the_id_of_a_subscription_is_in_the_wrong_place():
    tape = Channel()
    tape.open("x", ALL)
    tape.tell("notifications/progress", "x", progressToken=1, progress=1)
    assert tape.result_of("sub-no-request-scoped") is VIOLATED


@pytest.mark.parametrize(("method", "expected"), [(TOOLS, VIOLATED), ("notifications/odd", PASSED)])
def test_news_without_an_id_count_where_a_subscription_asks_for_them(method, expected):
    tape = Channel()
    tape.open("x", ALL)
    tape.tell(method)
    assert tape.result_of("sub-id-on-every-message") is expected


@pytest.mark.parametrize(
    ("method", "request_id", "expected"),
    [
        (PROMPTS, "x", VIOLATED),
        (PROMPTS, None, VIOLATED),
        ("notifications/com.example/odd", "x", UNTESTED),
        (TOOLS, "x", UNTESTED),
    ],
)
def test_only_known_kinds_that_nobody_asked_for_are_too_much(method, request_id, expected):
    tape = Channel()
    tape.open("x", ALL)
    tape.tell(method, request_id)
    tape.barrier()
    assert tape.result_of("sub-filter-types") is expected


def test_a_subscription_that_hears_nothing_of_what_others_asked_for_is_right():
    tape = Channel()
    tape.open("little", {}, "apart")
    tape.open("x", ALL)
    tape.tell(TOOLS, "x")
    tape.barrier()
    assert tape.result_of("sub-filter-types") is PASSED


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("memo://a", UNTESTED),
        ("memo://a/part", UNTESTED),
        ("memo://a#part", UNTESTED),
        ("MEMO://A", UNTESTED),
        ("memo://b", VIOLATED),
    ],
)
def test_a_part_of_a_resource_is_as_good_as_the_resource(uri, expected):
    tape = Channel()
    tape.open("x", ALL)
    tape.tell(UPDATED, "x", uri=uri)
    tape.barrier()
    assert tape.result_of("sub-filter-uris") is expected


@pytest.mark.parametrize("signal", ["result", "cancelled"])
def test_either_word_ends_a_subscription_in_order(signal):
    tape = Channel()
    tape.listen("x", ALL)
    tape.acknowledge("x", ALL)
    if signal == "cancelled":
        tape.tell("notifications/cancelled", requestId="x")
    else:
        result = {"resultType": "complete", "_meta": {ID: "x"}}
        tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": "x", "result": result})
        assert tape.result_of("sub-close-result-members") is PASSED
    assert tape.result_of("sub-graceful-close") is PASSED
    assert tape.result_of("sub-id-on-every-message") is PASSED


@pytest.mark.parametrize("before", [True, False])
def test_what_was_under_way_when_it_was_cancelled_may_still_come(before):
    tape = Channel()
    tape.open("x", ALL)
    tape.open("y", ALL, "second")
    tape.cancel("x")
    if before:
        tape.tell(TOOLS, "x")
    tape.barrier()
    if not before:
        tape.tell(TOOLS, "x")
    tape.tell(TOOLS, "y")
    tape.barrier()
    assert tape.result_of("sub-stops-after-cancel") is (PASSED if before else VIOLATED)


class Stream(Tape):
    """One subscription over HTTP, whose stream comes to an end."""

    def __init__(self) -> None:
        super().__init__("http")
        request = {"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen"}
        params = {"_meta": META, "notifications": ALL}
        self.on("listen", EventKind.HTTP_REQUEST, Sender.CLIENT, data={"method": "POST"})
        self.say(
            Sender.CLIENT, {**request, "params": params}, channel="listen", probe="listen/first"
        )
        self.on("listen", EventKind.HTTP_RESPONSE, Sender.SERVER, data={"status": 200})
        self.tell(ACK, notifications=ALL)

    def on(self, channel: str, kind: EventKind, sender: Sender, **more: Any) -> None:
        self.add(kind, sender, channel=channel, **more)

    def tell(self, method: str, **params: Json) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": {**params, "_meta": {ID: 1}}}
        self.say(Sender.SERVER, message, channel="listen")

    def end(self, how: str, at: float = 0.0) -> None:
        self.on("listen", EventKind.END, Sender.SERVER, data={"how": how}, at=at)


@pytest.mark.parametrize(
    ("how", "expected"), [("complete", VIOLATED), ("broken", VIOLATED), ("closed", UNTESTED)]
)
def test_a_stream_that_we_close_has_not_ended(how, expected):
    tape = Stream()
    tape.end(how)
    assert tape.outcome("sub-stays-open", R2607) is expected
    assert tape.outcome("sub-graceful-close", R2607) is UNTESTED


@pytest.mark.parametrize(("how", "expected"), [("complete", VIOLATED), ("broken", UNTESTED)])
def test_a_connection_that_breaks_later_is_no_end_of_the_servers_making(how, expected):
    tape = Stream()
    tape.end(how, at=60.0)
    assert tape.outcome("sub-stays-open", R2607) is UNTESTED
    assert tape.outcome("sub-graceful-close", R2607) is expected
