"""REST: `GET /mcp/discover` lists tools, `POST /mcp/execute` executes them in order."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from mcp_proof.dialects.over_http import HttpAnswer, HttpToolServer
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Reachable
from mcp_proof.tool_server import (
    CallFailure,
    CallOutcome,
    ListedTool,
    example_arguments,
    listed_tool,
)
from mcp_proof.transports.connection import Headers
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.rest import DISCOVER, EXECUTE, HEALTH
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.rest_schema import in_draft_07
from mcp_proof_contracts.wire import as_list, as_object


class RestServer(HttpToolServer):
    """A server that speaks REST."""

    dialect = Dialect.REST
    ENDPOINTS = (DISCOVER, EXECUTE, "/mcp")

    def __init__(self, target: Reachable, recorder: Recorder, timeout: float) -> None:
        super().__init__(target, recorder, timeout)
        self.tools: dict[str, ListedTool] = {}
        """The listed tools by name."""
        self.health_path = HEALTH
        """Where the server tells how it is."""
        self._numbers = itertools.count(1)

    async def recognized(self) -> bool:
        """Whether the server lists tools as this dialect has it."""
        return isinstance((await self._discover()).members.get("tools"), list)

    async def _discover(self) -> HttpAnswer:
        answer = await self.request("GET", DISCOVER)
        said = answer.members
        self.info = {"name": said.get("server_name", ""), "version": said.get("version", "")}
        return answer

    async def list_tools(self) -> list[ListedTool]:
        """Return what `discover` lists, as far as each has a name."""
        answer = await self._discover()
        tools = [_tool(as_object(item)) for item in as_list(answer.members.get("tools"))]
        self.tools = {tool.name: tool for tool in tools if tool.name}
        told = str(answer.members.get("health_check_url") or HEALTH).removeprefix(self.base)
        self.health_path = told if told.startswith("/") else HEALTH
        return list(self.tools.values())

    @property
    def token(self) -> str | None:
        """The bearer token that the user gave, if any."""
        scheme, _, token = self.connection.given("authorization").partition(" ")
        return token.strip() or None if scheme.lower() == "bearer" else None

    def callable_tools(self) -> list[tuple[ListedTool, JsonObject]]:
        """Return the tools that may be called, each with arguments that its schema allows."""
        examples = ((t, example_arguments(t)) for t in self.tools.values() if self.may_call(t))
        return [(tool, arguments) for tool, arguments in examples if arguments is not None]

    async def execute(
        self,
        calls: Sequence[tuple[str, JsonObject]],
        *,
        case: str = "",
        headers: Headers | None = None,
    ) -> HttpAnswer:
        """Execute several tools in one request."""
        body: JsonObject = {
            "tools": [{"tool_slug": name, "arguments": arguments} for name, arguments in calls],
            "request_id": f"mcp-proof-{next(self._numbers)}",
        }
        return await self.request("POST", EXECUTE, body, case=case, headers=headers)

    async def call(self, name: str, arguments: JsonObject) -> CallOutcome:
        """Execute one tool."""
        answer = await self.execute([(name, arguments)])
        if answer.status != HTTPStatus.OK or answer.members.get("successful") is not True:
            return CallOutcome(failure=answer.refusal)
        results = as_list(as_object(answer.members.get("data")).get("results"))
        if not results:
            return CallOutcome(failure=CallFailure(text="the answer holds no result"))
        return CallOutcome(value=as_object(results[0]).get("response"))

    async def survey(self) -> None:
        """Look at the server's health, list its tools, call those that may be called."""
        await super().survey()
        await self.request("GET", self.health_path)


def _tool(item: JsonObject) -> ListedTool:
    tool = listed_tool(item)
    output = tool.output_schema
    return replace(
        tool,
        input_schema=in_draft_07(tool.input_schema),
        output_schema=in_draft_07(output) if output is not None else None,
    )
