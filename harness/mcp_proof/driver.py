"""What a probe holds: a healthy session, fresh ones on demand, and what the server offers."""

import asyncio
import itertools
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from mcp_proof.errors import PeerError
from mcp_proof.first_answer import first_answer
from mcp_proof.occasions_seen import in_order, occasions_seen
from mcp_proof.recorder import Recorder, current_probe, probe_label
from mcp_proof.refusal import refusal
from mcp_proof.sessions.client import Answering, ClientProfile
from mcp_proof.sessions.session import Session
from mcp_proof.sessions.stateful import StatefulSession
from mcp_proof.sessions.stateless import StatelessSession
from mcp_proof.survey import survey
from mcp_proof.targets import Reachable
from mcp_proof.tool_server import (
    MAX_PAGES,
    CallFailure,
    CallOutcome,
    ListedTool,
    ToolServer,
    example_arguments,
    listed_tool,
)
from mcp_proof.transports.connection import Headers, Sending
from mcp_proof.transports.stdio import StdioConnection
from mcp_proof.transports.streamable_http import HttpConnection
from mcp_proof_contracts.contract_verify import TOKENS
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.occasion import OCCASIONS, Occasion
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.wire import as_list, as_object, quote

MAX_RESTARTS = 40
"""How often a main session that the server ended is begun anew: more than probes can excuse."""
MAX_HANGS = 4
"""How often it is begun anew when the server hung: each time costs a wait for its answers."""


