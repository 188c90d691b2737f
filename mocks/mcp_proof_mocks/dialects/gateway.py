"""Gateway: servers at `/servers`, their tools and calls at `/servers/NAME/tools` and `…/call`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import unquote

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.dialects.gateway import SERVERS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.secrets.members import without_secret_members
from mcp_proof_contracts.wire import as_object, encode, parse
from mcp_proof_mocks.authorization.uris import VISIBLE, split
from mcp_proof_mocks.dialects.routes import JsonRoutes
from mcp_proof_mocks.dialects.run_tool import ToolFailedError, Why
from mcp_proof_mocks.http.access import Access
from mcp_proof_mocks.http.messages import NO_HEADERS, HttpRequest, Responder
from mcp_proof_mocks.registered.gateway import Passed
from mcp_proof_mocks.registered.registered import SlowError, UnreachableError
from mcp_proof_mocks.registered.registry import (
    FullError,
    Registry,
    TakenError,
    UnknownServerError,
)
from mcp_proof_mocks.server import MockServer

UNPROCESSABLE: Final = HTTPStatus.UNPROCESSABLE_ENTITY


class Told(NamedTuple):
    """An answer."""

    status: int
    value: Json
    headers: Mapping[str, str] = NO_HEADERS


class BadRequestError(Exception):
    """A body that is no JSON, or not as documented."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


Handler: TypeAlias = Callable[[HttpRequest, str], Awaitable[Told]]
"""Takes a request, and the server that its path names."""


