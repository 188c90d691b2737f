"""HTTP messages as the mock sees them, without I/O."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A complete request; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    client: str = ""
    """The address of the client."""
    fields: Sequence[tuple[str, str]] = ()
    """The header fields as they were sent: their names' case, whitespace around their values."""
    root: str = ""
    """What comes before `path` where the mock is mounted in another application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """A response; `stream` says that server-sent events follow instead of `body`."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    stream: bool = False


class Responder(Protocol):
    """Takes the response to one request; whoever called for it may go away at any time."""

    ended: asyncio.Event
    """Set when a stream was ended."""

    def respond(self, response: HttpResponse) -> None:
        """Send the head, and the whole body unless a stream follows."""
        ...

    def write(self, data: bytes) -> None:
        """Send one piece of a stream."""
        ...

    def end(self) -> None:
        """End a stream."""
        ...

    def abort(self) -> None:
        """Cut the response off."""
        ...
