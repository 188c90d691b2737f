"""Add up runs: the three counts, what the gate makes of them, and the exit code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mcp_proof.events import PeerFound, RunEvent, RunFinished, RunStarted, VerdictReached
from mcp_proof.gate import Breach, Gate
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.rule import Level, Outcome
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Sender

VIOLATED = 1
NOTHING_JUDGED = 3
OWN_FAULT = 4
INTERRUPTED = 130


@dataclass(slots=True)
class Tally:
    """What a run came to; feed it every event."""

    gate: Gate = field(default_factory=Gate)
    """What is demanded."""
    mask: Mask = field(default_factory=Mask)
    """Applied to everything a report says."""
    asked: Spoken | None = None
    """The revision or the dialect to verify; `None` asks the server."""
    file: str = ""
    """The file that says what to verify, or what to excuse; reports point at it."""
    number: int = 1
    """Which server it is of those that are verified: two may be called the same."""
    runs: list["Tally"] = field(default_factory=list["Tally"], repr=False, compare=False)
    """All runs of the verification, in their order and this one among them; none for one alone."""
    started: RunStarted | None = None
    peer: PeerFound | None = None
    verdicts: list[VerdictReached] = field(default_factory=list[VerdictReached])
    finished: RunFinished | None = None
    lost: str = ""
    """Why the peer could not be judged at all; empty when it was."""
    not_spoken: str = ""
    """Why there was nothing to verify: the server does not speak the revision asked for."""

    def take(self, event: RunEvent) -> None:
        """Count one event."""
        match event:
            case RunStarted():
                self.started = event
            case PeerFound():
                self.peer = event
            case VerdictReached():
                self.verdicts.append(event)
            case RunFinished():
                self.finished = event
            case _:
                pass

    @property
    def spoken(self) -> Spoken | None:
        """What was verified, or was to be; `None` when nobody said."""
        return self.peer.spoken if self.peer is not None else self.asked

    @property
    def began(self) -> datetime | None:
        """When the run began, in UTC; `None` where a recording does not say it."""
        try:
            began = datetime.fromisoformat(self.started.started if self.started is not None else "")
            return began.astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    @property
    def side(self) -> Sender:
        """What the peer is."""
        return self.started.side if self.started is not None else Sender.SERVER

    @property
    def server(self) -> str:
        """The target as it was given; empty before the run has started."""
        return self.started.peer if self.started is not None else ""

    @property
    def counts(self) -> dict[str, int]:
        """How many rules got each verdict."""
        outcomes = [reached.verdict.outcome for reached in self.verdicts]
        return {outcome.value: outcomes.count(outcome) for outcome in Outcome}

    @property
    def violated(self) -> list[VerdictReached]:
        """The violated rules, the gravest first."""
        order = list(Level)
        found = [r for r in self.verdicts if r.verdict.outcome is Outcome.VIOLATED]
        return sorted(found, key=lambda reached: order.index(reached.verdict.level))

    def excuse(self, reached: VerdictReached) -> str | None:
        """Why the baseline excuses this violation, or `None`."""
        return self.gate.excuse(reached.verdict)

    def fails(self, reached: VerdictReached) -> bool:
        """Whether this verdict fails the run."""
        return self.gate.fails(reached.verdict)

    @property
    def breaches(self) -> list[Breach]:
        """What the gate demands and was not met; what concerns all runs stands with one of them."""
        runs = self.runs or [self]
        number = next(number for number, run in enumerate(runs) if run is self)
        verdicts = [[reached.verdict for reached in run.verdicts] for run in runs]
        return self.gate.breaches(verdicts)[number]

    @property
    def stale(self) -> list[str]:
        """The baseline's rules that were seen to be kept: their entries must go."""
        return [breach.subject for breach in self.breaches if breach.name == "stale"]

    @property
    def excused(self) -> list[VerdictReached]:
        """The violations that the baseline excuses."""
        return [reached for reached in self.violated if self.excuse(reached) is not None]

    @property
    def interrupted(self) -> bool:
        """Whether the run was ended early."""
        return self.finished is not None and self.finished.interrupted

    @property
    def faults(self) -> tuple[str, ...]:
        """What went wrong in mcp-proof itself."""
        return self.finished.faults if self.finished is not None else ()

    @property
    def judged(self) -> bool:
        """Whether any rule was seen to be kept or broken."""
        return any(r.verdict.outcome is not Outcome.UNTESTED for r in self.verdicts)

    @property
    def exit_code(self) -> int:
        """The exit code of a process that makes this run alone."""
        return exit_code([self])


def exit_code(runs: Sequence[Tally]) -> int:
    """Return the exit code of a process that makes these runs.

    A revision that a server does not speak is no failure when it was judged at another one.
    """
    if any(run.interrupted for run in runs):
        return INTERRUPTED
    if any(run.faults for run in runs):
        return OWN_FAULT
    if any(run.breaches or any(map(run.fails, run.verdicts)) for run in runs):
        return VIOLATED
    servers = {(run.number, run.server) for run in runs}
    verified = {(run.number, run.server) for run in runs if run.judged}
    lost = any(run.lost for run in runs)
    return NOTHING_JUDGED if lost or servers != verified else 0