class GatewayRoutes(JsonRoutes):
    """Answers for one mock server."""

    def __init__(self, server: MockServer, access: Access) -> None:
        super().__init__(server, access)
        self.registry = Registry(server)
        self._handlers: Mapping[str, Mapping[str, Handler]] = {
            "servers": {"GET": self._list, "POST": self._register},
            "server": {"DELETE": self._remove},
            "tools": {"GET": self._tools},
            "call": {"POST": self._call},
        }

    def kept(self, request: HttpRequest) -> HttpRequest:
        """Return a request as the journal may keep it: a registration without what is secret.

        Whoever sends it, be it taken or refused. One that cannot be read is kept without its body.
        """
        if request.method != "POST" or request.path.partition("?")[0] != SERVERS:
            return request
        said = parse(request.body)
        body = b"" if said.fault else encode(without_secret_members(said.value))
        return replace(request, body=body)

    async def answer(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one request."""
        told = await self._told(request)
        self.respond(request, responder, told.status, told.value, told.headers)

    async def _told(self, request: HttpRequest) -> Told:
        what, name = _place(request.path)
        handlers = self._handlers.get(what)
        if handlers is None:
            return _error(HTTPStatus.NOT_FOUND, "Not Found")
        if request.method not in handlers:
            allowed = {"Allow": ", ".join(handlers)}
            return _error(HTTPStatus.METHOD_NOT_ALLOWED, "Method Not Allowed", allowed)
        try:
            return await handlers[request.method](request, name)
        except BadRequestError as error:
            return _error(error.status, str(error))
        except UnknownServerError as error:
            known = self.server.keeps("gateway-unknown-server-404")
            status = HTTPStatus.NOT_FOUND if known else HTTPStatus.INTERNAL_SERVER_ERROR
            return _error(status, str(error))
        except UnreachableError as error:
            return self._down(what, name, error)

    def _down(self, what: str, name: str, error: UnreachableError) -> Told:
        if not self.server.keeps("gateway-down-server-told"):
            nothing: JsonObject = {"tools": []} if what == "tools" else {"result": None}
            return Told(HTTPStatus.OK, nothing)
        slow = isinstance(error, SlowError)
        status = HTTPStatus.GATEWAY_TIMEOUT if slow else HTTPStatus.BAD_GATEWAY
        return _error(status, f"Server '{name}' does not answer: {error}")

    # /servers

    async def _list(self, request: HttpRequest, _name: str) -> Told:
        servers = await self.registry.listed(Passed.by(request.headers))
        return Told(HTTPStatus.OK, {"servers": servers})

    async def _register(self, request: HttpRequest, _name: str) -> Told:
        duty = "gateway-bad-registration-refused"
        registration = self._read(request, "registration", duty)
        if (problem := _unusable(registration)) is not None and self.server.keeps(duty):
            raise BadRequestError(UNPROCESSABLE, problem)
        try:
            return Told(HTTPStatus.CREATED, self.registry.add(registration))
        except TakenError as error:
            return _error(HTTPStatus.CONFLICT, str(error))
        except FullError as error:
            return _error(HTTPStatus.INSUFFICIENT_STORAGE, str(error))

    # /servers/NAME

    async def _remove(self, _request: HttpRequest, name: str) -> Told:
        self.registry.remove(name)
        return Told(HTTPStatus.OK, {"removed": name})

    async def _tools(self, request: HttpRequest, name: str) -> Told:
        try:
            tools = await self.registry.tools(name, Passed.by(request.headers))
        except ToolFailedError as failure:  # of another gateway, which does not know it
            return _error(HTTPStatus.NOT_FOUND, failure.text)
        return Told(HTTPStatus.OK, {"tools": tools})

    async def _call(self, request: HttpRequest, name: str) -> Told:
        said = self._read(request, "call-request", "gateway-bad-call-refused")
        tool, params = str(said.get("tool")), as_object(said.get("params"))
        called: JsonObject = {"server": name, "tool": tool}
        try:
            result = await self.registry.call(name, tool, params, Passed.by(request.headers))
        except ToolFailedError as failure:
            return self._failed(called, failure)
        return Told(HTTPStatus.OK, {**called, "result": result})

    def _failed(self, called: JsonObject, failure: ToolFailedError) -> Told:
        match failure.why:
            case Why.UNKNOWN if self.server.keeps("gateway-unknown-tool-refused"):
                return _error(HTTPStatus.NOT_FOUND, failure.text)
            case Why.UNKNOWN:
                return Told(HTTPStatus.OK, {**called, "result": None})
            case Why.ARGUMENTS:
                return _error(UNPROCESSABLE, failure.text)
            case Why.LIMITED:
                return _error(HTTPStatus.TOO_MANY_REQUESTS, failure.text, failure.headers)
            case _:
                return Told(HTTPStatus.OK, {**called, "error": failure.text})

    def _read(self, request: HttpRequest, document: str, duty: str) -> JsonObject:
        """Return the body of a request.

        Raises:
            BadRequestError: it is no JSON, or not such a document.
        """
        said = parse(request.body)
        if said.fault and self.server.keeps(duty):
            raise BadRequestError(HTTPStatus.BAD_REQUEST, f"The body cannot be read: {said.fault}")
        problem = document_problem("gateway", document, without_secret_members(said.value))
        if problem is not None and self.server.keeps(duty):
            raise BadRequestError(UNPROCESSABLE, problem)
        return said.members


def _unusable(registration: JsonObject) -> str | None:
    """Return why the server of a registration could not be asked, be it of the right form."""
    if split(str(registration.get("url"))) is None:
        return "/url: expected the address of a server"
    token = as_object(registration.get("authentication")).get("token", "-")
    if not VISIBLE.fullmatch(str(token)):
        return "/authentication/token: expected visible characters of ASCII, as a header takes them"
    return None


def _place(path: str) -> tuple[str, str]:
    """Return what a path is for, and the server that it names."""
    match path.partition("?")[0].split("/")[1:]:
        case ["servers"]:
            return "servers", ""
        case ["servers", name] if name:
            return "server", unquote(name)
        case ["servers", name, ("tools" | "call") as what] if name:
            return what, unquote(name)
        case _:
            return "", ""


def _error(status: int, text: str, headers: Mapping[str, str] = NO_HEADERS) -> Told:
    return Told(status, {"error": text}, headers)
