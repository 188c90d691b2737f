"""What a load run tells while it happens; reports only consume it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from mcp_proof.events import PeerFound, RunStarted
from mcp_proof_contracts.rule import Level
from mcp_proof_load.measuring.measured import Window

NO_SESSION: Final = "no session: "
"""How a complaint begins of a call that could not be made, as no session could be had."""


class Kind(StrEnum):
    """What can be wrong with an answer, or with the server, that only load brings to light."""

    CROSSED = "crossed"
    """An answer came to somebody who had not asked: it holds another call's marker, not its own."""
    BLEEDING = "bleeding"
    """An answer holds, besides its own marker, that of another session."""
    DUPLICATED = "duplicated"
    """One call was answered twice."""
    LOST = "lost"
    """A call was never answered, while later ones were answered at once."""
    ALTERED = "altered"
    """An answer lacks the marker that this tool gave back before the load."""
    RULE = "rule"
    """A rule objects to a sampled exchange."""
    GROWTH = "growth"
    """The server keeps growing: memory, handles, threads, sessions."""
    SLOWING = "slowing"
    """The server answers ever slower under a load that stays the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """It is known what will be sent."""

    profile: str
    users: int
    """The most users at once."""
    rate: float | None
    """Calls a second at the peak of the profile, in the open model; `None` in the closed one."""
    duration: float
    """Seconds that the profile takes, warm-up included."""
    warm_up: float
    processes: int
    """Load processes; 0 where they come from other machines."""
    operations: Mapping[str, int]
    """The operations with their weights."""
    user_kinds: Mapping[str, int]
    """The kinds of users with their weights."""
    seed: int
    check: float
    """The share of the exchanges that the rules see, 0 to 1."""
    arrivals: str = ""
    """How calls begin in the open model; empty in the closed one."""
    think: str = ""
    """The time between two calls of a user, as it was written; empty for none."""
    connections: int = 0
    """How many connections the users of a process share; 0 for one each."""
    recording: str = ""
    """What tells the recorded calls that are made again from others; empty where none are."""
    speed: float = 1.0
    """How many times faster than recorded they are made."""
    untested: tuple[str, ...] = ()
    """What cannot be judged, each with its reason.

    One that begins with kinds (`crossed, bleeding: no tool takes a marker`) says that they are not
    judged at all; others narrow what is judged.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingWorkers:
    """The master waits for load processes that are started elsewhere."""

    present: int
    expected: int
    address: str = ""
    """Where it listens, as `HOST:PORT`; empty once it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A stretch of the run was measured."""

    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """The server's resources, at a moment."""

    at: float
    """Seconds since the load began."""
    calls: int
    """Calls ended so far."""
    values: Mapping[str, float]
    """By resource: `memory` in bytes, `handles`, `threads`, `sessions`; only what is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violated:
    """Something wrong was seen; `times` of it where it is counted."""

    kind: Kind
    message: str
    """A sentence with what was seen."""
    times: int = 1
    operation: str = ""
    expected: str = ""
    actual: str = ""
    rule: str = ""
    """The rule's id, of kind RULE."""
    level: Level = Level.MUST
    at: float | None = None
    """Seconds since the load began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLost:
    """A load process ended before its time."""

    worker: str
    counted: bool
    """Whether all that it had counted is known; else what it did since its last report is not."""
    uncertain: int = 0
    """Calls of which it is not known whether they were still sent, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbed:
    """A fault was put in front of the server while it was loaded, and taken away again."""

    fault: str
    start: float
    """Seconds since the load began."""
    seconds: float
    recovered: float | None
    """Seconds from its end until rate and latency were as before; `None` where they never were."""
    before: Mapping[str, float]
    """`rate`, `p95` (seconds) and `error_rate` before the fault."""
    during: Mapping[str, float]
    until: float
    """Seconds since the load began until which calls may have ended badly by its doing."""

    def disturbs(self, window: Window) -> bool:
        """Whether what was measured in a window is more than the server's doing."""
        return self.start < window.start + window.seconds and window.start < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFinished:
    """The load has ended, and everything sent was answered or given up."""

    seconds: float
    interrupted: bool
    faults: tuple[str, ...]
    """What went wrong in mcp-proof itself."""
    lost: str = ""
    """Why there could be no more load; empty where it came to its end."""
    stopped: str = ""
    """Why the profile ended the run before its duration, such as a breakpoint that was found."""
    untested: tuple[str, ...] = ()
    """What could not be judged in the end, as in `Planned`: such as a trend of too few samples."""
    found: tuple[str, ...] = ()
    """What the profile was made to find, in sentences: such as the knee."""
    complaints: Mapping[str, int] = field(default_factory=dict[str, int])
    """What went wrong with calls, in words, and how often."""


LoadEvent: TypeAlias = (
    RunStarted
    | PeerFound
    | Planned
    | AwaitingWorkers
    | Measurement
    | Sampled
    | Violated
    | WorkerLost
    | Disturbed
    | LoadFinished
)
