"""The server as the fuzzer sees it: a case goes in, what was seen of it comes out.

The fuzzer is plain code in a thread of its own, for Hypothesis is; the server lives in an event
loop, to which each call here hops.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from mcp_proof.driver import Driver
from mcp_proof.errors import PeerError
from mcp_proof.fuzz.case import Case, Step, UnresolvedError, resolved
from mcp_proof.fuzz.client import answering, is_hostile
from mcp_proof.fuzz.generation import Generator, Validity
from mcp_proof.fuzz.generation.choices import NO_CHOICES, Choices
from mcp_proof.fuzz.observation import Ending, Observation
from mcp_proof.fuzz.operation import Operation
from mcp_proof.fuzz.operations import call
from mcp_proof.fuzz.stop import Stop
from mcp_proof.recorder import current_probe
from mcp_proof.tool_server import CallOutcome, ToolServer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.transcript import Event, EventKind
from mcp_proof_contracts.wire import encode

T = TypeVar("T")

ODD: Final = "fuzz"
"""The probe in whose name is sent what is not certainly good: inputs, and our client's answers."""
HISTORY: Final = 500
"""Steps of one session that are remembered, to find out on which of them a failure depends."""


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """An operation with what makes its inputs."""

    operation: Operation
    generator: Generator
    choices: Choices = NO_CHOICES
    """What the user gave for it."""

    def validity(self, arguments: JsonObject) -> Validity:
        """Return whether arguments are good; only of a schema of the server's own it is sure."""
        if not self.operation.has_schema_of_its_own:
            return Validity.UNJUDGED
        return self.generator.verdict(arguments)


