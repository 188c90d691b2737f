"""What opens a connection of MCP that many calls share, and what is said to its server."""

from collections.abc import Callable

from mcp_proof.sessions.client import CLIENT_INFO
from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Era, Revision, published
from mcp_proof_contracts.wire import Kind, Message, encode
from mcp_proof_load.clients.channels.shared_channel import SharedChannel
from mcp_proof_load.clients.client import BrokenError
from mcp_proof_load.clients.json_rpc import failure_in
from mcp_proof_load.clients.stateful import HELLO, INITIALIZED
from mcp_proof_load.clients.stateless import META
from mcp_proof_load.plan import Plan


def meta_of(plan: Plan) -> JsonObject | None:
    """Return the `_meta` of every request; `None` in the stateful era."""
    return META if _spoken(plan).era is Era.STATELESS else None


def greet(channel: SharedChannel, notify: Callable[[bytes], None], plan: Plan, wait: float) -> None:
    """Say what opens a connection: `initialize`, or in the stateless era `server/discover`.

    Args:
        channel: where.
        notify: sends a message that has no answer.
        plan: names the revision.
        wait: seconds for the answer.

    Raises:
        BrokenError: the server refuses, or the connection is over.
        SilentError: it does not answer in time.
    """
    stateful = meta_of(plan) is None
    method = "initialize" if stateful else "server/discover"
    params: JsonObject = _introduction(_spoken(plan)) if stateful else {"_meta": META}
    hello = encode({"jsonrpc": "2.0", "id": HELLO, "method": method, "params": params})
    answer = channel.ask(hello, HELLO, wait, _unheard)
    if answer.kind is not Kind.RESULT:
        raise BrokenError(f"{method}: {failure_in(answer.members)}")
    if stateful:
        notify(INITIALIZED)


def reply(message: Message) -> bytes:
    """Answer a request of the server, so that it does not wait for ever."""
    said: JsonObject = {"error": {"code": METHOD_NOT_FOUND, "message": "Method not found"}}
    if message.method == "ping":
        said = {"result": {}}
    return encode({"jsonrpc": "2.0", "id": message.id, **said})


def _spoken(plan: Plan) -> Revision:
    return published(plan.speech.get("revision")) or LATEST_STATEFUL


def _introduction(revision: Revision) -> JsonObject:
    return {
        "protocolVersion": str(revision),
        "capabilities": {},  # nobody is there who could give a server what it asks for
        "clientInfo": CLIENT_INFO,
    }


def _unheard(_body: bytes) -> None:
    """Take a second answer to what opened a connection: it is no call."""
