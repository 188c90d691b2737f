"""What a scenario's server does to calls: fails for a while, refuses, keeps quiet, answers late."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from mcp_proof.judge.staged_endpoint import CutOff, Take
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse
from mcp_proof_mocks.journal.calls import called

HTTP: Final[tuple[TransportName, ...]] = ("http",)
"""Over what promises are judged: there a server can fail before MCP is spoken."""
ALWAYS: Final = 1 << 30
"""So many times that it is always."""


def tool(name: str, *arguments: str, **listed: Json) -> JsonObject:
    """Return a tool of a scenario, which takes texts and answers at once."""
    return {
        "name": name,
        "description": f"The tool {name} of a scenario.",
        "inputSchema": {
            "type": "object",
            "properties": {each: {"type": "string"} for each in arguments},
            "required": list(arguments),
        },
        "answer": {"text": f"{name} is done"},
        **listed,
    }


def calls_in(request: HttpRequest) -> list[tuple[str, JsonObject]]:
    """Return the tools that a request calls, with the arguments, in whatever dialect."""
    return list(called(parse(request.body))) if request.body else []


def failing(times: Mapping[str, int], status: int = HTTPStatus.SERVICE_UNAVAILABLE) -> Take:
    """Refuse the first calls of each of these tools."""
    left = Counter(times)

    async def take(request: HttpRequest) -> HttpResponse | None:
        for name, _ in calls_in(request):
            if left[name] > 0:
                left[name] -= 1
                return HttpResponse(status=status)
        return None

    return take


def cutting(times: Mapping[str, int]) -> Take:
    """CutOff the connection on which the first calls of each of these tools come."""
    left = Counter(times)

    async def take(request: HttpRequest) -> CutOff | None:
        for name, _ in calls_in(request):
            if left[name] > 0:
                left[name] -= 1
                return "cut"
        return None

    return take


def refusing(errors: Mapping[str, int]) -> Take:
    """Answer every call of these tools with a JSON-RPC error of this code."""

    async def take(request: HttpRequest) -> HttpResponse | None:
        for name, _ in calls_in(request):
            if name in errors:
                error: JsonObject = {"code": errors[name], "message": "Refused"}
                request_id = parse(request.body).id
                body = encode({"jsonrpc": "2.0", "id": request_id, "error": error})
                return HttpResponse(status=HTTPStatus.OK, headers=JSON, body=body)
        return None

    return take


def slow(seconds: Mapping[str, float]) -> Take:
    """Let every call of these tools wait before it is answered."""

    async def take(request: HttpRequest) -> None:
        for name, _ in calls_in(request):
            await asyncio.sleep(seconds.get(name, 0.0))

    return take


def when(holds: Callable[[], bool], then: Take) -> Take:
    """Do something as long as a condition holds."""

    async def take(request: HttpRequest) -> HttpResponse | CutOff | None:
        return await then(request) if holds() else None

    return take
