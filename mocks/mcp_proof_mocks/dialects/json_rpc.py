"""JSON-RPC 2.0 as the dialects besides MCP have it: what reads requests and answers them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final, TypeAlias

from mcp_proof_contracts.error_codes import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
)
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import Kind, Message, as_object, encode, is_integer, parse
from mcp_proof_contracts.wire import message as as_message
from mcp_proof_mocks.call import Send, stay_silent
from mcp_proof_mocks.caller import ANYBODY, Caller
from mcp_proof_mocks.dialects.routes import JsonRoutes
from mcp_proof_mocks.dialects.run_tool import ToolFailedError, Why, run_tool
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.internal_error import report
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer

ARGUMENTS_DUTY: Final = "rpc-arguments-checked"
CODES: Final[Mapping[Why, int]] = {
    Why.UNKNOWN: INVALID_PARAMS,
    Why.DENIED: INVALID_PARAMS,
    Why.ARGUMENTS: INVALID_PARAMS,
    Why.LIMITED: INTERNAL_ERROR,
    Why.REFUSED: INTERNAL_ERROR,
    Why.FAILED: INTERNAL_ERROR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who makes a request."""

    caller: Caller = ANYBODY
    send: Send = stay_silent
    """Sends notifications."""


NOBODY: Final = Client()
"""Names nobody and hears of nothing."""
Method: TypeAlias = Callable[[JsonObject, Client], Awaitable[Json]]
"""Takes the params of a request, and who makes it; gives its result."""


class JsonRpc:
    """Answers the requests of one dialect."""

    def __init__(self, server: MockServer) -> None:
        self.server = server
        self._lost = False
        """Whether a fault has it answer no more."""

    def methods(self) -> Mapping[str, Method]:
        """Return what answers each method; a dialect adds its own."""
        return {"tools/list": self.list_tools, "tools/call": self.call_tool}

    async def answered(self, raw: bytes, client: Client = NOBODY) -> list[Json]:
        """Return what goes back for one text: one response, none, or what faults make of it."""
        message = parse(raw)
        reply = await self._reply(message, client)
        if reply is None:
            return []
        return await self.server.faults.replies(as_object(message.value), reply)

    async def _reply(self, message: Message, client: Client) -> JsonObject | None:
        try:
            self._check(message)
            if message.kind is not Kind.REQUEST:
                return None
            result = await self._method(message)(message.params, client)
        except RefusalError as refusal:
            known = message.id if _is_id(message.id) else None
            return {"jsonrpc": "2.0", "id": known, "error": refusal.error}
        except Exception as error:  # noqa: BLE001  # whatever it is, the client must not wait
            report(error)
            failed: JsonObject = {"code": INTERNAL_ERROR, "message": "Internal error"}
            return {"jsonrpc": "2.0", "id": message.id, "error": failed}
        return {"jsonrpc": "2.0", "id": message.id, "result": result}

    def _check(self, message: Message) -> None:
        """Refuse what is no request and no notification (JSON-RPC 2.0, section 5.1)."""
        if message.fault:
            self._lost |= not self.server.keeps("rpc-goes-on")
            raise RefusalError(self._code(PARSE_ERROR, "rpc-parse-error"), "Parse error")
        if self._lost:
            raise RefusalError(INTERNAL_ERROR, "Internal error")
        if not _well_formed(message):
            raise RefusalError(
                self._code(INVALID_REQUEST, "rpc-invalid-request"), "Invalid Request"
            )

    def _method(self, message: Message) -> Method:
        method = self.methods().get(message.method)
        if method is None:
            code = self._code(METHOD_NOT_FOUND, "rpc-method-not-found")
            raise RefusalError(code, f"Method not found: {message.method}")
        return method

    def _code(self, code: int, duty: str) -> int:
        return code if self.server.keeps(duty) else INTERNAL_ERROR

    # The methods that all have

    async def list_tools(self, _params: JsonObject, _client: Client) -> Json:
        """Answer tools/list: all at once."""
        offered = [tool.tool.listed for tool in self.server.tools.values() if tool.offered]
        return {"tools": offered}

    async def call_tool(self, params: JsonObject, client: Client) -> Json:
        """Answer tools/call with the bare value.

        Raises:
            RefusalError: the call is malformed, or failed.
        """
        name, arguments = params.get("name"), params.get("arguments", {})
        if not isinstance(name, str) or not isinstance(arguments, dict):
            code = self._code(INVALID_PARAMS, "rpc-invalid-params")
            raise RefusalError(
                code, "tools/call needs a `name`, and `arguments` that are an object"
            )
        try:
            return await run_tool(
                self.server,
                name,
                arguments,
                duty=ARGUMENTS_DUTY,
                caller=client.caller,
                send=client.send,
            )
        except ToolFailedError as failure:
            raise self.refusal(failure) from failure

    def refusal(self, failure: ToolFailedError) -> RefusalError:
        """Return the error that a failed call is answered with."""
        code = failure.code if failure.code is not None else CODES[failure.why]
        if failure.why is Why.UNKNOWN:
            code = self._code(code, "rpc-unknown-tool-error")
        return RefusalError(code, failure.text, data=failure.data)


def _well_formed(message: Message) -> bool:
    members = message.members
    return (
        message.kind in (Kind.REQUEST, Kind.NOTIFICATION)
        and members.get("jsonrpc") == "2.0"
        and isinstance(members["method"], str)
        and isinstance(members.get("params", {}), dict)
        and _is_id(members.get("id", 0))
    )


def _is_id(value: Json) -> bool:
    return isinstance(value, str) or is_integer(value)


class JsonRpcRoutes(JsonRoutes):
    """JSON-RPC whose requests are each a POST to one endpoint."""

    ENDPOINT: str
    STATUSES: Mapping[int, HTTPStatus] = MappingProxyType({})
    """The statuses of errors by their code, where they are others than 200."""
    rpc: JsonRpc

    async def post(self, request: HttpRequest, responder: Responder) -> int | None:
        """Answer a POST to the endpoint: a response, or 202 to what needs none.

        Returns:
            The code of the error that it is answered with; `None` for a result.
        """
        replies = await self.rpc.answered(request.body, Client(caller=self.caller(request)))
        if not replies:
            status = HTTPStatus.ACCEPTED
            is_request = parse(request.body).kind is Kind.REQUEST
            if is_request:
                responder.abort()  # a fault swallowed the answer
            else:
                empty = HttpResponse(status=status)
                responder.respond(self.server.faults.responded(request, empty))
            return None
        body = self.server.faults.written(encode(replies[0]))
        code = as_message(replies[0]).error_code
        status = HTTPStatus.OK if code is None else self.STATUSES.get(code, HTTPStatus.OK)
        response = HttpResponse(status=status, headers=JSON, body=body)
        responder.respond(self.server.faults.responded(request, response))
        return code
