"""Add up a run: the three counts, what a baseline excuses, and the exit code."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mcp_proof.events import PeerFound, RunEvent, RunFinished, RunStarted, VerdictReached
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Level, Outcome
from mcp_proof_contracts.secret import Mask

FAILING = {
    Level.MUST: frozenset({Level.MUST}),
    Level.SHOULD: frozenset({Level.MUST, Level.SHOULD}),
}
"""Which levels fail a run, by `--fail-on`."""

VIOLATED = 1
NOTHING_JUDGED = 3
OWN_FAULT = 4
INTERRUPTED = 130


@dataclass(slots=True)
class Tally:
    """What a run came to; feed it every event."""

    fail_on: Level = Level.MUST
    baseline: Mapping[str, str] = field(default_factory=dict[str, str])
    """Rule id to the reason why its findings are excused."""
    mask: Mask = field(default_factory=Mask)
    """Applied to everything a report says."""
    asked: Revision | None = None
    """The revision to verify; `None` asks the server."""
    file: str = ""
    """The file that says what to verify, or what to excuse; reports point at it."""
    started: RunStarted | None = None
    peer: PeerFound | None = None
    verdicts: list[VerdictReached] = field(default_factory=list[VerdictReached])
    finished: RunFinished | None = None
    lost: str = ""
    """Why the server could not be verified at all; empty when it was."""
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
    def revision(self) -> Revision | None:
        """The revision that was verified, or was to be; `None` when nobody said."""
        return self.peer.revision if self.peer is not None else self.asked

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
        return self.baseline.get(reached.verdict.rule.id)

    def fails(self, reached: VerdictReached) -> bool:
        """Whether this verdict fails the run."""
        return (
            reached.verdict.outcome is Outcome.VIOLATED
            and reached.verdict.level in FAILING[self.fail_on]
            and self.excuse(reached) is None
        )

    @property
    def stale(self) -> list[str]:
        """The baseline's rules that were seen to be kept: their entries must go."""
        passed = {r.verdict.rule.id for r in self.verdicts if r.verdict.outcome is Outcome.PASSED}
        return [rule_id for rule_id in self.baseline if rule_id in passed]

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
        """The process's exit code."""
        if self.interrupted:
            return INTERRUPTED
        if self.faults:
            return OWN_FAULT
        if self.stale or any(map(self.fails, self.verdicts)):
            return VIOLATED
        return 0 if self.judged else NOTHING_JUDGED
