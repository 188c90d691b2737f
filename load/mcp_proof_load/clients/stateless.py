"""A client of 2026-07-28 over HTTP: every request says all there is to know.

`plan.place`: `url`, and `headers` as pairs. `plan.speech`: `parameter_headers`, by tool and header
the path of the argument that the header mirrors.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar, TypeAlias

from mcp_proof.sessions.client import CLIENT_INFO
from mcp_proof.transports.streamable_http import BASE_HEADERS
from mcp_proof_contracts.headers import (
    FIELD_NAME,
    META_CAPABILITIES,
    META_CLIENT_INFO,
    META_VERSION,
    encode_value,
    header_text,
    standard_headers,
    value_at,
)
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_list, as_object, encode
from mcp_proof_load.clients.client import Answer, Discovered, Sent
from mcp_proof_load.clients.http.calls import Calls
from mcp_proof_load.clients.http.connection import Connection
from mcp_proof_load.clients.http.place import Place, place_of, with_body
from mcp_proof_load.clients.tool_call import LISTING, ToolCall, listed, listing
from mcp_proof_load.plan import Plan

Path: TypeAlias = tuple[str, ...]

META: JsonObject = {
    META_VERSION: str(Revision.R2026_07_28),
    META_CAPABILITIES: {},  # nobody is there who could give a server what it asks for
    META_CLIENT_INFO: CLIENT_INFO,
}


class PreparedTool:
    """What calls of one tool have in common."""

    __slots__ = ("call", "head", "mirrored")

    def __init__(self, place: Place, name: str, mirrored: JsonObject) -> None:
        self.call = ToolCall(name, META)
        self.head = place.request("POST", headers_of("tools/call", {"name": name}))
        self.mirrored = [
            (header, tuple(str(part) for part in as_list(path)))
            for header, path in mirrored.items()
            if FIELD_NAME.fullmatch(header)  # it is the server's word
        ]
        """The headers that mirror arguments, with their paths."""


class StatelessClient:
    """Calls tools over one connection, without a handshake."""

    discovery: ClassVar = LISTING

    def __init__(self, plan: Plan) -> None:
        self.place = place_of(plan)
        self.timeout = plan.timeout
        self.calls = Calls(Connection(self.place, plan.timeout))
        self._mirrored = as_object(plan.speech.get("parameter_headers"))
        self._tools: dict[str, PreparedTool] = {}

    def open(self) -> None:
        """Connect."""
        self.calls.connection.open()

    def call(self, name: str, arguments: JsonObject, number: int) -> Answer:
        """Call a tool."""
        tool = self._tools.get(name) or self._prepared(name)
        head = tool.head
        if tool.mirrored:
            head += b"".join(mirrored(tool.mirrored, arguments))
        return self.calls.ask(with_body(head, tool.call.message(arguments, number)), number)

    def listening(self, number: int, wanted: JsonObject) -> bytes:
        """Return the request that opens a stream of notifications.

        Args:
            number: its id.
            wanted: the filter, such as `{"toolsListChanged": true}`.
        """
        params: JsonObject = {"notifications": wanted, "_meta": META}
        method = "subscriptions/listen"
        message: JsonObject = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        return with_body(self.place.request("POST", headers_of(method, params)), encode(message))

    def discover(self, number: int, part: str = "") -> Discovered:
        """Ask for a page of `tools/list`; a part is its cursor."""
        message = listing(number, part, META)
        head = self.place.request("POST", headers_of(LISTING, {}))
        return listed(self.calls.ask(with_body(head, encode(message)), number))

    def when_sent(self, told: Sent) -> None:
        """Have this told of every request from now on."""
        self.calls.connection.sent = told

    def close(self) -> None:
        """Close the connection."""
        self.calls.connection.close()

    def _prepared(self, name: str) -> PreparedTool:
        tool = PreparedTool(self.place, name, as_object(self._mirrored.get(name)))
        self._tools[name] = tool
        return tool


def headers_of(method: str, params: JsonObject) -> list[tuple[str, str]]:
    """Return the headers of a request, those that mirror arguments left out."""
    mirrored = standard_headers({"method": method, "params": {**params, "_meta": META}})
    return [*BASE_HEADERS.items(), *mirrored.items()]


def mirrored(headers: Iterable[tuple[str, Path]], arguments: JsonObject) -> Iterator[bytes]:
    """Yield the headers that mirror arguments which are there, with the ends of their lines."""
    for header, path in headers:
        text = header_text(value_at(arguments, path))
        if text is not None:
            yield f"{header}: {encode_value(text)}\r\n".encode()


def client(plan: Plan, _session: int) -> StatelessClient:
    """Return a client, not connected."""
    return StatelessClient(plan)
