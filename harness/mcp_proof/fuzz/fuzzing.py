"""Fuzz a server: find what it offers, try each operation, tell what fails."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack
from traceback import format_exception
from typing import Final, TypeVar

from mcp_proof.approach import approach
from mcp_proof.driver import Driver
from mcp_proof.errors import PeerError, UsageError
from mcp_proof.events import RunStarted, peer_found
from mcp_proof.fuzz.campaign import Campaign
from mcp_proof.fuzz.case import Case, case_of
from mcp_proof.fuzz.corpus import Corpus
from mcp_proof.fuzz.course import everything, only
from mcp_proof.fuzz.events import FuzzEvent, FuzzFinished
from mcp_proof.fuzz.fuzzed import Fuzzed
from mcp_proof.fuzz.generation import Generator
from mcp_proof.fuzz.observation import Observation
from mcp_proof.fuzz.operation import Operation
from mcp_proof.fuzz.operations import methods_of, operations_of
from mcp_proof.fuzz.options import FuzzOptions
from mcp_proof.fuzz.peer import Peer
from mcp_proof.fuzz.phases import protocol
from mcp_proof.fuzz.protocol.case import ProtocolCase, is_protocol_case
from mcp_proof.fuzz.reproduction import reproduction
from mcp_proof.fuzz.stop import Stop, Stopped
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Target, header_of
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.opening import server_info
from mcp_proof_contracts.secrets.mask import Mask

T = TypeVar("T")

MANY: Final = 100_000
"""Restarts that a fuzzed server may need: each campaign has limits of its own."""


class Fuzzing:
    """One campaign against one target: iterate over `events()`; `interrupt()` ends it early."""

    def __init__(self, target: Target, options: FuzzOptions, mask: Mask | None = None) -> None:
        self.target = target
        self.options = options
        self.mask = mask or Mask()
        """What must be applied to all that is shown of the events."""
        self.mask.hide(target.secrets.values)
        self._stop = Stop(options.seconds)
        self._events: asyncio.Queue[FuzzEvent | None] = asyncio.Queue()
        self._faults: list[str] = []
        self._campaign: Campaign | None = None
        self._peer: Peer | None = None
        self._lost = ""
        self._others: set[asyncio.Task[object]] = set()
        """What uses servers of its own."""

    def interrupt(self) -> None:
        """End soon; what was found so far is told."""
        self._stop.interrupt()

    async def events(self) -> AsyncIterator[FuzzEvent]:
        """Run, telling each moment.

        Raises:
            PeerError: the server could not be started or reached.
            UsageError: there is nothing to fuzz, or a tool that it does not have was asked for.
        """
        started = time.monotonic()
        recorder = Recorder(header_of(self.target), secrets=self.target.secrets, mask=self.mask)
        header = recorder.transcript.header
        yield RunStarted(peer=header.peer, transport=header.transport, started=header.started)
        async with AsyncExitStack() as stack:
            server = await self._unless_stopped(self._start(stack, recorder))
            if server is not None:
                yield peer_found(server.spoken, server.transport, server.introduction)
                async for event in self._drive(server):
                    yield event
        yield FuzzFinished(
            cases=self._campaign.cases if self._campaign is not None else 0,
            calls=self._peer.calls if self._peer is not None else 0,
            seconds=time.monotonic() - started,
            interrupted=self._stop.interrupted,
            faults=(*recorder.faults, *self._faults),
            lost=self._lost,
        )

    async def _start(self, stack: AsyncExitStack, recorder: Recorder) -> ToolServer:
        options = self.options
        target = await stack.enter_async_context(self.target.started())
        server = await approach(target, recorder, options.spoken, options.timeout)
        stack.push_async_callback(server.close)
        server.allowed = frozenset(options.tools) | options.given.read_only
        return server

    async def _unless_stopped(self, work: Coroutine[object, object, T]) -> T | None:
        """Await `work`; `None` when an interrupt comes before its end."""
        loop, running = asyncio.get_running_loop(), asyncio.ensure_future(work)
        with self._stop.cancelling(lambda: loop.call_soon_threadsafe(running.cancel)):
            try:
                return await running
            except asyncio.CancelledError:
                if self._stop.interrupted:
                    return None
                raise

    async def _drive(self, server: ToolServer) -> AsyncIterator[FuzzEvent]:
        """Work in a thread, telling what is told there."""
        loop = asyncio.get_running_loop()
        working = asyncio.ensure_future(asyncio.to_thread(self._work, server, loop))
        working.add_done_callback(lambda _: self._events.put_nowait(None))
        try:
            while (event := await self._events.get()) is not None:
                yield event
        finally:
            if not working.done():
                self._stop.interrupt()
            await asyncio.wait({working})
            await asyncio.gather(*self._others, return_exceptions=True)
        working.result()

    def _work(self, server: ToolServer, loop: asyncio.AbstractEventLoop) -> None:
        def tell(event: FuzzEvent) -> None:
            loop.call_soon_threadsafe(self._events.put_nowait, event)

        if isinstance(server, Driver):
            server.max_restarts = server.max_hangs = MANY
        self._stop.begin()
        self._peer = peer = Peer(server, loop, self._stop, rate=self.options.rate)
        try:
            fuzzed = self._read(peer)
            methods = self._fuzzed(peer.await_(methods_of, server))
            peer.operations = {each.operation.label: each for each in (*fuzzed, *methods)}
            peer.settle()
            corpus = Corpus(self.options.corpus, str(server_info(server.introduction).get("name")))
            self._campaign = campaign = Campaign(
                peer,
                self.options,
                corpus=corpus,
                tell=tell,
                reproduction=reproduction(self.target, self.options),
                elsewhere=lambda case: asyncio.run_coroutine_threadsafe(
                    self._elsewhere(server, case), loop
                ),
            )
            given = self.options.case
            if given is not None and is_protocol_case(given):
                protocol.only(campaign, ProtocolCase.from_json(json.dumps(given)))
            elif given is not None:
                only(campaign, case_of(given))
            else:
                everything(campaign, fuzzed, lambda: self._read(peer))
        except Stopped:
            pass  # the end that was asked for: the phases have told what they leave untried
        except PeerError as error:
            self._lost = str(error)
        except UsageError as error:
            if self._campaign is None or not self._campaign.cases:
                raise
            self._lost = str(error)  # what was found before is still told
        except Exception as error:  # noqa: BLE001  # a fault of our own, told at the end
            self._faults.append("".join(format_exception(error)))
        finally:
            self._faults += self._campaign.faults if self._campaign is not None else []

    def _read(self, peer: Peer) -> list[Fuzzed]:
        return self._fuzzed(peer.await_(operations_of, peer.server))

    def _fuzzed(self, operations: Sequence[Operation]) -> list[Fuzzed]:
        found: list[Fuzzed] = []
        for each in operations:
            choices = self.options.given.choices(each)
            generator = Generator(each.label, each.input_schema, choices=choices)
            found.append(Fuzzed(each, generator, choices))
        return found

    async def _elsewhere(self, server: ToolServer, case: Case) -> list[Observation]:
        """Send a case to a server of its own, with all the patience that the user has."""
        if (task := asyncio.current_task()) is not None:
            self._others.add(task)
        recorder = Recorder(header_of(self.target), secrets=self.target.secrets, mask=self.mask)
        timeout = self.options.timeout
        other = await approach(server.target, recorder, server.spoken, timeout)
        try:
            assert self._peer is not None
            peer = Peer(other, asyncio.get_running_loop(), self._stop, rate=self.options.rate)
            peer.operations = self._peer.operations
            return await peer.send(case)
        finally:
            await other.close()
