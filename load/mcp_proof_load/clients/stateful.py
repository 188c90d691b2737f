"""A client of 2025-03-26 to 2025-11-25 over HTTP: a session from `initialize` to DELETE.

`plan.place`: `url`, and `headers` as pairs. `plan.speech`: `revision`, the one that is offered.
"""

from typing import ClassVar, Final

from mcp_proof.sessions.client import CLIENT_INFO
from mcp_proof.sessions.stateful import GOODBYE, SESSION_HEADER, VERSION_HEADER
from mcp_proof.transports.streamable_http import BASE_HEADERS
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision, published
from mcp_proof_contracts.wire import as_object, encode
from mcp_proof_load.clients.client import Answer, BrokenError, Discovered, Sent, SilentError
from mcp_proof_load.clients.http.calls import REDIRECTS, Calls, refusal
from mcp_proof_load.clients.http.connection import Connection
from mcp_proof_load.clients.http.place import place_of, with_body
from mcp_proof_load.clients.http.response import Response
from mcp_proof_load.clients.json_rpc import read
from mcp_proof_load.clients.tool_call import LISTING, ToolCall, listed, listing
from mcp_proof_load.plan import Plan

HELLO: Final = 0
"""The id of `initialize`; no call has it."""
NOT_FOUND: Final = 404
INITIALIZED: Final = encode({"jsonrpc": "2.0", "method": "notifications/initialized"})


class StatefulClient:
    """Calls tools in one session."""

    discovery: ClassVar = LISTING

    def __init__(self, plan: Plan) -> None:
        self.place = place_of(plan)
        self.timeout = plan.timeout
        self.calls = Calls(Connection(self.place, plan.timeout))
        self._revision = published(plan.speech.get("revision")) or LATEST_STATEFUL
        self._session: list[tuple[str, str]] = []
        """The headers of the session."""
        self._id = ""
        self._head = b""
        self._tools: dict[str, ToolCall] = {}

    def open(self) -> None:
        """Begin a session.

        Raises:
            BrokenError: the server refuses.
            SilentError: it does not answer in time.
        """
        response = self._post(self.place.request("POST", BASE_HEADERS.items()), self._hello())
        answer = self.calls.answer(response, HELLO)
        if answer.failure:
            raise BrokenError(f"initialize: {answer.failure}")
        self._begin(response, as_object(as_object(read(answer.body)).get("result")))
        taken = self._post(self._head, INITIALIZED)
        if taken.status >= REDIRECTS:
            raise BrokenError(f"notifications/initialized: {refusal(taken)}")
        if not taken.complete:
            self.calls.connection.close()

    def call(self, name: str, arguments: JsonObject, number: int) -> Answer:
        """Call a tool."""
        tool = self._tools.get(name)
        if tool is None:
            tool = self._tools[name] = ToolCall(name)
        response = self._post(self._head, tool.message(arguments, number))
        if response.status == NOT_FOUND and self._id:
            self._id = ""
            raise BrokenError("the server does not know the session any more (HTTP 404)")
        return self.calls.answer(response, number, self.listening)

    def listening(self, last_event_id: str = "") -> bytes:
        """Return the request for the session's stream of messages, or for what follows on one."""
        after = [("Last-Event-ID", last_event_id)] if last_event_id else []
        headers = [("Accept", "text/event-stream"), *self._session, *after]
        return self.place.request("GET", headers) + b"\r\n"

    def discover(self, number: int, part: str = "") -> Discovered:
        """Ask for a page of `tools/list`; a part is its cursor."""
        response = self._post(self._head, encode(listing(number, part)))
        return listed(self.calls.answer(response, number, self.listening))

    def when_sent(self, told: Sent) -> None:
        """Have this told of every request from now on."""
        self.calls.connection.sent = told

    def close(self) -> None:
        """End the session, on the server too."""
        connection = self.calls.connection
        try:
            if self._id:
                self._id = ""
                connection.hurry(GOODBYE)
                connection.exchange_on(self.place.request("DELETE", self._session) + b"\r\n")
        except (BrokenError, SilentError):
            pass  # it has said goodbye: nothing depends on the answer
        finally:
            connection.close()

    def _post(self, head: bytes, body: bytes) -> Response:
        return self.calls.connection.exchange(with_body(head, body))

    def _hello(self) -> bytes:
        params: JsonObject = {
            "protocolVersion": str(self._revision),
            "capabilities": {},  # nobody is there who could give a server what it asks for
            "clientInfo": CLIENT_INFO,
        }
        return encode({"jsonrpc": "2.0", "id": HELLO, "method": "initialize", "params": params})

    def _begin(self, response: Response, result: JsonObject) -> None:
        spoken: Revision = published(result.get("protocolVersion")) or self._revision
        self._id = response.header(SESSION_HEADER.lower().encode())
        self._session = [(SESSION_HEADER, self._id)] if self._id else []
        if spoken.features.version_header:
            self._session.append((VERSION_HEADER, str(spoken)))
        self._head = self.place.request("POST", [*BASE_HEADERS.items(), *self._session])


def client(plan: Plan, _session: int) -> StatefulClient:
    """Return a client, not connected."""
    return StatefulClient(plan)
