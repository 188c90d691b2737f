"""What servers may say to clients by the envelope alone, at any time and of any kind."""

from typing import Final

from mcp_proof.judge.saying import Together
from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.wire import as_object

UNKNOWN: Final = "mcp-proof-unknown"
"""The name of a member that no revision knows."""
IDS: Final[tuple[Json, ...]] = ("größe-日本-😀", "4711", "", 0, -1, 2**53 - 1)
"""Ids as odd as they may be."""


def request(method: str, request_id: Json, **params: Json) -> JsonObject:
    """Return a request of the server."""
    asked: JsonObject = {"jsonrpc": "2.0", "id": request_id, "method": method}
    return {**asked, "params": params} if params else asked


def _talking(stage: Stage, *groups: Together) -> None:
    """Let the server say something in the middle of a call; another request follows."""
    stage.tools({**ECHO, "name": "talk"})
    stage.say("talk", *groups)
    stage.wish("list", what="tools")
    stage.wish("call", tool="talk", arguments={"message": "hello"})
    stage.wish("list", what="tools")


@scenario(
    "envelope-odd-ids",
    "jsonrpc-id-roundtrip-types",
    "jsonrpc-unicode-roundtrip",
    "jsonrpc-response-id-echo",
    "jsonrpc-result-is-object",
    "jsonrpc-response-matches-request",
    until=LATEST_STATEFUL,
)
def odd_ids(stage: Stage) -> None:
    """In the middle of a call the server asks by ids of all kinds, and two things at once."""
    pings: list[list[Json]] = [[request("ping", each)] for each in IDS]
    _talking(stage, *pings, [request("roots/list", "which"), request("ping", "there?")])


@scenario(
    "envelope-unknown-request",
    "jsonrpc-method-not-found",
    "jsonrpc-error-id-present",
    "jsonrpc-error-shape",
    "jsonrpc-result-xor-error",
    "jsonrpc-request-answered",
    until=LATEST_STATEFUL,
)
def unknown_request(stage: Stage) -> None:
    """In the middle of a call the server asks for something that nobody knows."""
    _talking(stage, [request("mcp-proof/unknown", "unknown-1")])


@scenario(
    "envelope-unknown-notification",
    "jsonrpc-unknown-notification-survived",
    "jsonrpc-no-response-to-notification",
)
def unknown_notification(stage: Stage) -> None:
    """In the middle of a call the server tells something that nobody knows."""
    _talking(stage, [{"jsonrpc": "2.0", "method": "notifications/mcp-proof/unknown"}])


@scenario("envelope-unknown-members", "jsonrpc-unknown-members-tolerated")
def unknown_members(stage: Stage) -> None:
    """Results have one more member, and so have the parameters of a ping."""
    more: JsonObject = {UNKNOWN: {"since": "tomorrow"}}

    def extended(_request: JsonObject, reply: JsonObject) -> Json:
        result = reply.get("result")
        return {**reply, "result": {**result, **more}} if isinstance(result, dict) else reply

    asked = stage.revision <= LATEST_STATEFUL
    _talking(stage, *([[request("ping", "with-more", **more)]] if asked else []))
    stage.reply(extended)


@scenario(
    "envelope-batch",
    "jsonrpc-batch-receive",
    since=Revision.R2025_03_26,
    until=Revision.R2025_03_26,
)
def batch(stage: Stage) -> None:
    """In the middle of a call the server asks and tells several things in one array."""
    told: JsonObject = {
        "jsonrpc": "2.0",
        "method": "notifications/message",
        "params": {"level": "info", "data": "one of three"},
    }
    _talking(stage, [[request("ping", "first"), told, request("ping", "third")]])


@scenario("envelope-together", "jsonrpc-request-id-unique-inflight", since=Revision.R2026_07_28)
def together(stage: Stage) -> None:
    """The client calls a tool twice at once, and the first answer takes a moment."""
    stage.tools({**ECHO, "latency": 100})
    calls: list[Json] = [
        {"do": "call", "tool": "echo", "arguments": {"message": message}}
        for message in ("one", "two")
    ]
    stage.wish("together", wishes=calls)


@scenario(
    "envelope-server-asks",
    "client-never-sends-responses",
    since=Revision.R2026_07_28,
)
def server_asks(stage: Stage) -> None:
    """In the middle of a call the server sends a request, as it must not in this revision."""
    stage.suspend("server-never-sends-requests")
    _talking(stage, [request("ping", "asked-nonetheless")])


def _typed(stage: Stage, result_type: str | None) -> None:
    """Let the result of a call be of this type, or of none."""

    def typed(asked: JsonObject, reply: JsonObject) -> Json:
        if asked.get("method") != "tools/call" or "result" not in reply:
            return reply
        result = {k: v for k, v in as_object(reply["result"]).items() if k != "resultType"}
        kind: JsonObject = {} if result_type is None else {"resultType": result_type}
        return {**reply, "result": {**result, **kind}}

    stage.tools(ECHO)
    stage.reply(typed)
    stage.wish("list", what="tools")
    stage.wish("call", tool="echo", arguments={"message": "hello"})


@scenario("result-type-unknown", "client-result-type-unknown-invalid", since=Revision.R2026_07_28)
def result_type_unknown(stage: Stage) -> None:
    """The result of a call is of a type that nobody knows."""
    _typed(stage, "mcp-proof/unknown")


@scenario("result-type-absent", "client-result-type-absent-is-complete", since=Revision.R2026_07_28)
def result_type_absent(stage: Stage) -> None:
    """The result of a call does not say its type, as those of earlier revisions do not."""
    _typed(stage, None)
