"""Stream faults: what can happen to the bytes of a connection, whatever they mean.

    source ──► fault ──► fault ──► receiver        in the order in which they were given

A fault is a frozen dataclass: its fields are its parameters, `pipe` is what it does. It may hold
bytes back, cut them, change them, end before its source does (then the connection is closed), or
raise `ConnectionReset` or `HalfClosed`. Time is the event loop's and chance is given, so that a run
repeats, and a test need not wait.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from random import Random
from typing import Final, Protocol, TypeAlias, TypeVar

from mcp_proof_contracts.rule import TransportName
from mcp_proof_mocks.fault_catalogue import Catalogue

Source: TypeAlias = AsyncIterator[bytes]
"""The bytes that arrive, in whatever pieces."""
Piped: TypeAlias = AsyncGenerator[bytes]
"""The bytes that are passed on."""


class ConnectionReset(Exception):  # noqa: N818  # what happens on the wire, no error of ours
    """The connection is reset: both sides lose it at once, unsent bytes included."""


class HalfClosed(Exception):  # noqa: N818  # likewise
    """The receiver is told that nothing more comes, while the other direction stays open."""


class StreamFault(Protocol):
    """What happens to one direction of a connection."""

    def pipe(self, source: Source, random: Random, /) -> Piped:
        """Return what the receiver gets for the bytes of `source`."""
        ...


@dataclass(frozen=True, slots=True)
class StreamFaultKind:
    """A fault that can be asked for."""

    name: str
    fault: type[StreamFault]
    transport: TransportName | None
    """The only transport over which it shows; `None` for any."""


stream_faults: Final[Catalogue[StreamFaultKind]] = Catalogue("stream fault")

F = TypeVar("F", bound=StreamFault)


def stream_fault(
    name: str, *, transport: TransportName | None = None
) -> Callable[[type[F]], type[F]]:
    """Register the decorated dataclass as the stream fault `name`."""

    def register(fault: type[F]) -> type[F]:
        stream_faults.add(StreamFaultKind(name, fault, transport))
        return fault

    return register
