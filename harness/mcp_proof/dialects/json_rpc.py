"""JSON-RPC 2.0 as the dialects besides MCP have it: `tools/call` gives a bare result."""

import itertools
from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from mcp_proof.dialects.over_http import HttpToolServer
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Reachable
from mcp_proof.tool_server import (
    MAX_PAGES,
    CallFailure,
    CallOutcome,
    ListedTool,
    ToolServer,
    listed_tool,
)
from mcp_proof.transports.connection import Sending
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import Kind, Message, as_list, as_object, encode
from mcp_proof_contracts.wire import message as as_message


@dataclass(frozen=True, slots=True)
class RpcAnswer:
    """What came back for a JSON-RPC request."""

    message: Message | None
    """`None` when no response came."""
    why: str = ""
    """Why none came."""
    status: int | None = None
    """The HTTP status, over HTTP."""
    retry_after: float | None = None
    """Seconds after which the server wants to be asked again, as a header said it."""

    @property
    def result(self) -> Json:
        """The result, which may be any value; `None` when it is an error or nothing."""
        if self.message is None or self.message.kind is not Kind.RESULT:
            return None
        return self.message.members["result"]

    @property
    def failure(self) -> CallFailure | None:
        """Why there is no result; `None` when there is one."""
        if self.message is not None and self.message.kind is Kind.RESULT:
            return None
        error = self.message.error if self.message is not None else as_object(None)
        after = as_object(error.get("data")).get("retry_after")
        return CallFailure(
            text=str(error.get("message", self.why or "no JSON-RPC response")),
            code=self.message.error_code if self.message is not None else None,
            status=self.status,
            retry_after=float(after) if isinstance(after, int | float) else self.retry_after,
            answered=self.message is not None or self.status is not None,
        )


class JsonRpcServer(ToolServer):
    """A server that is asked by JSON-RPC 2.0, over whatever transport."""

    tools: dict[str, ListedTool]
    """The listed tools by name."""
    timeout: float

    @abstractmethod
    async def send_rpc(self, raw: bytes, *, case: str = "") -> RpcAnswer:
        """Send one text where a message belongs; return what came back for it."""

    @abstractmethod
    async def listen(self, path: str, *, case: str = "") -> Sending:
        """Ask for an event stream at the server's address; it lasts until it is closed."""

    @abstractmethod
    def next_id(self) -> int:
        """Return an id that no request on this connection had."""

    async def rpc(
        self,
        method: str,
        params: JsonObject | None = None,
        *,
        request_id: Json = None,
        case: str = "",
    ) -> RpcAnswer:
        """Send a request, under a new id unless one is given."""
        members: dict[str, Json] = {"jsonrpc": "2.0", "method": method}
        members["id"] = self.next_id() if request_id is None else request_id
        if params is not None:
            members["params"] = params
        return await self.send_rpc(encode(members), case=case)

    async def notify(self, method: str, *, case: str = "") -> None:
        """Send a notification."""
        await self.send_rpc(encode({"jsonrpc": "2.0", "method": method}), case=case)

    async def list_tools(self) -> list[ListedTool]:
        """Return what `tools/list` gives page by page, as far as each has a name."""
        items: list[JsonObject] = []
        params: JsonObject = {}
        for _ in range(MAX_PAGES):
            page = as_object((await self.rpc("tools/list", params)).result)
            items += [as_object(item) for item in as_list(page.get("tools"))]
            if not isinstance(page.get("nextCursor"), str):
                break
            params = {"cursor": page["nextCursor"]}
        self.tools = {tool.name: tool for tool in map(listed_tool, items) if tool.name}
        return list(self.tools.values())

    async def call(self, name: str, arguments: JsonObject) -> CallOutcome:
        """Call a tool; its value is the result as it is."""
        answer = await self.called(name, arguments)
        return CallOutcome(value=answer.result, failure=answer.failure)

    async def called(self, name: str, arguments: JsonObject, *, case: str = "") -> RpcAnswer:
        """Call a tool; return what came back as it is."""
        return await self.rpc("tools/call", {"name": name, "arguments": arguments}, case=case)


class JsonRpcOverHttp(HttpToolServer, JsonRpcServer):
    """JSON-RPC whose requests are each a POST to one endpoint."""

    ENDPOINT: ClassVar[str]
    endpoint: str
    """Where this server has it."""

    def __init__(self, target: Reachable, recorder: Recorder, timeout: float) -> None:
        super().__init__(target, recorder, timeout)
        self.tools = {}
        self.endpoint = self.ENDPOINT
        self._numbers = itertools.count(1)

    def next_id(self) -> int:
        """Return the next number."""
        return next(self._numbers)

    async def send_rpc(self, raw: bytes, *, case: str = "") -> RpcAnswer:
        """POST one text to the endpoint."""
        answer = await self.request("POST", self.endpoint, content=raw, case=case)
        responses = [as_message(value) for value in answer.messages]
        message = next((each for each in responses if each.is_response), None)
        why = answer.why or f"HTTP {answer.status}"
        return RpcAnswer(message, why, answer.status, answer.retry_after)

    async def recognized(self) -> bool:
        """Whether `tools/list` at the endpoint is answered by JSON-RPC."""
        answer = await self.rpc("tools/list", {})
        return answer.message is not None and isinstance(answer.result, dict)
