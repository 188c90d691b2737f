"""HTTP messages as the mock sees them, and what takes the answer to one: all without I/O.

Neither is frozen: one of each is made for every request, and freezing would double that cost.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    import asyncio

    from mcp_proof_mocks.dialects.websocket import SocketConversation
    from mcp_proof_mocks.http.connections import Connections

JSON: Final[Mapping[str, str]] = {"Content-Type": "application/json"}
NO_HEADERS: Final[Mapping[str, str]] = {}


@dataclass(slots=True)
class HttpRequest:
    """A complete request; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    fields: Sequence[tuple[str, str]] = ()
    """The header fields as they were sent: their names' case, whitespace around their values."""
    client: str = ""
    """The address of the client."""
    size: int = 0
    """Bytes of all of it, as it was sent."""
    root: str = ""
    """What comes before `path` where the mock is mounted in another application."""
    scheme: str = "http"
    keep_alive: bool = True
    """Whether another request may follow on the same connection."""
    refusal: int | None = None
    """The status of a request that could not be read to its end: too large, too slow, no HTTP."""
    outlives_client: bool = False
    """Whether it is answered even when its client has gone, for a stream can be resumed."""
    handshake: "Handshake | None" = None
    """Makes a WebSocket of the connection; `None` where the client asked for none."""


@dataclass(slots=True, kw_only=True)
class HttpResponse:
    """A response; `stream` says that server-sent events follow instead of `body`."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    stream: bool = False
    successor: "Successor | None" = None
    """Speaks on the connection after this response, in place of HTTP."""


class Successor(Protocol):
    """Takes a connection over from HTTP."""

    def take_over(
        self, transport: "asyncio.Transport", connections: "Connections", beyond: bytes
    ) -> None:
        """Speak on the connection; `beyond` has come on it after the request."""
        ...


Handshake: TypeAlias = "Callable[[HttpRequest, SocketConversation], HttpResponse]"
"""Returns the response that begins a conversation over a WebSocket, or refuses to."""


class Responder(Protocol):
    """Takes the response to one request; whoever called for it may go away at any time."""

    def respond(self, response: HttpResponse) -> None:
        """Send the head, and the whole body unless a stream follows."""
        ...

    def write(self, data: bytes) -> None:
        """Send one event of a stream."""
        ...

    def end(self) -> None:
        """End a stream."""
        ...

    def abort(self) -> None:
        """Cut the connection."""
        ...

    async def ended(self) -> None:
        """Wait until the stream is ended; cancelled when the client goes first."""
        ...


def event_stream_headers(extra: Mapping[str, str] = NO_HEADERS) -> dict[str, str]:
    """Return the headers of a server-sent event stream."""
    return {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", **extra}
