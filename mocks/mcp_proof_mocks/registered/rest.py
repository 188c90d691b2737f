"""A server behind a gateway that speaks REST: `GET /mcp/discover`, `POST /mcp/execute`."""

from collections.abc import Mapping
from http import HTTPStatus

from mcp_proof_contracts.dialects.rest import DISCOVER, EXECUTE
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.dialects.run_tool import ToolFailedError, Why
from mcp_proof_mocks.registered.ask import ask, refusal
from mcp_proof_mocks.registered.registered import UnreachableError


class RestServer:
    """One REST server."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        base = url.rstrip("/")
        for ending in (DISCOVER, EXECUTE, "/mcp"):
            base = base.removesuffix(ending)
        self._base = base
        self._headers = headers

    async def tools(self) -> list[JsonObject]:
        """Return what `discover` lists."""
        answer = await ask("GET", self._base + DISCOVER, headers=self._headers)
        if answer.status != HTTPStatus.OK or "tools" not in answer.members:
            raise UnreachableError(f"GET {DISCOVER} was answered with {answer.status}")
        return [as_object(tool) for tool in as_list(answer.members["tools"])]

    async def call(self, tool: str, params: JsonObject) -> Json:
        """Execute one tool."""
        body: JsonObject = {"tools": [{"tool_slug": tool, "arguments": params}]}
        answer = await ask("POST", self._base + EXECUTE, body, self._headers)
        said = answer.members
        if (refused := refusal(answer)) is not None:
            raise refused
        if answer.status != HTTPStatus.OK:
            raise UnreachableError(f"POST {EXECUTE} was answered with {answer.status}")
        if said.get("successful") is not True:
            raise ToolFailedError(Why.FAILED, str(said.get("error") or "the tool failed"))
        results = as_list(as_object(said.get("data")).get("results"))
        return as_object(results[0]).get("response") if results else None
