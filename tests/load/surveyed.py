"""Surveys of mocks behind a port, and of a server in this process that does what a test wants."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar

from mcp_proof.approach import approach
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Target, UrlTarget, WebSocketTarget, header_of
from mcp_proof.tool_server import CallFailure, CallOutcome, ListedTool, ToolServer
from mcp_proof_contracts.contract_file import checked_contract, load_contract
from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_load.survey.options import SurveyOptions
from mcp_proof_load.survey.surveying import NOBODY, Surveyed, survey
from mcp_proof_mocks.contract_source import find_contract
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

BOUND = 30.0
READ_ONLY = {"readOnlyHint": True}
TEXT = {"type": "string"}
Answers = Callable[[JsonObject, int], Json | CallFailure]
"""Takes the arguments and the number of the session."""


@asynccontextmanager
async def mock(
    contract: str | JsonObject, spoken: Spoken | None = None, *, authorized: bool = True
) -> AsyncGenerator[ToolServer]:
    """Serve a mock over its own transport, and be introduced to it."""
    known = isinstance(contract, str)
    read = load_contract(find_contract(contract)) if known else checked_contract(contract)
    behind = MockServer(read)
    async with serving(behind) as url, asyncio.timeout(BOUND):
        access = behind.authorization if authorized else None
        given = access.headers() if access is not None else {}
        target = (WebSocketTarget if url.startswith("ws") else UrlTarget)(url, given)
        async with introduced(target, spoken) as server:
            yield server


@asynccontextmanager
async def introduced(target: Target, spoken: Spoken | None = None) -> AsyncGenerator[ToolServer]:
    async with target.started() as reachable:
        server = await approach(reachable, Recorder(header_of(target)), spoken, 5.0, NOBODY)
        try:
            yield server
        finally:
            await server.close()


def survey_of_mock(
    contract: str | JsonObject,
    spoken: Spoken | None = None,
    *,
    authorized: bool = True,
    **options: object,
) -> Surveyed:
    async def run() -> Surveyed:
        async with mock(contract, spoken, authorized=authorized) as server:
            return await survey(server, SurveyOptions(**options))

    return asyncio.run(run())


def survey_of(server: ToolServer, **options: object) -> Surveyed:
    return asyncio.run(survey(server, SurveyOptions(**options)))


def tool(name: str, properties: Mapping[str, Json] | None = None, **listed: Json) -> ListedTool:
    """A tool that declares itself read-only, all of whose arguments are required."""
    schema = {"type": "object", "properties": properties or {}, "required": list(properties or {})}
    members = {"name": name, "inputSchema": schema, "annotations": READ_ONLY, **listed}
    return ListedTool(name=name, listed=members, input_schema=members["inputSchema"])


class Planted(ToolServer):
    """A server whose tools are functions of this process; `beside()` is another session."""

    def __init__(self, tools: Sequence[tuple[ListedTool, Answers]], like: "Planted | None" = None):
        self.target = UrlTarget("http://127.0.0.1:1/mcp")
        self.recorder = like.recorder if like else Recorder(header_of(self.target))
        self.timeout = 5.0
        self.tools = tools
        self.calls: list[tuple[int, str, JsonObject]] = like.calls if like else []
        self._sessions = like._sessions if like else itertools.count(1)
        self.session = next(self._sessions)

    spoken = Dialect.REST
    transport = "http"
    introduction: ClassVar[JsonObject] = {}

    def beside(self) -> "Planted":
        return Planted(self.tools, self)

    async def list_tools(self) -> list[ListedTool]:
        return [tool for tool, _ in self.tools]

    async def call(self, name: str, arguments: JsonObject) -> CallOutcome:
        self.calls.append((self.session, name, arguments))
        answers = next(each for tool, each in self.tools if tool.name == name)
        value = answers(arguments, self.session)
        if isinstance(value, CallFailure):
            return CallOutcome(failure=value)
        self.say({"answer": value})
        return CallOutcome(value=value)

    def say(self, message: JsonObject) -> None:
        """Have the server send something."""
        self.recorder.record(
            EventKind.MESSAGE,
            session=str(self.session),
            channel="planted",
            sender=Sender.SERVER,
            message=parse(encode(message)),
        )

    async def survey(self) -> None:
        raise AssertionError("the survey of a load run is its own")

    async def close(self) -> None:
        pass


def planted(**tools: tuple[Mapping[str, Json], Answers]) -> Planted:
    return Planted([(tool(name, schema), answers) for name, (schema, answers) in tools.items()])


def by_name(surveyed: Surveyed):
    return {each.name: each for each in surveyed.plan.operations}


STATEFUL, STATELESS = Revision.R2025_11_25, Revision.R2026_07_28
