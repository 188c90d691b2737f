"""A gateway as one is written in an afternoon: an in-memory registry in Starlette, httpx behind it.

`Gateway` keeps what docs/dialects/gateway.md demands. `WeakGateway` has the weak spots of sketches:
it stores whatever is posted and lists it whole, finds tools by their name alone, guards registering
only, and lets every error through.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TRANSPORTS = ("http", "rest", "gateway")
PATIENCE = 2.0
TOKEN = "token-of-this-gateway-7"
BEHIND = {
    "mail": "email_tools",
    "data": {
        "dialect": "rest",
        "tools": [
            {
                "name": "process_data",
                "annotations": {"readOnlyHint": True},
                "answer": {"structured": {"processed": True}},
            },
            {
                "name": "fail",
                "annotations": {"readOnlyHint": True},
                "answer": {"error": "There is no data."},
            },
        ],
    },
}
"""The contracts of the REST servers that tests put behind it."""


class Servers:
    """The REST servers behind a gateway, each asked as an orchestrator would."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self.registry: dict[str, dict[str, Any]] = {
            name: {"name": name, "url": url, "transport": "rest"} for name, url in urls.items()
        }

    def client(self) -> httpx.AsyncClient:
        # Without `verify=False` each would load all certificates, for nothing.
        return httpx.AsyncClient(timeout=PATIENCE, trust_env=False, verify=False)

    async def tools(self, name: str) -> list[dict[str, Any]]:
        async with self.client() as client:
            found = await client.get(f"{self.registry[name]['url']}/mcp/discover")
            found.raise_for_status()
            return found.json()["tools"]

    async def execute(self, name: str, tool: str, params: dict[str, Any]) -> dict[str, Any]:
        body = {"tools": [{"tool_slug": tool, "arguments": params}], "request_id": "gateway"}
        async with self.client() as client:
            done = await client.post(f"{self.registry[name]['url']}/mcp/execute", json=body)
            done.raise_for_status()
            return done.json()


class Gateway:
    """Keeps all of it."""

    def __init__(self, token: str, urls: Mapping[str, str]) -> None:
        self.token = token
        self.servers = Servers(urls)

    def application(self) -> Starlette:
        async def unhappy(_request: Request, error: Exception) -> Response:
            assert isinstance(error, HTTPException)
            return JSONResponse({"error": error.detail}, error.status_code, error.headers)

        async def down(_request: Request, error: Exception) -> Response:
            status = 504 if isinstance(error, httpx.TimeoutException) else 502
            return JSONResponse({"error": f"the server does not answer: {error!r}"}, status)

        return Starlette(
            routes=routes(self, self.guarded),
            exception_handlers={HTTPException: unhappy, httpx.HTTPError: down},
        )

    def guarded(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        async def guarded(request: Request) -> Response:
            if request.headers.get("authorization") != f"Bearer {self.token}":
                challenge = {"WWW-Authenticate": "Bearer"}
                raise HTTPException(HTTPStatus.UNAUTHORIZED, "a token is needed", challenge)
            return await handler(request)

        return guarded

    async def list_servers(self, _request: Request) -> Response:
        shown = ("name", "url", "transport")
        entries = [{name: each[name] for name in shown} for each in self.servers.registry.values()]
        return JSONResponse({"servers": entries})

    async def register(self, request: Request) -> Response:
        body = await self.read(request)
        name, url = body.get("name"), body.get("url")
        good = isinstance(name, str) and name.replace("-", "").isalnum()
        good &= isinstance(url, str) and url.startswith(("http://", "https://"))
        good &= body.get("transport", "http") in TRANSPORTS
        good &= isinstance(body.get("authentication"), dict | None)
        if not good:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "name, url, transport: wrong")
        if name in self.servers.registry:
            raise HTTPException(HTTPStatus.CONFLICT, f"there is a server {name}")
        self.servers.registry[name] = {"transport": "http", **body}
        return JSONResponse({"name": name}, HTTPStatus.CREATED)

    async def remove(self, request: Request) -> Response:
        del self.servers.registry[self.known(request)]
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def tools(self, request: Request) -> Response:
        return JSONResponse({"tools": await self.servers.tools(self.known(request))})

    async def call(self, request: Request) -> Response:
        name, body = self.known(request), await self.read(request)
        tool, params = body.get("tool"), body.get("params", {})
        if not isinstance(tool, str) or not isinstance(params, dict):
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "tool and params: wrong")
        if tool not in [each["name"] for each in await self.servers.tools(name)]:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"{name} has no tool {tool}")
        done = await self.servers.execute(name, tool, params)
        if not done["successful"]:
            return JSONResponse({"error": done["error"]})
        return JSONResponse({"result": done["data"]["results"][0]["response"]})

    def known(self, request: Request) -> str:
        name = request.path_params["name"]
        if name not in self.servers.registry:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"there is no server {name}")
        return name

    async def read(self, request: Request) -> dict[str, Any]:
        try:
            body = await request.json()
        except ValueError as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST, "the body is no JSON") from error
        if not isinstance(body, dict):
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "the body is no object")
        return body


class WeakGateway(Gateway):
    """What a sketch forgets."""

    def application(self) -> Starlette:
        def guarded(handler: Callable[..., Any]) -> Callable[..., Any]:
            return self.guarded(handler) if handler == self.register else handler

        return Starlette(routes=routes(self, guarded)[:-1])  # nothing is ever removed

    async def list_servers(self, _request: Request) -> Response:
        return JSONResponse({"servers": [*self.servers.registry.values()]})

    async def register(self, request: Request) -> Response:
        body = await request.json()
        self.servers.registry[body["name"]] = body
        return JSONResponse({"status": "registered"})

    async def tools(self, request: Request) -> Response:
        return JSONResponse({"tools": await self.servers.tools(request.path_params["name"])})

    async def call(self, request: Request) -> Response:
        body = await request.json()
        homes = {
            tool["name"]: name
            for name, entry in self.servers.registry.items()
            if entry.get("transport") == "rest"
            for tool in await self.servers.tools(name)
        }
        done = await self.servers.execute(homes[body["tool"]], body["tool"], body["params"])
        return JSONResponse({"result": done["data"]["results"][0]["response"]})


def routes(gateway: Gateway, guarded: Callable[..., Any]) -> list[Route]:
    return [
        Route("/servers", guarded(gateway.list_servers), methods=["GET"]),
        Route("/servers", guarded(gateway.register), methods=["POST"]),
        Route("/servers/{name}/tools", guarded(gateway.tools), methods=["GET"]),
        Route("/servers/{name}/call", guarded(gateway.call), methods=["POST"]),
        Route("/servers/{name}", guarded(gateway.remove), methods=["DELETE"]),
    ]