class Peer:
    """Sends cases, on one session as long as it lasts."""

    def __init__(
        self,
        server: ToolServer,
        loop: asyncio.AbstractEventLoop,
        stop: Stop,
        *,
        rate: float | None = None,
    ) -> None:
        self.server = server
        self.operations: Mapping[str, Fuzzed] = {}
        """What can be sent, by label."""
        self.history: list[Step] = []
        """What was sent on this session, oldest first."""
        self.calls = 0
        self._loop = loop
        self._stop = stop
        self._pause = 1 / rate if rate else 0.0
        self._next = 0.0
        self._session = ""
        self._gone = False
        """Whether the server did not come back after the last step."""
        self._base: Sequence[Event] = ()
        self._opening: Sequence[Event] = ()
        self.kept = 0
        """How many events the last cut has kept."""

    @property
    def stop_reason(self) -> str:
        """Why the fuzzing ended, where it did."""
        return self._stop.reason

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the fuzzing is to end; `None` where there is no limit."""
        return self._stop.left

    def await_(self, work: Callable[..., Coroutine[object, object, T]], *arguments: object) -> T:
        """Run a coroutine function in the loop; return its result.

        Raises:
            Stopped: the fuzzing is to end.
        """
        self._stop.check()
        running = asyncio.run_coroutine_threadsafe(work(*arguments), self._loop)
        return self.watched(running)

    def watched(self, running: Future[T]) -> T:
        """Wait for what runs in the loop.

        Raises:
            Stopped: the fuzzing is to end.
        """
        return self._stop.watched(running)

    # Sessions

    @property
    def events(self) -> Sequence[Event]:
        """All that was recorded since the last cut."""
        return self.server.recorder.transcript.events

    def settle(self) -> None:
        """Take all that was recorded so far for the introduction, which every cut keeps."""
        self._base = tuple(self.events)
        self._session = self.await_(self.server.ready)

    def cut(self) -> None:
        """Forget what was recorded besides the introductions."""
        self.server.recorder.begin_anew([*self._base, *self._opening])
        self.kept = len(self.events)

    def renew(self) -> None:
        """Begin a new session."""
        self.await_(self._renewed)

    async def _renewed(self) -> None:
        await self.server.renew()
        await self._ready()

    async def _ready(self) -> None:
        """Have a session; the events that opened it are kept with the introduction.

        Raises:
            PeerError: the server cannot be brought back.
        """
        if self._gone and not await self.server.answers():
            raise PeerError(f"{self.server.target.label} is gone: it answers nothing any more")
        self._gone = False
        before = len(self.events)
        name = await self.server.ready()
        if name != self._session:
            self._session = name
            self._opening = tuple(e for e in self.events[before:] if e.session == name)
            self.history = []

    # Cases

    def run(self, case: Case, *, watch_lists: bool = False) -> list[Observation]:
        """Send a case; what was seen of each step, as far as they could be sent.

        Args:
            case: what to send.
            watch_lists: whether to look at what the server lists before and after.

        Raises:
            PeerError: the server cannot be brought back.
            Stopped: the fuzzing is to end.
        """
        return self.await_(self.send, case, watch_lists)

    async def send(self, case: Case, watch_lists: bool = False) -> list[Observation]:  # noqa: FBT001, FBT002  # what passes it to the loop has no keywords
        """Do the same in the loop."""
        await self._ready()
        before = await self.server.lists() if watch_lists else None
        seen: list[Observation] = []
        for step in case.steps:
            try:
                arguments = resolved(step.arguments, [each.answer for each in seen])
            except UnresolvedError:
                break
            assert isinstance(arguments, Mapping)
            seen.append(await self._step(step, arguments))
            if seen[-1].ending is not Ending.ANSWERED:
                break
        if before is not None and seen and seen[-1].ending is Ending.ANSWERED:
            changed = _changed(before, await self.server.lists())
            seen[-1] = replace(seen[-1], changed_lists=changed)
        return seen

    async def _step(self, step: Step, arguments: JsonObject) -> Observation:
        await self.pace()
        fuzzed = self.operations[step.label]
        validity = fuzzed.validity(arguments)
        self.history = [*self.history[-HISTORY:], step]
        self.calls += 1
        odd = validity is not Validity.VALID or is_hostile(step.client)
        if isinstance(self.server, Driver):
            self.server.answer_by(answering(step.client), ODD if is_hostile(step.client) else "")
        label = current_probe.set(ODD if odd else "")
        begun, started = len(self.events), time.monotonic()
        try:
            outcome = await call(self.server, fuzzed.operation, arguments)
            ending = await self._ending(outcome, begun)
        finally:
            current_probe.reset(label)
        return Observation(
            operation=fuzzed.operation,
            arguments=arguments,
            client=step.client,
            validity=validity,
            spoken=self.server.spoken,
            outcome=outcome,
            ending=ending,
            events=tuple(self.events[begun:]),
            seconds=time.monotonic() - started,
        )

    async def pace(self) -> None:
        """Keep the rate that the user allows."""
        if self._pause:
            now = time.monotonic()
            self._next = max(self._next, now) + self._pause
            await asyncio.sleep(self._next - self._pause - now)

    async def _ending(self, outcome: CallOutcome, begun: int) -> Ending:
        """Tell a slow call from a dead server: by a control request, or the end of the process."""
        if outcome.failure is None or outcome.failure.answered:
            return Ending.ANSWERED
        told = [e.data for e in self.events[begun:] if e.kind is EventKind.SILENCE]
        alive = told[-1].get("alive") if told else None
        if alive is None and told and "alive" not in told[-1]:
            alive = await self.server.answers()
        if alive is None:
            return await self._why_ended(begun)
        with_it = Ending.SLOW if alive else Ending.HUNG
        await self.server.renew()  # what still runs there is nobody's any more
        return with_it

    async def _why_ended(self, begun: int) -> Ending:
        await self.server.renew()
        closed = [e.data for e in self.events[begun:] if e.kind is EventKind.CLOSE]
        if any(data.get("how") == "crashed" for data in closed):
            return Ending.CRASHED
        if await self.server.answers():
            return Ending.DROPPED
        self._gone = True
        return Ending.CRASHED


def _changed(before: JsonObject, after: JsonObject) -> tuple[str, ...]:
    """The names of the lists that hold other entries than before, in whatever order."""
    return tuple(name for name in before if _entries(before[name]) != _entries(after.get(name)))


def _entries(value: Json) -> list[bytes]:
    return sorted(encode(item) for item in value) if isinstance(value, list) else []
