"""What a comparison tells while it happens; reports only consume it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from mcp_proof.drift.difference import Difference
from mcp_proof.events import PeerFound, RunStarted
from mcp_proof_contracts.json_value import JsonObject


class Verdict(StrEnum):
    """What became of a recorded request."""

    SAME = "same"
    DRIFTED = "drifted"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A recorded request was sent again and its answer compared, or was left out."""

    operation: str
    """What was asked for, without the arguments."""
    params: JsonObject
    verdict: Verdict
    recorded: int = 1
    """How many answers to it the recording has."""
    reason: str = ""
    """Why it is untested."""
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFinished:
    """Everything was sent, or the run ended before."""

    seconds: float
    interrupted: bool
    faults: tuple[str, ...]
    """What went wrong in mcp-proof itself, as tracebacks."""
    lost: str = ""
    """Why the server was lost on the way; empty when it was not."""


DriftEvent: TypeAlias = RunStarted | PeerFound | Compared | DriftFinished
