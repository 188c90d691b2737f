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
from mcp_proof.fuzz.case import Case, Step, UnresolvedError, renumbered, resolved, shifted
from mcp_proof.fuzz.client import answering, is_hostile
from mcp_proof.fuzz.fuzzed import Fuzzed, Input
from mcp_proof.fuzz.generation import Validity
from mcp_proof.fuzz.observation import Ending, Observation
from mcp_proof.fuzz.operations import call
from mcp_proof.fuzz.operations.cancelled import cancelled
from mcp_proof.fuzz.stop import Stop
from mcp_proof.fuzz.together import together
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


@dataclass(slots=True)
class Client:
    """Who speaks in one session after the other, over connections of its own."""

    server: ToolServer
    session: str = ""
    """The name of the present one."""
    opening: tuple[Event, ...] = ()
    """What was recorded while it was opened."""


class Peer:
    """Sends cases, in one session as long as it lasts; a case may use a second one."""

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
        """What was sent since the session began, oldest first; references are to steps of it."""
        self.calls = 0
        self._loop = loop
        self._stop = stop
        self._pause = 1 / rate if rate else 0.0
        self._next = 0.0
        self._gone = False
        """Whether the server did not come back after the last step."""
        self._base: Sequence[Event] = ()
        self._clients = [Client(server)]
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

    @property
    def session(self) -> str:
        """The name of the present session."""
        return self._clients[0].session

    def settle(self) -> None:
        """Take all that was recorded so far for the introduction, which every cut keeps."""
        self._base = tuple(self.events)
        self._clients[0].session = self.await_(self.server.ready)

    def cut(self) -> None:
        """Forget what was recorded besides the introductions."""
        openings = [event for client in self._clients for event in client.opening]
        self.server.recorder.begin_anew([*self._base, *openings])
        self.kept = len(self.events)

    def renew(self) -> None:
        """Begin a new session."""
        self.await_(self._renewed)

    async def _renewed(self) -> None:
        for client in self._clients:
            await client.server.renew()
        await self._ready(self._clients[0])

    async def _ready(self, client: Client) -> None:
        """Have a session; the events that opened it are kept with the introduction.

        Raises:
            PeerError: the server cannot be brought back.
        """
        if self._gone and not await self.server.answers():
            raise PeerError(f"{self.server.target.label} is gone: it answers nothing any more")
        self._gone = False
        before = len(self.events)
        name = await client.server.ready()
        if name != client.session:
            client.session = name
            client.opening = tuple(e for e in self.events[before:] if e.session == name)
            if client is self._clients[0]:
                self.history = []

    async def _client(self, session: int) -> Client:
        """Return who speaks in a session of this number.

        Raises:
            PeerError: the server takes no other session.
        """
        while len(self._clients) <= session:
            self._clients.append(Client(self.server.beside()))
        client = self._clients[session]
        if session:
            client.server.wait_at_most(self.server.timeout)
            await self._ready(client)
        return client

    async def open(self, session: int) -> None:
        """Have a session of this number.

        Raises:
            PeerError: the server takes no other session.
        """
        await self._client(session)

    async def lists(self) -> JsonObject:
        """Return what the server lists."""
        await self._ready(self._clients[0])
        return await self.server.lists()

    # Cases

    def run(
        self, case: Case, *, watch_lists: bool = False, earlier: Sequence[Observation] = ()
    ) -> list[Observation]:
        """Send a case; what was seen of each step, as far as they could be sent.

        Args:
            case: what to send.
            watch_lists: whether to look at what the server lists before and after.
            earlier: what was seen of the first steps, where they were the last that were sent.

        Raises:
            PeerError: the server cannot be brought back.
            Stopped: the fuzzing is to end.
        """
        return self.await_(self.send, case, watch_lists, earlier)

    async def send(
        self,
        case: Case,
        watch_lists: bool = False,  # noqa: FBT001, FBT002  # what passes it to the loop has no keywords
        earlier: Sequence[Observation] = (),
    ) -> list[Observation]:
        """Do the same in the loop."""
        await self._ready(self._clients[0])
        if len(self.history) > 2 * HISTORY and not earlier:
            self.history = list(renumbered(list(enumerate(self.history))[-HISTORY:]))
        before: JsonObject = await self._steady_lists() if watch_lists else {}
        start, seen = max(len(self.history) - len(earlier), 0), list(earlier)
        while len(seen) < len(case.steps):
            steps = case.in_flight_from(len(seen))
            inputs = self._inputs(steps, seen)
            new = await self._sent(inputs, start)
            seen += new
            if len(new) < len(steps) or any(o.ending is not Ending.ANSWERED for o in new):
                break
        if watch_lists and seen and seen[-1].ending is Ending.ANSWERED:
            changed = changed_lists(before, await self.lists())
            seen[-1] = replace(seen[-1], changed_lists=changed)
        return seen

    async def _steady_lists(self) -> JsonObject:
        """Return what is listed, without the lists that change by themselves."""
        first, second = await self.lists(), await self.lists()
        changing = changed_lists(first, second)
        return {name: entries for name, entries in second.items() if name not in changing}

    def _inputs(self, steps: Sequence[Step], seen: Sequence[Observation]) -> list[Input]:
        """Return what the steps come to, up to one that needs what nothing has answered."""
        found: list[Input] = []
        answers = [each.answer for each in seen]
        for step in steps:
            try:
                arguments = resolved(step.arguments, answers)
            except UnresolvedError:
                break
            assert isinstance(arguments, Mapping)
            found.append(Input(step, self.operations[step.label], arguments))
        return found

    async def _sent(self, inputs: Sequence[Input], start: int) -> list[Observation]:
        """Send what goes out together.

        Args:
            inputs: the steps; mostly it is one.
            start: where in the history the case begins, to whose steps they refer.
        """
        self.history += shifted([each.step for each in inputs], start)
        if len(inputs) > 1:
            return await together(inputs, self._step, self._in_flight)
        return [await self._step(each) for each in inputs]

    async def _step(self, given: Input) -> Observation:
        return (await self._in_flight([given]))[0]

    async def _in_flight(self, inputs: Sequence[Input]) -> list[Observation]:
        """Send inputs at the same time, and wait for their answers."""
        clients = [await self._client(each.step.session) for each in inputs]
        begun, started = len(self.events), time.monotonic()
        outcomes = await asyncio.gather(*map(self._called, inputs, clients))
        endings: list[Ending] = []
        for outcome, client in zip(outcomes, clients, strict=True):
            lost = next((e for e in endings if e is not Ending.ANSWERED), None)
            unanswered = outcome.failure is not None and not outcome.failure.answered
            endings.append(
                lost if lost and unanswered else await self._ending(outcome, client, begun)
            )
        events, seconds = tuple(self.events[begun:]), time.monotonic() - started
        return [
            Observation(
                operation=each.fuzzed.operation,
                arguments=each.arguments,
                validity=each.fuzzed.validity(each.arguments),
                spoken=self.server.spoken,
                outcome=outcome,
                ending=ending,
                events=events,
                seconds=seconds,
                session=each.step.session,
                client=each.step.client,
                cancelled=each.step.cancel,
            )
            for each, outcome, ending in zip(inputs, outcomes, endings, strict=True)
        ]

    async def _called(self, given: Input, client: Client) -> CallOutcome:
        await self.pace()
        self.calls += 1
        step, server, hostile = given.step, client.server, is_hostile(given.step.client)
        good = given.fuzzed.validity(given.arguments) is Validity.VALID and not step.cancel
        if isinstance(server, Driver):
            server.answer_by(answering(step.client), ODD if hostile else "")
        label = current_probe.set("" if good and not hostile else ODD)
        try:
            if step.cancel and isinstance(server, Driver):
                return await cancelled(server, step.name, given.arguments)
            return await call(server, given.fuzzed.operation, given.arguments)
        finally:
            current_probe.reset(label)

    async def pace(self) -> None:
        """Keep the rate that the user allows."""
        if self._pause:
            now = time.monotonic()
            self._next = max(self._next, now) + self._pause
            await asyncio.sleep(self._next - self._pause - now)

    async def _ending(self, outcome: CallOutcome, client: Client, begun: int) -> Ending:
        """Tell a slow call from a dead server: by a control request, or the end of the process."""
        if outcome.failure is None or outcome.failure.answered:
            return Ending.ANSWERED
        session = client.session
        events = [e for e in self.events[begun:] if e.session == session or not session]
        told = [e.data for e in events if e.kind is EventKind.SILENCE]
        alive = told[-1].get("alive") if told else None
        if alive is None and told and "alive" not in told[-1]:
            alive = await client.server.answers()
        if alive is None:
            return await self._why_ended(client, begun)
        with_it = Ending.SLOW if alive else Ending.HUNG
        await client.server.renew()  # what still runs there is nobody's any more
        return with_it

    async def _why_ended(self, client: Client, begun: int) -> Ending:
        await client.server.renew()
        closed = [e.data for e in self.events[begun:] if e.kind is EventKind.CLOSE]
        if any(data.get("how") == "crashed" for data in closed):
            return Ending.CRASHED
        if await client.server.answers():
            return Ending.DROPPED
        self._gone = True
        return Ending.CRASHED


def changed_lists(before: JsonObject, after: JsonObject) -> tuple[str, ...]:
    """The names of the lists that hold other entries than before, in whatever order."""
    return tuple(name for name in before if _entries(before[name]) != _entries(after.get(name)))


def _entries(value: Json) -> list[bytes]:
    return sorted(encode(item) for item in value) if isinstance(value, list) else []
