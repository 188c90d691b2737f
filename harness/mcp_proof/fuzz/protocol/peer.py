"""Send cases to a server, and find out after each whether it still answers what is right."""

import time
from dataclasses import replace

from mcp_proof.dialects.over_http import HttpToolServer
from mcp_proof.dialects.queue import QueueServer
from mcp_proof.driver import Driver
from mcp_proof.errors import PeerError, UsageError
from mcp_proof.fuzz.protocol.case import ProtocolCase
from mcp_proof.fuzz.protocol.channel import Channel
from mcp_proof.fuzz.protocol.dialect_channels import HttpChannel, QueueChannel
from mcp_proof.fuzz.protocol.mcp_channel import McpChannel
from mcp_proof.fuzz.protocol.observation import (
    PROBE,
    Control,
    Ending,
    ProtocolObservation,
    Reply,
    ending_in,
    replies_in,
)
from mcp_proof.fuzz.protocol.sent import read_case
from mcp_proof.recorder import current_probe
from mcp_proof.targets import AsgiTarget
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.reading import BARRIER
from mcp_proof_contracts.wire import id_key


def has_framing(server: ToolServer) -> bool:
    """Whether HTTP frames what a server is sent: nothing does to an application in this process."""
    return server.transport == "http" and not isinstance(server.target, AsgiTarget)


async def send_case(server: ToolServer, case: ProtocolCase) -> ProtocolObservation:
    """Send one case on a session of its own.

    Raises:
        PeerError: the server answers nothing even before the case.
        UsageError: the case is for another transport than the server's.
    """
    peer = ProtocolPeer(server)
    try:
        return await peer.send(case)
    finally:
        await peer.close()


class ProtocolPeer:
    """Sends case after case on one session for as long as it lasts, then on a fresh one."""

    def __init__(self, server: ToolServer) -> None:
        self._server = server
        self._spoken = server.spoken
        self._events = server.recorder.transcript.events
        self._channel: Channel | None = None
        self._answered: set[tuple[str, str]] = set()
        """The ids that were sent on this session before: an answer to them may come late."""

    async def send(self, case: ProtocolCase) -> ProtocolObservation:
        """Send a case, then a good request; where that brings nothing, one on a fresh session.

        Raises:
            PeerError: the server answers nothing even before the case.
            UsageError: the case is for another transport than the server's.
        """
        self._check(case)
        channel = await self._ready(case)
        begin, started = len(self._events), time.monotonic()
        await self._send(channel, case)
        control = await channel.control()
        seconds = time.monotonic() - started
        replies = self._replies(channel, case, begin)
        ending = await self._ending(channel, begin)
        afresh = (
            None if control in (Control.ANSWERED, Control.SILENT) else await self._afresh(channel)
        )
        if case.opening:
            await channel.close()
        elif Control.ANSWERED not in (control, afresh):
            await self.close()  # the next case begins with a good request, or with a PeerError
        return ProtocolObservation(
            replies=replies,
            control=control,
            afresh=afresh,
            ending=ending,
            seconds=seconds,
            events=tuple(self._events[begin:]),
        )

    async def close(self) -> None:
        """End the session."""
        if self._channel is not None:
            await self._channel.close()
            self._channel = None

    def _check(self, case: ProtocolCase) -> None:
        """Refuse a case that cannot be sent to this server as it is."""
        if case.transport != self._server.transport:
            raise UsageError(
                f"this case is for {case.transport}, and the server is reached over "
                f"{self._server.transport}: its bytes would mean something else"
            )
        if any(step.verbatim for step in case.steps) and not has_framing(self._server):
            raise UsageError(
                "this case is about the framing of HTTP, and the server is an application in this "
                "process: serve it, and give its URL"
            )

    async def _send(self, channel: Channel, case: ProtocolCase) -> None:
        label = current_probe.set(f"{PROBE}/{case.name}")
        try:
            for step in case.steps:
                await channel.send(step, read_case(replace(case, steps=(step,)), self._spoken))
        finally:
            current_probe.reset(label)

    async def _ready(self, case: ProtocolCase) -> Channel:
        if case.opening:
            return await self._opened(opening=True)
        if self._channel is None or not self._channel.alive:
            await self.close()
            self._channel = await self._opened()
            self._answered.clear()
            if await self._channel.begin() is not Control.ANSWERED:
                raise PeerError(
                    f"{self._server.target.label} does not answer a good request on a fresh "
                    "session, before anything malformed was sent on it"
                )
        return self._channel

    async def _opened(self, *, opening: bool = False) -> Channel:
        server = self._server
        if isinstance(server, Driver):
            return await McpChannel.opened(server, opening=opening)
        if isinstance(server, QueueServer):
            return QueueChannel(server)
        if isinstance(server, HttpToolServer):
            return HttpChannel(server)
        return await _socket(server)

    def _replies(self, channel: Channel, case: ProtocolCase, begin: int) -> tuple[Reply, ...]:
        """Return what came for this very case: not for the good request, not late for another."""
        events = self._events[begin:]
        others = self._answered | {
            id_key(event.message.id)
            for event in events
            if event.probe == BARRIER and event.message is not None
        }
        ours = set(read_case(case, self._spoken).ids)
        self._answered |= ours
        return replies_in(events, channel.session, others - ours, over_http=channel.over_http)

    async def _ending(self, channel: Channel, begin: int) -> Ending | None:
        """Return how the server ended the session; `None` while it has not."""
        if not channel.ended:
            return None
        await channel.close()
        return ending_in(self._events[begin:], channel.session)

    async def _afresh(self, channel: Channel) -> Control:
        """Send a good request on a fresh session."""
        if not channel.sessions_end:
            return await channel.control()
        await channel.close()
        try:
            fresh = await self._opened()
        except PeerError:
            return Control.GONE
        fresh.result_expected = channel.result_expected
        came = await fresh.control()
        await fresh.close()
        return came


async def _socket(server: ToolServer) -> Channel:
    """Open a WebSocket."""
    from mcp_proof.dialects.websocket import WebSocketServer  # noqa: PLC0415  # an extra
    from mcp_proof.fuzz.protocol.socket_channel import SocketChannel  # noqa: PLC0415  # likewise

    assert isinstance(server, WebSocketServer), f"{server.spoken} has no channel"
    return await SocketChannel.opened(server)
