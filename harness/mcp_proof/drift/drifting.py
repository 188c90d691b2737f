"""Send again what a recording asked, and tell what of the answers has another structure."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from traceback import format_exception
from typing import Final

from mcp_proof.approach import approach
from mcp_proof.drift.answer import Answer, introduced
from mcp_proof.drift.answers_given import RecordedClient
from mcp_proof.drift.carried import Carried
from mcp_proof.drift.difference import Difference
from mcp_proof.drift.events import Compared, DriftEvent, DriftFinished, Verdict
from mcp_proof.drift.heard import Heard
from mcp_proof.drift.judgement import compared, gone, judged, vanished
from mcp_proof.drift.live import Live, live
from mcp_proof.drift.options import DriftOptions
from mcp_proof.drift.permission import Permission
from mcp_proof.drift.plan import Plan
from mcp_proof.drift.recorded import INTRODUCTION, Recording, Request
from mcp_proof.errors import NotSpokenError, PeerError, UsageError
from mcp_proof.events import RunStarted, peer_found
from mcp_proof.interruption import Interruption
from mcp_proof.recorder import Recorder
from mcp_proof.sessions.client import ClientProfile
from mcp_proof.targets import Reachable, Target, header_of
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.dialect import Dialect, dialect_of
from mcp_proof_contracts.opening import server_info
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.suggestion import did_you_mean

LOST: Final = "the server was lost before"
INTERRUPTED: Final = "the run was interrupted before"

CARRIERS: Final = ("resources/list", "resources/read", "prompts/get")
"""What answers with data besides calls of tools."""


class Drifting:
    """One comparison of a recording with a server: iterate over `events()`."""

    def __init__(
        self, recording: Recording, target: Target, options: DriftOptions, mask: Mask | None = None
    ) -> None:
        self.recording = recording
        self.target = target
        self.options = options
        self.mask = mask or Mask()
        """What must be applied to all that is shown of the events."""
        self.mask.hide(target.secrets.values)
        self._client = RecordedClient(recording)
        self._stop = Interruption()
        self._faults: list[str] = []
        self._lost = ""
        self._ended = ""
        """Why nothing more is sent; empty while something is."""

    def interrupt(self) -> None:
        """End now; what was compared so far is told."""
        self._stop.want()

    async def events(self) -> AsyncIterator[DriftEvent]:
        """Run, telling each moment.

        Raises:
            PeerError: the server could not be started or reached.
            UsageError: the server speaks another dialect than the recording, or a tool was named
                that neither of them has.
        """
        started = time.monotonic()
        recorder = Recorder(header_of(self.target), secrets=self.target.secrets, mask=self.mask)
        header = recorder.transcript.header
        yield RunStarted(peer=header.peer, transport=header.transport, started=header.started)
        async with AsyncExitStack() as stack:
            server = await self._stop.unless(self._start(stack, recorder))
            if server is not None:
                yield peer_found(server.spoken, server.transport, server.introduction)
                async for event in self._compare(live(server, self._client)):
                    yield event
        yield DriftFinished(
            seconds=time.monotonic() - started,
            interrupted=self._stop.wanted,
            faults=(*recorder.faults, *self._faults),
            lost=self._lost,
        )

    async def _start(self, stack: AsyncExitStack, recorder: Recorder) -> ToolServer:
        target = await stack.enter_async_context(self.target.started())
        server = await self._approach(target, recorder)
        stack.push_async_callback(server.close)
        recorded, spoken = self.recording.dialect, dialect_of(server.spoken)
        if recorded is not spoken:
            raise UsageError(
                f"the recording is one of {recorded}, and {self.target.label} speaks {spoken}: "
                "answers in two dialects cannot be compared"
            )
        server.allowed = frozenset(self.options.tools)
        return server

    async def _approach(self, target: Reachable, recorder: Recorder) -> ToolServer:
        """Speak what the recording speaks, or else what the server does."""
        options, recording = self.options, self.recording
        profile = ClientProfile(capabilities=recording.capabilities, answer=self._client.answer)
        if options.spoken is not None:
            return await approach(target, recorder, options.spoken, options.timeout, profile)
        if recording.dialect is not Dialect.MCP:
            return await approach(target, recorder, recording.dialect, options.timeout, profile)
        try:
            return await approach(target, recorder, recording.revision, options.timeout, profile)
        except NotSpokenError:
            return await approach(target, recorder, None, options.timeout, profile)

    async def _compare(self, server: Live) -> AsyncIterator[Compared]:
        try:
            for introduction in self._introductions(server):
                yield introduction
            permission = await self._stop.unless(self._permission(server))
            if permission is None:
                return
            async for event in self._requests(server, permission):
                yield event
        except PeerError as error:
            self._lost = str(error)
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001  # a fault of our own, told at the end
            self._faults.append("".join(format_exception(error)))

    async def _permission(self, server: Live) -> Permission:
        tools = await server.tools()
        recorded = {name for request in self.recording.requests for name in request.tools}
        for name in self.options.tools:
            if name not in tools and name not in recorded:
                hint = did_you_mean(name, {*tools, *recorded})
                raise UsageError(
                    f"--tool: neither the recording nor the server has a tool {name!r}.{hint}"
                )
        return Permission(
            tools=tools,
            known=self.recording.listed_tools,
            why_no_tools=server.why_no_tools,
            allowed=frozenset(self.options.tools),
            destructive=self.options.allow_destructive,
            revision=server.revision,
        )

    def _introductions(self, server: Live) -> Iterator[Compared]:
        recorded = self.recording.introductions
        now = server.server.introduction
        if not recorded or server.revision is None:
            return
        other = self.recording.revision is not server.revision
        told = [introduced(each, server_info(each), other_revision=other) for each in recorded]
        own = [each for each in self.options.matchers if each.method in (None, INTRODUCTION)]
        matchers = [each for each in own if each.tool is None]
        found = compared(told, introduced(now, server_info(now), other_revision=other), matchers)
        same = [Request(method=INTRODUCTION) for _ in recorded]
        yield _result(same[0], same, found)

    async def _requests(self, server: Live, permission: Permission) -> AsyncIterator[Compared]:
        heard, carried = Heard(server.server.recorder), Carried()
        for request, same in Plan(self.recording.requests).steps(permission):
            if missing := permission.gone(request):
                yield _result(request, same, [gone(tool) for tool in missing])
                continue
            reason = permission.refusal(request) or self._ended
            answer = None if reason else await self._answer(server, carried.into(request))
            if answer is None:
                heard.left_out()
                yield _untested(request, same, reason or self._ended)
                continue
            heard.asked(same)
            if request.tools or request.method in CARRIERS:
                for each in same:
                    carried.learn(each.answer.value if each.answer else None, answer.value)
            found = judged(same, answer, server.asked(), self.options.matchers)
            yield _result(request, same, found)
        for method in () if self._ended else heard.missing():
            yield _result(Request(method=method), [], [vanished(method)])

    async def _answer(self, server: Live, request: Request) -> Answer | None:
        """Send a request; `None` where the run ends here, and `_ended` says why."""
        server.asked()
        try:
            answer = await self._stop.unless(server.ask(request))
        except PeerError as error:
            self._lost, self._ended = str(error), LOST
            return None
        if answer is None:
            self._ended = INTERRUPTED
        return answer


def _result(request: Request, same: list[Request], found: list[Difference]) -> Compared:
    return Compared(
        operation=request.operation,
        params=request.params,
        verdict=Verdict.DRIFTED if found else Verdict.SAME,
        recorded=len(same),
        differences=tuple(found),
    )


def _untested(request: Request, same: list[Request], reason: str) -> Compared:
    return Compared(
        operation=request.operation,
        params=request.params,
        verdict=Verdict.UNTESTED,
        recorded=len(same),
        reason=reason,
    )
