"""Valid messages of what is spoken: what all mutations begin with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from mcp_proof.sessions.client import CLIENT_INFO, ClientProfile
from mcp_proof.tool_server import UNKNOWN_TOOL
from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.dialects.contextframe import PROTOCOL
from mcp_proof_contracts.dialects.gateway import SERVERS
from mcp_proof_contracts.dialects.rest import EXECUTE
from mcp_proof_contracts.headers import (
    META_CAPABILITIES,
    META_CLIENT_INFO,
    META_VERSION,
    standard_headers,
)
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.rule import TransportName

Call: TypeAlias = tuple[str, JsonObject]
"""A tool that may be called, with arguments that are right."""
NOBODYS_CALL: Final[Call] = (UNKNOWN_TOOL, {})
NOWHERE: Final = f"{SERVERS}/mcp-proof-no-such-server/call"
"""Where a gateway is asked: nothing is called at a server that it does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidMessage:
    """A message that is right, and what goes with it."""

    name: str
    members: JsonObject
    headers: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    path: str = ""
    opening: bool = False
    """Whether it opens a session."""


def valid_messages(
    spoken: Spoken, transport: TransportName, request_id: str, calls: Sequence[Call] = ()
) -> tuple[ValidMessage, ...]:
    """Return the valid messages; the first needs no tool.

    Only tools of `calls` are named in them: whatever a mutation makes of them, nothing else is
    called.
    """
    match spoken:
        case Dialect.REST:
            return _rest(request_id, calls or (NOBODYS_CALL,))
        case Dialect.GATEWAY:
            body: JsonObject = {"tool": UNKNOWN_TOOL, "params": {}}
            return (ValidMessage(name="call", members=body, path=NOWHERE),)
        case Dialect.QUEUE:
            return _queued(request_id, calls or (NOBODYS_CALL,))
        case _:
            return tuple(_json_rpc(spoken, transport, request_id, calls or (NOBODYS_CALL,)))


def _rest(request_id: str, calls: Sequence[Call]) -> tuple[ValidMessage, ...]:
    return tuple(
        ValidMessage(
            name="execute",
            members={
                "tools": [{"tool_slug": name, "arguments": arguments}],
                "request_id": request_id,
            },
            path=EXECUTE,
        )
        for name, arguments in calls
    )


def _queued(request_id: str, calls: Sequence[Call]) -> tuple[ValidMessage, ...]:
    return tuple(
        ValidMessage(
            name="request",
            members={
                "id": request_id,
                "callback_url": None,
                "timestamp": "2026-01-02T03:04:05+00:00",
                "tool": name,
                "arguments": arguments,
            },
        )
        for name, arguments in calls
    )


def _json_rpc(
    spoken: Spoken, transport: TransportName, request_id: str, calls: Sequence[Call]
) -> Iterator[ValidMessage]:
    for method, params in _requests(spoken, calls):
        members: dict[str, Json] = {"jsonrpc": "2.0", "id": request_id, "method": method}
        if params or not isinstance(spoken, Revision):
            members["params"] = params
        yield ValidMessage(
            name=method,
            members=members,
            headers=_headers(spoken, members),
            opening=method == "initialize" and isinstance(spoken, Revision),
        )
    if spoken is not Revision.R2026_07_28 or transport != "http":  # there it is no POST of its own
        yield ValidMessage(name="notifications/cancelled", members=_cancelled(spoken))


def _headers(spoken: Spoken, members: JsonObject) -> Mapping[str, str | None]:
    return {**standard_headers(members)} if _is_stateless(spoken) else {}


def _is_stateless(spoken: Spoken) -> bool:
    return isinstance(spoken, Revision) and spoken.era is Era.STATELESS


def _requests(spoken: Spoken, calls: Sequence[Call]) -> Iterator[tuple[str, JsonObject]]:
    meta: JsonObject = {"_meta": _meta(spoken)} if _is_stateless(spoken) else {}
    if isinstance(spoken, Revision):
        yield spoken.control_method, meta
    yield "tools/list", meta
    for name, arguments in calls:
        yield "tools/call", {"name": name, "arguments": arguments, **meta}
    if spoken is Dialect.CONTEXTFRAME or (isinstance(spoken, Revision) and not meta):
        version = PROTOCOL if spoken is Dialect.CONTEXTFRAME else str(spoken)
        yield (
            "initialize",
            {
                "protocolVersion": version,
                "capabilities": _declared(spoken),
                "clientInfo": CLIENT_INFO,
            },
        )


def _meta(spoken: Spoken) -> JsonObject:
    return {
        META_VERSION: str(spoken),
        META_CAPABILITIES: _declared(spoken),
        META_CLIENT_INFO: CLIENT_INFO,
    }


def _declared(spoken: Spoken) -> JsonObject:
    """What our sessions declare: a message that is taken for good must not take it back."""
    return ClientProfile().declared(spoken) if isinstance(spoken, Revision) else {}


def _cancelled(spoken: Spoken) -> JsonObject:
    params: dict[str, Json] = {"requestId": "mcp-proof-no-such-request"}
    if _is_stateless(spoken):
        params["_meta"] = _meta(spoken)
    return {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}
