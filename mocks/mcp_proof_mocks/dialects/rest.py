"""REST: `GET /mcp/discover`, `POST /mcp/execute`, `GET /health`, `GET /openapi.json`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from mcp_proof_contracts.contract import Tool
from mcp_proof_contracts.dialects.rest import DISCOVER, EXECUTE, HEALTH
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.rest import rest_openapi
from mcp_proof_contracts.rate_limit_text import rate_limit_text
from mcp_proof_contracts.rest_schema import rest_schema
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import as_list, as_object, parse
from mcp_proof_mocks.caller import Caller
from mcp_proof_mocks.dialects.routes import JsonRoutes
from mcp_proof_mocks.dialects.run_tool import ToolFailedError, Why, run_tool
from mcp_proof_mocks.http.messages import HttpRequest, Responder
from mcp_proof_mocks.server import MockServer

OPENAPI: Final = "/openapi.json"
METHODS: Final = {DISCOVER: "GET", EXECUTE: "POST", HEALTH: "GET", OPENAPI: "GET"}
NAMES: Final = {"inputSchema": "input_schema", "outputSchema": "output_schema"}
UNPROCESSABLE: Final = HTTPStatus.UNPROCESSABLE_ENTITY


class RestRoutes(JsonRoutes):
    """Answers for one mock server."""

    async def answer(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one request."""
        path = request.path.partition("?")[0]
        method = METHODS.get(path)
        if method is None:
            self.refuse_path(request, responder)
        elif request.method != method and not self._executes_any(path):
            self.refuse_method(request, responder, method)
        elif path == DISCOVER:
            self.respond(request, responder, HTTPStatus.OK, discovered(self.server))
        elif path == HEALTH:
            self.respond(request, responder, HTTPStatus.OK, self._health())
        elif path == OPENAPI:
            guarded = self.server.authorization is not None
            document = rest_openapi(discovered(self.server), guarded=guarded)
            self.respond(request, responder, HTTPStatus.OK, document)
        else:
            await self._execute(request, responder)

    def _executes_any(self, path: str) -> bool:
        return path == EXECUTE and not self.server.keeps("rest-method-checked")

    def _health(self) -> JsonObject:
        now = datetime.fromtimestamp(self.server.clock(), UTC)
        return {"status": "healthy", "timestamp": now.isoformat()}

    async def _execute(self, request: HttpRequest, responder: Responder) -> None:
        message = parse(request.body or b"{}")
        if message.fault:
            detail: Json = f"The body cannot be read: {message.fault}"
            self.respond(request, responder, HTTPStatus.BAD_REQUEST, {"detail": detail})
            return
        body = message.value
        problems = instance_problems(rest_schema("execute-request"), body)
        if problems and self.server.keeps("rest-bad-body-refused"):
            detail = [{"loc": p.pointer, "msg": p.message} for p in problems]
            self.respond(request, responder, UNPROCESSABLE, {"detail": detail})
            return
        said = as_object(body)
        try:
            results = await self._results(as_list(said.get("tools")), self.caller(request))
        except ToolFailedError as failure:
            self._fail(request, responder, said, failure)
            return
        self.respond(request, responder, HTTPStatus.OK, self._executed(said, results))

    async def _results(self, calls: Sequence[Json], caller: Caller) -> list[Json]:
        results: list[Json] = []
        for call in calls:
            name = str(as_object(call).get("tool_slug"))
            arguments = as_object(as_object(call).get("arguments"))
            try:
                value = await run_tool(
                    self.server, name, arguments, duty="rest-arguments-checked", caller=caller
                )
            except ToolFailedError:
                if self.server.keeps("rest-first-failure-ends"):
                    raise
                continue
            results.append({"tool_slug": name, "response": value})
        return results

    def _executed(self, said: JsonObject, results: list[Json]) -> JsonObject:
        return {
            "request_id": self._request_id(said),
            "successful": True,
            "data": {"results": results},
            "error": None,
        }

    def _fail(
        self, request: HttpRequest, responder: Responder, said: JsonObject, failure: ToolFailedError
    ) -> None:
        if failure.why is Why.LIMITED and self.server.keeps("rest-rate-limit-429"):
            status, detail = HTTPStatus.TOO_MANY_REQUESTS, failure.text
            self.respond(request, responder, status, {"detail": detail}, failure.headers)
            return
        body: JsonObject = {
            "request_id": self._request_id(said),
            "successful": False,
            "data": None,
            "error": failure.text,
        }
        self.respond(request, responder, HTTPStatus.OK, body)

    def _request_id(self, said: JsonObject) -> Json:
        given = said.get("request_id")
        echoed = given and self.server.keeps("rest-request-id-echoed")
        return given if echoed else self._new_id()

    def _new_id(self) -> str:
        return str(UUID(int=self.server.random.getrandbits(128), version=4))


def discovered(server: MockServer) -> JsonObject:
    """Return the document of `GET /mcp/discover`."""
    info = server.contract.info
    tools: list[Json] = [_listed(tool.tool) for tool in server.tools.values() if tool.offered]
    return {
        "server_name": info["name"],
        "version": info["version"],
        "description": info.get("description", info.get("title", "")),
        "tools": tools,
        "capabilities": ["tools"],
        "health_check_url": HEALTH,
    }


def _listed(tool: Tool) -> JsonObject:
    listed = {NAMES.get(name, name): value for name, value in tool.listed.items()}
    limit = tool.rate_limit
    if limit is not None and (text := rate_limit_text(limit)):
        listed["rate_limit"] = text
    return {"description": tool.name, **listed}
