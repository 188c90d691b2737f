"""Calls of tools as JSON-RPC requests, prepared so that one costs little."""

from typing import Final

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object, encode
from mcp_proof_load.clients.client import Answer, Discovered
from mcp_proof_load.clients.json_rpc import read

BEFORE_ID: Final = b'{"jsonrpc":"2.0","id":'
LISTING: Final = "tools/list"


def listing(number: int, cursor: str, meta: JsonObject | None = None) -> JsonObject:
    """Return the request for a page of the list of tools.

    Args:
        number: its id.
        cursor: of the page; empty for the first.
        meta: as for `ToolCall`.
    """
    params: JsonObject = {
        **({"cursor": cursor} if cursor else {}),
        **({"_meta": meta} if meta is not None else {}),
    }
    return {"jsonrpc": "2.0", "id": number, "method": LISTING, "params": params}


def listed(answer: Answer) -> Discovered:
    """Return what a page of the list says: its answer, and the cursor of the next one."""
    result = as_object(as_object(read(answer.body)).get("result"))
    cursor = result.get("nextCursor")
    return Discovered(answer, (cursor,) if isinstance(cursor, str) and cursor else ())


class ToolCall:
    """The request that calls one tool, but for its id and its arguments."""

    __slots__ = ("_after", "_between")

    def __init__(self, name: str, meta: JsonObject | None = None) -> None:
        """Prepare it.

        Args:
            name: the tool's name.
            meta: the `_meta` of its params, where the era has one.
        """
        self._between = b',"method":"tools/call","params":{"name":%b,"arguments":' % encode(name)
        self._after = b"}}" if meta is None else b',"_meta":%b}}' % encode(meta)

    def message(self, arguments: JsonObject, number: int) -> bytes:
        """Return the request with this id."""
        return b"%b%d%b%b%b" % (BEFORE_ID, number, self._between, encode(arguments), self._after)
