"""What fuzzing tells while it happens; reports only consume it."""

from dataclasses import dataclass
from typing import TypeAlias

from mcp_proof.events import PeerFound, RunStarted
from mcp_proof.fuzz.failure import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStarted:
    """An operation is being tried."""

    label: str
    number: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFinished:
    """All that was to be tried of an operation was tried, or its limits were reached."""

    label: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTried:
    """Something was not tried, or not to its end: it has no verdict."""

    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureFound:
    """A failure, shrunk."""

    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzFinished:
    """Everything was done, or the time was up, or the run was interrupted."""

    cases: int
    calls: int
    seconds: float
    interrupted: bool
    faults: tuple[str, ...]
    """What went wrong in mcp-proof itself, as tracebacks."""
    lost: str = ""
    """Why the server was lost on the way; empty when it was not."""


FuzzEvent: TypeAlias = (
    RunStarted
    | PeerFound
    | OperationStarted
    | OperationFinished
    | NotTried
    | FailureFound
    | FuzzFinished
)
