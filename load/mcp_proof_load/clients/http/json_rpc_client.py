"""A client of the dialects whose calls are JSON-RPC, each POSTed to one endpoint."""

from typing import ClassVar

from mcp_proof.dialects.over_http import JSON
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode
from mcp_proof_load.clients.client import Answer, BrokenError, Discovered, Sent
from mcp_proof_load.clients.http.calls import Calls
from mcp_proof_load.clients.http.connection import Connection
from mcp_proof_load.clients.http.place import Place, with_body
from mcp_proof_load.clients.stateful import HELLO
from mcp_proof_load.clients.tool_call import LISTING, ToolCall, listed, listing


class JsonRpcClient:
    """Calls tools over one connection."""

    discovery: ClassVar = LISTING

    def __init__(
        self, place: Place, timeout: float, introduction: JsonObject | None = None
    ) -> None:
        """Connect nothing yet.

        Args:
            place: the endpoint.
            timeout: seconds to wait for an answer.
            introduction: the params of `initialize`, where that comes first.
        """
        self._calls = Calls(Connection(place, timeout))
        self._head = place.request("POST", JSON.items())
        self._introduction = introduction
        self._tools: dict[str, ToolCall] = {}

    def open(self) -> None:
        """Connect, and be introduced where the dialect has that.

        Raises:
            BrokenError: the server refuses.
            SilentError: it does not answer in time.
        """
        self._calls.connection.open()
        if self._introduction is None:
            return
        hello: JsonObject = {
            "jsonrpc": "2.0",
            "id": HELLO,
            "method": "initialize",
            "params": self._introduction,
        }
        answer = self._calls.ask(with_body(self._head, encode(hello)), HELLO)
        if answer.failure:
            raise BrokenError(f"initialize: {answer.failure}")

    def call(self, name: str, arguments: JsonObject, number: int) -> Answer:
        """Call a tool."""
        tool = self._tools.get(name)
        if tool is None:
            tool = self._tools[name] = ToolCall(name)
        return self._calls.ask(with_body(self._head, tool.message(arguments, number)), number)

    def discover(self, number: int, part: str = "") -> Discovered:
        """Ask for a page of `tools/list`; a part is its cursor."""
        message = encode(listing(number, part))
        return listed(self._calls.ask(with_body(self._head, message), number))

    def when_sent(self, told: Sent) -> None:
        """Have this told of every request from now on."""
        self._calls.connection.sent = told

    def close(self) -> None:
        """Close the connection."""
        self._calls.connection.close()
