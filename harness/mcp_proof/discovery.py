"""Ask many servers at once for their tools: what one does, or does not, is no matter to others."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from traceback import format_exception
from typing import Final

from mcp_proof.approach import approach
from mcp_proof.errors import McpProofError, UsageError
from mcp_proof.recorder import Recorder
from mcp_proof.targets import CassetteTarget, header_of, target_of
from mcp_proof.targets.choice import shown_value
from mcp_proof.tool_server import ListedTool, ToolServer
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.opening import server_info
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object

PATIENCE: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """One server: its tools, or why they are not known."""

    target: str
    """The target as it may be shown."""
    spoken: Spoken | None = None
    """What it speaks; `None` when it did not get so far."""
    name: str = ""
    """What it calls itself."""
    tools: tuple[ListedTool, ...] = ()
    problem: str = ""
    """Why its tools are not known, or not all of them; empty when they are."""
    seconds: float = 0.0

    def tool_id(self, tool: ListedTool) -> str:
        """Return the id under which a tool is registered: `server:tool`."""
        return f"{self.name}:{tool.name}" if self.name else tool.name


@dataclass(frozen=True, slots=True)
class Discovery:
    """What came of asking several servers, in the order in which they were given."""

    servers: tuple[Discovered, ...]

    @property
    def tools(self) -> dict[str, ListedTool]:
        """The tools by their ids. Of those that claim the same id the first server's counts."""
        found: dict[str, ListedTool] = {}
        for server in self.servers:
            for tool in server.tools:
                found.setdefault(server.tool_id(tool), tool)
        return found

    @property
    def claimed_twice(self) -> dict[str, tuple[str, ...]]:
        """The ids that several servers claim, with the targets that do."""
        claims: dict[str, list[str]] = {}
        for server in self.servers:
            for tool_id in dict.fromkeys(map(server.tool_id, server.tools)):
                claims.setdefault(tool_id, []).append(server.target)
        return {tool_id: tuple(each) for tool_id, each in claims.items() if len(each) > 1}

    @property
    def failed(self) -> tuple[Discovered, ...]:
        """The servers that have a `problem`."""
        return tuple(server for server in self.servers if server.problem)


async def discover(targets: Sequence[object], *, timeout: float = PATIENCE) -> Discovery:
    """Ask all servers at once what they are and what tools they have; none is called.

    Args:
        targets: URLs, commands, entries of a desktop configuration, mocks, … (see `target_of`).
        timeout: seconds for each server, all in all; what was started is then ended, which takes a
            command that ignores its end a few seconds more.

    Raises:
        TypeError: `targets` is one text.
    """
    if isinstance(targets, str | bytes | Mapping):
        raise TypeError(
            f"`targets` is a list of them, not one {type(targets).__name__}: write [target]"
        )
    return Discovery(tuple(await asyncio.gather(*(_discovered(each, timeout) for each in targets))))


async def _discovered(value: object, seconds: float) -> Discovered:
    started = time.monotonic()
    asking = _Asking(value, seconds)
    problem = ""
    try:
        async with asyncio.timeout(seconds):
            await asking.ask()
    except TimeoutError:
        problem = f"it did not tell within {seconds:g} s"
    except McpProofError as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001  # told as ours, and no matter to the other servers
        problem = f"a fault of mcp-proof itself: {''.join(format_exception(error))}"
    return asking.discovered(problem, time.monotonic() - started)


class _Asking:
    """The conversation with one server, as far as it gets."""

    def __init__(self, value: object, seconds: float) -> None:
        self._value = value
        self._seconds = seconds
        self._label = shown_value(value)
        self._recorder: Recorder | None = None
        self._server: ToolServer | None = None
        self._name = ""
        self._tools: list[ListedTool] = []
        self._problem = ""

    async def ask(self) -> None:
        """Start or reach the server, find out what it speaks, list its tools, and leave it."""
        target = target_of(self._value)
        self._label = target.label
        if isinstance(target, CassetteTarget):
            raise UsageError(f"{target.label} is a recording: there is nothing to discover")
        async with AsyncExitStack() as stack:
            reachable = await stack.enter_async_context(target.started())
            self._recorder = Recorder(header_of(target), secrets=target.secrets)
            self._server = await approach(reachable, self._recorder, None, self._seconds)
            stack.push_async_callback(self._server.close)
            if _may_have_tools(self._server):
                self._tools = await self._server.list_tools()
                self._problem = _unlisted(self._server, self._tools)
            self._name = str(server_info(self._server.introduction).get("name", ""))

    def discovered(self, problem: str, seconds: float) -> Discovered:
        """Return what came of it."""
        server, mask = self._server, self._recorder.mask if self._recorder is not None else str
        return Discovered(
            target=self._label,
            spoken=server.spoken if server is not None else None,
            name=self._name,
            tools=tuple(self._tools),
            problem=mask(problem or self._problem),
            seconds=seconds,
        )


def _may_have_tools(server: ToolServer) -> bool:
    """Whether a server has tools at all: one of MCP says so before."""
    if not isinstance(server.spoken, Revision):
        return True
    return "tools" in as_object(server.introduction.get("capabilities"))


def _unlisted(server: ToolServer, tools: Sequence[ListedTool]) -> str:
    """Return why there are no tools, or no more of them, where the server failed to say so."""
    read = Reading(server.recorder.transcript, server.spoken)
    lists = [*read.exchanges("tools/list")]
    if lists:
        return "" if lists[-1].served else f"tools/list: {lists[-1].outcome}"
    asked = [*read.http()]
    if tools or not asked or not (asked[-1].is_error or asked[-1].pending):
        return ""
    return f"{asked[-1].method} {asked[-1].path}: {asked[-1].outcome}"
