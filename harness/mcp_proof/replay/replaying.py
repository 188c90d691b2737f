"""Serve a cassette, and record what it lacks where that is wanted."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from anyio.from_thread import start_blocking_portal

from mcp_proof.errors import McpProofError, PeerError, SecretError, UsageError
from mcp_proof.pass_through import RealServer, Recording, Tell
from mcp_proof.record.ending import HOW_TO_HIDE
from mcp_proof.replay.mode import Mode
from mcp_proof.replay.recording import appended, check_own, recorded_anew
from mcp_proof.targets import Reachable, Target
from mcp_proof.targets.cassette import opened
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.error_codes import INTERNAL_ERROR
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.redaction import LikelySecretError, Redaction
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.replay.opening import Opening
from mcp_proof_mocks.replay.pace import AT_ONCE, Pace
from mcp_proof_mocks.replay.server import played
from mcp_proof_mocks.replay.tape import Order
from mcp_proof_mocks.server import MockServer

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What is replayed, and how."""

    file: Path
    mode: Mode = Mode.NONE
    target: Target | None = None
    """The real server, for the modes that record one."""
    order: Order = Order.FREE
    pace: Pace = AT_ONCE
    strict: bool = False
    """Whether the server's `verify` fails on requests that nothing answers."""
    redaction: Redaction = field(default_factory=lambda: Redaction(mask=Mask()))
    """What is hidden in what is recorded."""
    may_be_silent: bool = False
    """Whether a recording is kept in which no client asked anything."""

    @property
    def records_anew(self) -> bool:
        """Whether the real server alone answers."""
        if self.mode is Mode.ALL:
            return True
        return self.mode in (Mode.ONCE, Mode.NEW) and not self.file.exists()


@asynccontextmanager
async def replaying(replay: Replay, tell: Tell = _log.warning) -> AsyncGenerator[MockServer]:
    """Give the server that plays a cassette; a shell of the mocks serves it.

    Args:
        replay: what is replayed, and how.
        tell: takes the sentence that says when a real server is lost.

    Raises:
        UsageError: the file is no cassette, or cannot be written; or there is no real server
            to record.
        PeerError: the real server cannot be started or reached; or it was lost, or nobody asked
            it anything, so that the recording did not take its place.
    """
    if replay.records_anew:
        async with _live(replay, tell) as server:
            yield server
        return
    if replay.mode is Mode.NEW:
        check_own(replay.file)
    with opened(replay.file) as cassette:
        play = partial(played, cassette, order=replay.order, pace=replay.pace, strict=replay.strict)
        if replay.mode is not Mode.NEW:
            yield play()
            return
        _check_dialect(cassette.header.dialect)
        async with AsyncExitStack() as stack:
            live = _Live(replay, tell, stack)
            live.server = play(live=live.connected)
            yield live.server
            if live.refused is not None:
                raise live.refused


@contextmanager
def running_replay(replay: Replay) -> Generator[tuple[str, MockServer]]:
    """Serve a cassette from a thread of its own while the block runs; gives URL and server.

    Raises:
        UsageError: as `replaying` has it.
        PeerError: likewise.
    """

    @asynccontextmanager
    async def served() -> AsyncGenerator[tuple[str, MockServer]]:
        async with replaying(replay) as server, serving(server) as url:
            server.home, server.url = asyncio.get_running_loop(), url
            yield url, server

    with (
        start_blocking_portal(name="mcp-proof replay") as portal,
        portal.wrap_async_context_manager(served()) as both,
    ):
        yield both


@asynccontextmanager
async def _live(replay: Replay, tell: Tell) -> AsyncGenerator[MockServer]:
    """Give a server whose every answer is that of the real one."""
    async with AsyncExitStack() as stack:
        live = _Live(replay, tell, stack)
        recording = stack.enter_context(recorded_anew(replay.file, live.fault, tell))
        live.recording = recording
        real = await live.connect()
        with opened(recording.file) as cassette:  # what was said so far, which answers nothing
            opening = Opening(revision=real.revision, result=real.introduction)
            live.server = played(
                cassette,
                opening=opening,
                live=live.connected,
                trusted=False,
                strict=replay.strict,
            )
            yield live.server


class _Live:
    """The real server, which is connected when it is first needed."""

    def __init__(
        self,
        replay: Replay,
        tell: Tell,
        stack: AsyncExitStack,
    ) -> None:
        if replay.target is None:
            raise UsageError(
                f"{replay.file}: with mode {replay.mode} a real server is recorded, and none is "
                "given. Add its URL, or its command after `--`; or use mode none"
            )
        self.server: MockServer | None = None
        self.recording: Recording | None = None
        """Where it is recorded, when not at the end of the cassette."""
        self._real: RealServer | None = None
        self._replay = replay
        self._target = replay.target
        self._tell = tell
        self._stack = stack
        self._connection: asyncio.Task[RealServer] | None = None

    async def connected(self) -> RealServer:
        """Return the real server, for a client that waits for its answer.

        Raises:
            RefusalError: it cannot be started or reached.
        """
        try:
            return await self.connect()
        except McpProofError as error:
            self._tell(str(error))
            raise RefusalError(INTERNAL_ERROR, str(error)) from error

    async def connect(self) -> RealServer:
        """Return the real server; one that could not be reached is tried again.

        Raises:
            McpProofError: it cannot be started or reached.
        """
        before = self._connection
        if before is None or (before.done() and before.exception() is not None):
            self._connection = before = asyncio.create_task(self._connected())
        return await asyncio.shield(before)  # whoever gives up leaves it to the others

    async def _connected(self) -> RealServer:
        async with AsyncExitStack() as stack:
            recording = self.recording or stack.enter_context(appended(self._replay.file))
            reachable: Reachable = await stack.enter_async_context(self._target.started())
            redaction = self._replay.redaction
            recording = recording._replace(redaction=redaction)
            real = RealServer(reachable, self._overhear, self._tell, redaction.mask, recording)
            stack.push_async_callback(real.close)
            await real.start()
            if real.refused is not None:
                raise _secret(real.refused)
            self._stack.push_async_exit(stack.pop_all())  # else all is given up, to be tried again
        self._real = real
        return real

    @property
    def _introduced(self) -> bool:
        player = None if self.server is None else self.server.player
        return player is not None and player.introduced

    @property
    def refused(self) -> SecretError | None:
        """Why not all is recorded, where that is strict."""
        found = None if self._real is None else self._real.refused
        return None if found is None else _secret(found)

    def fault(self) -> McpProofError | None:
        """Return why what was recorded is no cassette, if it is none."""
        real = self._real
        if real is None:
            return None
        if self.refused is not None:
            return self.refused
        if real.lost:
            return PeerError(f"the real server, {self._target.label}, was lost")
        if not (real.answered or self._introduced or self._replay.may_be_silent):
            return PeerError("no client asked anything")
        return None

    def _overhear(self, method: str, params: JsonObject) -> None:
        if self.server is not None:
            self.server.overhear(method, params)


def _secret(found: LikelySecretError) -> SecretError:
    return SecretError(f"{found}; the recording ended there. {HOW_TO_HIDE}")


def _check_dialect(dialect: Dialect) -> None:
    if dialect is not Dialect.MCP:
        raise UsageError(
            f"this is a cassette of {dialect}, to which nothing can be added: record it anew with "
            "`mcp-proof record`"
        )
