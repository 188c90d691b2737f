"""Calls of tools as JSON-RPC requests, prepared so that one costs little."""

from typing import Final

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode

BEFORE_ID: Final = b'{"jsonrpc":"2.0","id":'


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
