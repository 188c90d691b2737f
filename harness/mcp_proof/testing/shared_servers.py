"""The servers that the tests of one process share: each is started once and ended with the run."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final, Self

from anyio.from_thread import BlockingPortal, start_blocking_portal

from mcp_proof.approach import approach
from mcp_proof.gate import Gate
from mcp_proof.recorder import Recorder
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.tally import Tally
from mcp_proof.targets import CommandTarget, Reachable, UrlTarget, header_of, target_of
from mcp_proof.testing.blame import told_plainly
from mcp_proof.testing.client import Client
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.dialect import Spoken

MOST: Final = 4
"""Servers that are kept running: a test for each of many servers must not keep them all."""
DESCRIPTIONS: Final[tuple[type, ...]] = (str, list, tuple, CommandTarget, UrlTarget)
"""Values that stand for the same server wherever they are equal."""


@dataclass(slots=True)
class _Running:
    """A server that has been started."""

    value: object
    """What it was asked for by."""
    target: Reachable
    ending: ExitStack
    spoken: Spoken | None
    driver: ToolServer | None = None
    """The conversation that tests share where each would need a process of its own."""
    opening: int = 0
    """How many events the beginning of that conversation has."""


@dataclass(slots=True)
class SharedServers:
    """Starts servers when they are first needed, and keeps the last few of them."""

    portal: BlockingPortal
    options: VerifyOptions = field(default_factory=VerifyOptions)
    """The revision to speak, and how patiently."""
    gate: Gate = field(default_factory=Gate)
    _running: list[_Running] = field(default_factory=list[_Running])
    _verified: list[tuple[object, object, Tally | Exception]] = field(
        default_factory=list[tuple[object, object, "Tally | Exception"]]
    )
    """What became of the verification that each group of tests asked for."""

    @classmethod
    @contextmanager
    def opened(cls, options: VerifyOptions, gate: Gate) -> Generator[Self]:
        """Hold the servers and their event loop while the block runs."""
        with start_blocking_portal() as portal:
            servers = cls(portal, options, gate)
            try:
                yield servers
            finally:
                servers._end()

    def _end(self) -> None:
        with ExitStack() as stack:  # one that fails to end must not keep the others
            for running in self._running:
                stack.callback(running.ending.close)

    @contextmanager
    def client(self, value: object) -> Generator[Client]:
        """Connect to what the value stands for: see `target_of`.

        Raises:
            pytest.fail.Exception: it stands for nothing, or cannot be started or reached.
        """
        with told_plainly():
            running = self._started(value)
            driver = self._driver(running)
        try:
            yield Client(driver, self.portal)
        finally:
            if driver is not running.driver:
                self.portal.call(driver.close)

    def _driver(self, running: _Running) -> ToolServer:
        """Return a new conversation; over stdio, where it needs a process, the one there is."""
        if running.target.transport != "stdio":
            return self._introduced(running)
        if running.driver is None or running.driver.lost:
            running.driver = self._introduced(running)
            running.opening = len(running.driver.recorder.transcript.events)
            running.ending.callback(self.portal.call, running.driver.close)
        recorder = running.driver.recorder
        recorder.begin_anew(recorder.transcript.events[: running.opening])
        return running.driver

    def verified(self, group: object, value: object, options: VerifyOptions) -> Tally:
        """Return the verification for a group of tests; the first that asks waits for it.

        Tests of one group about different servers have a verification for each.

        Raises:
            UsageError: the value stands for nothing, or the options choose nothing.
            PeerError: the server cannot be started or reached.
        """
        before = (
            done
            for known, server, done in self._verified
            if known == group and _same(server, value)
        )
        done = next(before, None)
        if done is None:
            done = self._verify(value, options)
            self._verified.append((group, value, done))
        if isinstance(done, Exception):
            raise done
        return done

    def _verify(self, value: object, options: VerifyOptions) -> Tally | Exception:
        try:
            return self.portal.call(self._tally, self._started(value).target, options)
        except Exception as error:  # noqa: BLE001  # raised again for every test of the group
            return error

    async def _tally(self, target: Reachable, options: VerifyOptions) -> Tally:
        tally = Tally(gate=self.gate, asked=options.spoken)
        async for event in Verification(target, options, tally.mask).events():
            tally.take(event)
        return tally

    def _started(self, value: object) -> _Running:
        for number, running in enumerate(self._running):
            if _same(running.value, value):
                self._running.append(self._running.pop(number))
                return running
        while len(self._running) >= MOST:
            self._running.pop(0).ending.close()
        target, ending = target_of(value), ExitStack()
        reachable = ending.enter_context(self.portal.wrap_async_context_manager(target.started()))
        running = _Running(value, reachable, ending, self.options.spoken)
        self._running.append(running)
        return running

    def _introduced(self, running: _Running) -> ToolServer:
        target = running.target
        recorder = Recorder(header_of(target), secrets=target.secrets)
        driver = self.portal.call(approach, target, recorder, running.spoken, self.options.timeout)
        running.spoken, running.target = driver.spoken, driver.target
        return driver


def _same(one: object, other: object) -> bool:
    """Whether two values stand for one server: the same object, or an equal description."""
    return one is other or (isinstance(one, DESCRIPTIONS) and one == other)