class Driver(ToolServer):
    """Drives one server of MCP at one revision."""

    def __init__(
        self,
        target: Reachable,
        recorder: Recorder,
        revision: Revision,
        timeout: float,
        profile: ClientProfile,
    ) -> None:
        self.target = target
        self.profile = profile
        """Who we are where a probe does not say otherwise."""
        self.recorder = recorder
        self.revision = revision
        self.timeout = timeout
        self.patience = timeout
        """Seconds for the first answer of a later session: more where the first one took long."""
        self.started_in = 0.0  # seconds until the first session was introduced
        self.tools: dict[str, JsonObject] = {}
        """The listed tools by name."""
        self.items: dict[str, list[JsonObject]] = {}
        """What the survey listed, by the member of the result: "resources", "prompts", ..."""
        self._main: Session | None = None
        self._elsewhere: Session | None = None
        self._leaving: list[asyncio.Task[None]] = []
        self._opened: list[Session] = []
        """Every session ever opened: closing one twice is harmless, forgetting one is not."""
        self.max_restarts, self.max_hangs = MAX_RESTARTS, MAX_HANGS
        self._restarts = self._hangs = 0
        self._lost = ""
        """Why the server is given up; empty while it is not."""
        self._names = itertools.count(1)
        self._occasions: dict[str, list[Occasion]] = {}

    @property
    def spoken(self) -> Revision:
        """The revision."""
        return self.revision

    @property
    def transport(self) -> TransportName:
        """The transport."""
        return self.target.transport

    @property
    def stateless(self) -> bool:
        """Whether the revision is of the stateless era."""
        return self.revision.era is Era.STATELESS

    async def session(self) -> Session:
        """Return the main session, begun anew when the server has ended it.

        Raises:
            PeerError: the server cannot be brought back.
        """
        if self._main is None or not self._main.alive:
            if self._main is not None:
                self._hangs += self._main.hung
                await self._main.close()
            self._main = await self._restart()
            self._main.tool_schemas = self._schemas()
        return self._main

    async def ready(self) -> str:
        """Have a main session that lives."""
        return (await self.session()).connection.name

    async def answers(self) -> bool:
        """Whether a control request is answered."""
        try:
            return await (await self.session()).barrier()
        except PeerError:
            return False

    async def renew(self) -> None:
        """Close the main session; what hung there gets no time to end in order."""
        session, self._main = self._main, None
        if session is None:
            return
        if session.hung and isinstance(session.connection, StdioConnection):
            await session.connection.shut_down("sigkill")
        await session.close()
        self._opened[:] = [each for each in self._opened if each is not session]

    async def lists(self) -> JsonObject:
        """Return what the declared lists hold."""
        session = await self.session()
        return {
            method: list(await self.list_all(session, method, member))
            for capability, method, member in LISTS
            if capability in session.capabilities
        }

    def wait_at_most(self, seconds: float) -> None:
        """Wait so long for one answer, on the main session too."""
        super().wait_at_most(seconds)
        if self._main is not None:
            self._main.timeout = seconds

    def answer_by(self, answer: Answering, probe: str) -> None:
        """Answer so what the server asks from now on, on the main session too.

        Args:
            answer: what makes the answers.
            probe: the probe in whose name they are given; empty where they are right.
        """
        self.profile = replace(self.profile, answer=answer, probe=probe)
        if self._main is not None:
            self._main.profile = self.profile

    async def _restart(self) -> Session:
        """Open a new main session; a server that keeps dying is given up, so that a run ends."""
        self._restarts += 1
        if self._restarts > self.max_restarts or self._hangs > self.max_hangs:
            self._lost = f"{self.target.label} went away {self._restarts} times and was given up"
        session = await self.open()
        label = current_probe.set("")  # the handshake is no part of the probe that needed it
        try:
            answer = await first_answer(session, self.patience)
        finally:
            current_probe.reset(label)
        if answer.message is None:
            self._lost = f"{self.target.label} did not come back: {answer.why}"
            raise PeerError(self._lost)
        return session

    @property
    def lost(self) -> bool:
        """Whether the server was given up: nothing more can be sent."""
        return bool(self._lost)

    @property
    def introduction(self) -> JsonObject:
        """The main session's `initialize` or `server/discover` result."""
        return self._main.server if self._main is not None else {}

    def beside(self) -> "Driver":
        """Return another client; `close` here closes its sessions too."""
        other = Driver(self.target, self.recorder, self.revision, self.timeout, self.profile)
        other.patience, other.tools, other.allowed = self.patience, self.tools, self.allowed
        other.hints, other.items, other._occasions = self.hints, self.items, self._occasions
        other.max_restarts, other.max_hangs = self.max_restarts, self.max_hangs
        other._names, other._opened = self._names, self._opened  # of this class
        other._leaving = self._leaving
        return other

    def adopt(self, session: Session) -> None:
        """Take an already started session as the main one."""
        self._main = session

    async def open(
        self, profile: ClientProfile | None = None, revision: Revision | None = None
    ) -> Session:
        """Open a connection without introducing ourselves; the caller closes it.

        Raises:
            PeerError: the server cannot be started or reached, or was given up.
        """
        if self._lost:
            raise PeerError(self._lost)
        chosen = revision or self.revision
        name = f"session-{next(self._names)}"
        connection = self.target.connect(name, self.recorder, self.timeout)
        await connection.open()
        kind = StatelessSession if chosen.era is Era.STATELESS else StatefulSession
        session = kind(
            connection,
            self.recorder,
            chosen,
            profile=profile or self.profile,
            timeout=self.timeout,
        )
        self._opened.append(session)
        return session

    @asynccontextmanager
    async def fresh(
        self,
        profile: ClientProfile | None = None,
        *,
        start: bool = True,
        revision: Revision | None = None,
    ) -> AsyncGenerator[Session]:
        """A session on a connection of its own (over stdio a process of its own), then closed."""
        session = await self.open(profile, revision)
        session.tool_schemas = self._schemas()
        try:
            if start:
                await first_answer(session, self.patience)
            else:  # whatever comes first may have to wait for the process to start
                session.timeout = max(session.timeout, self.patience)
            yield session
        finally:
            await self._leave(session)

    async def elsewhere(self, profile: ClientProfile | None = None) -> Session:
        """Return a started session on another connection, the same one to all who ask.

        Args:
            profile: who we are; where it is given, the connection is a new one.
        """
        known = self._elsewhere
        if known is not None and known.alive and known.server and profile is None:
            return known
        if known is not None:
            await self._leave(known)
        self._elsewhere = session = await self.open(profile)
        session.tool_schemas = self._schemas()
        await first_answer(session, self.patience)
        return session

    async def _leave(self, session: Session) -> None:
        """Close a session; what comes next need not wait for a process to end."""
        if isinstance(session.connection, StdioConnection):
            self._leaving[:] = [task for task in self._leaving if not task.done()]
            self._leaving.append(asyncio.create_task(session.close()))
        else:
            await session.close()

    @asynccontextmanager
    async def stateful(self, *, start: bool = True) -> AsyncGenerator[StatefulSession]:
        """Like `fresh`, for probes of the stateful era."""
        async with self.fresh(start=start) as session:
            assert isinstance(session, StatefulSession)
            yield session

    async def http(
        self,
        method: str,
        *,
        session: Session | None = None,
        content: bytes = b"",
        headers: Headers | None = None,
        case: str = "",
    ) -> Sending:
        """Send any HTTP request to the endpoint, on the main session's connection by default."""
        chosen = session or await self.session()
        connection = chosen.connection
        assert isinstance(connection, HttpConnection)
        return connection.request(method, content=content, headers=headers, probe=probe_label(case))

    async def list_all(
        self, session: Session, method: str, member: str, *, case: str = ""
    ) -> list[JsonObject]:
        """Walk every page of a list; what is listed before a fault is returned."""
        items: list[JsonObject] = []
        cursor: JsonObject | None = None
        for _ in range(MAX_PAGES):
            answer = await session.request(method, cursor, case=case)
            if answer.result is None:
                break
            items += [as_object(item) for item in as_list(answer.result.get(member))]
            following = answer.result.get("nextCursor")
            if not isinstance(following, str):
                break
            cursor = {"cursor": following}
        return items

    async def list_tools(self) -> list[ListedTool]:
        """Return the tools, page by page."""
        self.remember_tools(await self.list_all(await self.session(), "tools/list", "tools"))
        return [listed_tool(tool) for tool in self.tools.values()]

    async def call(self, name: str, arguments: JsonObject) -> CallOutcome:
        """Call a tool; its value is the structured content, or else the content."""
        params: JsonObject = {"name": name, "arguments": arguments}
        answer = await (await self.session()).call("tools/call", params)
        if answer.result is None:
            return refusal(answer)
        value = answer.result.get("structuredContent", answer.result.get("content"))
        if answer.result.get("isError") is True:
            text = quote(answer.result.get("content"))
            return CallOutcome(failure=CallFailure(text=text, by_tool=True))
        return CallOutcome(value=value)

    async def ask(self, method: str, params: JsonObject, member: str = "") -> CallOutcome:
        """Send any request; its value is one member of the result, or all of it."""
        answer = await (await self.session()).call(method, params)
        if answer.result is None:
            return refusal(answer)
        return CallOutcome(value=answer.result.get(member) if member else answer.result)

    async def survey(self) -> None:
        """Look around, and use what is safe to use."""
        await survey(self)

    def callable_tools(self) -> list[tuple[str, JsonObject]]:
        """The tools that may be called: they declare themselves read-only, or are allowed."""
        tools = [tool for tool in map(listed_tool, self.tools.values()) if self.may_call(tool)]
        examples = [(tool.name, example_arguments(tool)) for tool in tools]
        return [(name, arguments) for name, arguments in examples if arguments is not None]

    def occasions(self, name: str) -> list[Occasion]:
        """Return the requests that make the server do this.

        What the user named comes first, and of that what was seen to do it.

        Args:
            name: one of `OCCASIONS`.
        """
        assert name in OCCASIONS, f"{name} is no occasion"
        return in_order(self.hints.occasions.get(name, ()), self._occasions.get(name, ()))

    def occasion(self, name: str) -> Occasion | None:
        """Return the first of `occasions`, or `None` where there is none."""
        return next(iter(self.occasions(name)), None)

    def credentials(self, name: str) -> Headers | None:
        """Return the header that presents a token of the user's, or `None` where there is none.

        Args:
            name: one of `TOKENS`; the contract file says which environment variable holds it.
        """
        assert name in TOKENS, f"{name} is no token"
        token = os.environ.get(self.hints.tokens.get(name, ""), "")
        if not token:
            return None
        self.recorder.mask.hide([token])
        return {"Authorization": f"Bearer {token}"}

    def learn_occasion(self, name: str, occasion: Occasion) -> None:
        """Keep what a probe found out for the probes after it."""
        known = self._occasions.setdefault(name, [])
        if occasion not in known:
            known.append(occasion)

    def notice_occasions(self) -> None:
        """Learn from the ordinary conversation what brings about what."""
        self._occasions = occasions_seen(Reading(self.recorder.transcript, self.revision))

    async def close(self) -> None:
        """Close every session that is still open, whatever happens to the others."""
        opened, self._main, self._elsewhere = list(self._opened), None, None
        self._opened.clear()
        await asyncio.gather(*self._leaving, return_exceptions=True)
        self._leaving.clear()
        async with AsyncExitStack() as stack:
            for session in opened:
                stack.push_async_callback(session.close)

    def _schemas(self) -> dict[str, JsonObject]:
        return {name: as_object(tool.get("inputSchema")) for name, tool in self.tools.items()}

    def remember_tools(self, tools: list[JsonObject]) -> None:
        """Keep the listed tools for the probes that call them."""
        self.tools = {
            str(tool["name"]): tool for tool in tools if isinstance(tool.get("name"), str)
        }
        if self._main is not None:
            self._main.tool_schemas = self._schemas()
