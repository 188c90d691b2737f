"""A server in this process: JSON texts handed over, no stream between."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from mcp_proof.recorder import Recorder
from mcp_proof.transports.connection import Headers, Receiver, Sending, ignore
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import parse

CHANNEL: Final = "memory"


class Channel(Protocol):
    """The server's side of a conversation."""

    def take(self, raw: bytes) -> None:
        """Begin to answer one message."""
        ...

    async def close(self) -> None:
        """End the conversation."""
        ...


class MemoryConnection:
    """One conversation with the server."""

    def __init__(
        self, opened: Callable[[Callable[[bytes], None]], Channel], name: str, recorder: Recorder
    ) -> None:
        """`opened` begins a conversation, given what takes the server's messages."""
        self.name = name
        self.receiver: Receiver = ignore
        self._recorder = recorder
        self._opened = opened
        self._channel: Channel | None = None
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @property
    def alive(self) -> bool:
        """Whether the conversation goes on."""
        return self._channel is not None

    async def open(self) -> None:
        """Begin the conversation."""
        self._channel = self._opened(self._receive)
        self._record(EventKind.OPEN, Sender.CLIENT)

    async def send(
        self, raw: bytes, _headers: Headers | None = None, /, *, probe: str = ""
    ) -> Sending:
        """Hand one message over."""
        self._record(EventKind.MESSAGE, Sender.CLIENT, raw, probe)
        if self._channel is not None:
            self._channel.take(raw)
        sending = Sending(CHANNEL, self._ended, shared=True)
        sending.answered.set()
        return sending

    async def close(self) -> None:
        """End the conversation."""
        if self._channel is None:
            return
        channel, self._channel = self._channel, None
        await channel.close()
        self._ended.set_result("closed")
        self._record(EventKind.CLOSE, Sender.CLIENT)

    def _receive(self, raw: bytes) -> None:
        self._record(EventKind.MESSAGE, Sender.SERVER, raw)
        self.receiver(parse(raw))

    def _record(
        self, kind: EventKind, sender: Sender, raw: bytes | None = None, probe: str = ""
    ) -> None:
        self._recorder.record(
            kind,
            session=self.name,
            channel=CHANNEL,
            sender=sender,
            probe=probe,
            message=parse(raw) if raw is not None else None,
        )
