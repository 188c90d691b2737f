"""What the user points at: a URL, a command, a server in this process, as connections."""

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

from mcp_proof.recorder import Recorder
from mcp_proof.transports.connection import Connection
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import GivenSecrets
from mcp_proof_contracts.transcript import Header, Sender


@runtime_checkable
class Target(Protocol):
    """A peer, as the user gave it."""

    @property
    def transport(self) -> TransportName:
        """The transport."""
        ...

    @property
    def label(self) -> str:
        """The peer's name in reports; never holds a secret."""
        ...

    @property
    def arguments(self) -> str:
        """How the target is written on a command line."""
        ...

    @property
    def secrets(self) -> GivenSecrets:
        """What must not be shown: what the user gave for the peer, and what it finds here."""
        ...

    def started(self) -> AbstractAsyncContextManager["Reachable"]:
        """Keep the peer running for as long as the block does; gives what can be connected to.

        Raises:
            PeerError: it cannot be started.
        """
        ...


class Reachable(Target, Protocol):
    """A target that runs, and can be connected to as often as needed."""

    def connect(self, name: str, recorder: Recorder, timeout: float, /) -> Connection:
        """Return a new, unopened connection."""
        ...


def header_of(target: Target) -> Header:
    """Return the header of a transcript that begins now."""
    return Header(
        peer=target.label,
        side=Sender.SERVER,
        transport=target.transport,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )
