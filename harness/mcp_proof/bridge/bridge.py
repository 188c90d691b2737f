"""A driven server as operations: which of its tools they are, and what a call of one gives."""

import asyncio
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final, Self

from mcp_proof.bridge.answer import Answer, answer_of, problem, promises
from mcp_proof.driver import Driver
from mcp_proof.errors import PeerError
from mcp_proof.tool_server import CallOutcome, ListedTool, ToolServer
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.openapi.embedded_schema import UnembeddableError
from mcp_proof_contracts.openapi.tools import DescribedTool, described_tool, tools_document
from mcp_proof_contracts.opening import server_info
from mcp_proof_contracts.wire import as_object, parse

NOT_ALLOWED: Final = (
    "it does not declare itself read-only: allow it with --tool NAME, or all with "
    "--allow-destructive"
)


class Bridge:
    """The tools of one server, each as an operation of an OpenAPI document.

    Args:
        server: the server; who opened it closes it.
        tools: what it lists.
        timeout: seconds that it is given for one answer.
    """

    def __init__(self, server: ToolServer, tools: Mapping[str, ListedTool], timeout: float) -> None:
        self._server = server
        self._timeout = timeout
        self._turn = asyncio.Lock()
        self._begun = tuple(server.recorder.transcript.events)
        self.listed = tools
        self.offered: dict[str, ListedTool] = {}
        """The tools that are called for clients."""
        self.left_out: dict[str, str] = {}
        """Why the others are not."""
        described: dict[int, DescribedTool] = {}
        for number, (name, tool) in enumerate(tools.items(), start=1):
            if not server.may_call(tool):
                self.left_out[name] = NOT_ALLOWED
                continue
            try:
                promised = promises(server.spoken, tool)
                described[number] = described_tool(
                    number, name, tool.listed, tool.input_schema, promised
                )
            except UnembeddableError as error:
                self.left_out[name] = f"its schema cannot stand in an OpenAPI document: {error}"
                continue
            self.offered[name] = tool
        info = server_info(server.introduction)
        self.document: JsonObject = tools_document(info, described)

    @classmethod
    async def over(cls, server: ToolServer, timeout: float, *, allow_all: bool = False) -> Self:
        """Return a bridge to all tools that may be called.

        Args:
            server: the server, which may die and be brought back as often as clients bear it.
            timeout: seconds that it is given for one answer.
            allow_all: whether tools may be called that do not declare themselves read-only.
        """
        if isinstance(server, Driver):
            server.max_restarts = server.max_hangs = sys.maxsize
        server.recorder.endless = True
        tools = {tool.name: tool for tool in await server.list_tools()}
        if allow_all:
            server.allowed = frozenset(tools)
        return cls(server, tools, timeout)

    async def call(self, name: str, body: bytes) -> Answer:
        """Call a tool for a client."""
        tool = self.offered.get(name)
        if tool is None:
            if name in self.left_out:
                return problem(HTTPStatus.FORBIDDEN, self.left_out[name])
            return problem(HTTPStatus.NOT_FOUND, f"the server lists no tool {name}")
        message = parse(body)
        if message.fault or not isinstance(message.value, dict):
            why = message.fault or "it is no JSON object"
            return problem(HTTPStatus.BAD_REQUEST, f"the body cannot be read: {why}")
        return await self._answer(tool, as_object(message.value))

    async def _answer(self, tool: ListedTool, arguments: JsonObject) -> Answer:
        # One call at a time, so that a server which dies has died of this one.
        async with self._turn:
            started = time.monotonic()
            try:
                outcome = await self._server.call(tool.name, arguments)
            except PeerError as error:
                return problem(HTTPStatus.BAD_GATEWAY, self._server.recorder.mask(str(error)))
            finally:
                # What was said is the client's by now; memory stays bounded.
                self._server.recorder.begin_anew(self._begun)
            late = time.monotonic() - started >= self._timeout
        return self._judged(tool, arguments, outcome, late=late)

    def _judged(
        self, tool: ListedTool, arguments: JsonObject, outcome: CallOutcome, *, late: bool
    ) -> Answer:
        if (failure := outcome.failure) is not None:  # it goes into other programs' reports
            masked = replace(failure, text=self._server.recorder.mask(failure.text))
            outcome = replace(outcome, failure=masked)
        return answer_of(self._server.spoken, tool, arguments, outcome, late=late)
