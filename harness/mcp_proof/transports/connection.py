"""What every transport offers to a session."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from mcp_proof_contracts.wire import Message

OWN_FAULT: Final = "own-fault"
"""How a channel ended that mcp-proof itself failed to read."""
FAILED_READING: Final = "a fault of mcp-proof"
"""Why nothing more can come on such a channel."""

Headers: TypeAlias = Mapping[str, str | None]
"""Headers of one HTTP request beside those that all carry; `None` leaves one of these out."""
Receiver = Callable[[Message], None]
"""Called with each message the peer sends."""


def ignore(_message: Message) -> None:
    """Receive nothing: until a session listens."""


def ignore_closing() -> None:
    """Close nothing: there is no response of its own."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Sending:
    """One message on its way: where it went, and when nothing more can come back for it."""

    channel: str
    ended: asyncio.Future[str]
    """Done with a reason when no answer can arrive any more."""
    probe: str = ""
    """The probe in whose name it was sent."""
    shared: bool = False
    """Whether answers come on a channel that all messages share: then only a later answer tells
    that this one was dealt with."""
    close: Callable[[], object] = ignore_closing
    """Closes the response to it: the cancellation of a request over HTTP in 2026-07-28."""
    receive: Receiver = ignore
    """Called with each message that comes back for it, over HTTP."""
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the head of an HTTP response has arrived, or none can."""
    status: int | None = None
    """The HTTP status, as soon as it is known."""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    """The response's headers (lower-case names), over HTTP."""
    messages: list[Message] = field(default_factory=list[Message])
    """What came back on a channel of its own, over HTTP."""
    body: bytes = b""
    """The body of an HTTP response that was no event stream."""
    first_event_id: str | None = None
    last_event_id: str | None = None
    retry_ms: int | None = None


class Connection(Protocol):
    """One connection to a peer."""

    name: str
    receiver: Receiver

    @property
    def alive(self) -> bool:
        """Whether messages can still be sent."""
        ...

    async def open(self) -> None:
        """Connect.

        Raises:
            PeerError: the peer could not be started or reached.
        """
        ...

    async def send(
        self, raw: bytes, headers: Headers | None = None, /, *, probe: str = ""
    ) -> Sending:
        """Send one message (or what a probe sends in its place); only HTTP has headers."""
        ...

    async def close(self) -> None:
        """Close in order, and by force when the peer does not follow."""
        ...
