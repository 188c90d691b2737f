"""What is known of any run over one server: when it was, with whom, and what ended it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

from mcp_proof.events import PeerFound, RunStarted
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.secrets.mask import Mask


class Finished(Protocol):
    """The event that ends a run."""

    @property
    def seconds(self) -> float:
        """How long it took."""
        ...

    @property
    def interrupted(self) -> bool:
        """Whether it was ended early by the user."""
        ...

    @property
    def faults(self) -> tuple[str, ...]:
        """What went wrong in mcp-proof itself."""
        ...


Last = TypeVar("Last", bound=Finished)


@dataclass(slots=True, kw_only=True)
class DrivenRun(Generic[Last]):
    """A run, as far as it has come."""

    mask: Mask = field(default_factory=Mask)
    """Applied to everything a report says."""
    file: str = ""
    """The file that asked for the run; reports point at it."""
    started: RunStarted | None = None
    peer: PeerFound | None = None
    finished: Last | None = None
    lost: str = ""
    """Why the server could not be driven to the end; empty when it was."""

    @property
    def spoken(self) -> Spoken | None:
        """What is spoken; `None` before the server has answered."""
        return self.peer.spoken if self.peer is not None else None

    @property
    def began(self) -> datetime | None:
        """When the run began, in UTC; `None` before it has."""
        if self.started is None:
            return None
        return datetime.fromisoformat(self.started.started).astimezone(UTC)

    @property
    def seconds(self) -> float | None:
        """How long it took; `None` where it did not come to its end."""
        return self.finished.seconds if self.finished is not None else None

    @property
    def interrupted(self) -> bool:
        """Whether it was ended early by the user."""
        return self.finished is not None and self.finished.interrupted

    @property
    def faults(self) -> tuple[str, ...]:
        """What went wrong in mcp-proof itself."""
        return self.finished.faults if self.finished is not None else ()
