"""HTTP messages as the mock sees them, without I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """A response; `stream` says that server-sent events follow instead of `body`."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    stream: bool = False
