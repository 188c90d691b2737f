"""Add up a comparison: verdicts, differences each told once, and the exit code."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mcp_proof.drift.difference import Difference
from mcp_proof.drift.events import Compared, DriftEvent, DriftFinished, Verdict
from mcp_proof.drift.recorded import INTRODUCTION
from mcp_proof.drift.shape import canonical
from mcp_proof.driven_run import DrivenRun
from mcp_proof.events import PeerFound, RunStarted
from mcp_proof.tally import INTERRUPTED, NOTHING_JUDGED, OWN_FAULT, VIOLATED
from mcp_proof_contracts.json_value import JsonObject

LISTING: Final = "/tools/"
"""What the paths of differences begin with that are about a tool, wherever they were seen."""


@dataclass(slots=True, kw_only=True)
class Drift:
    """A difference, with the requests whose answers show it."""

    operation: str
    difference: Difference
    seen: int = 1
    """In how many different requests' answers it shows."""
    params: JsonObject
    """The arguments of the first of them."""


@dataclass(slots=True, kw_only=True)
class DriftTally(DrivenRun[DriftFinished]):
    """What a comparison came to; feed it every event. Its file is the recording."""

    _results: dict[bytes, Compared] = field(default_factory=dict[bytes, Compared])

    def take(self, event: DriftEvent) -> None:
        """Count one event."""
        match event:
            case RunStarted():
                self.started = event
            case PeerFound():
                self.peer = event
            case Compared():
                key = event.operation.encode(errors="replace") + canonical(event.params)
                before = self._results.get(key)
                self._results[key] = event if before is None else _both(before, event)
            case DriftFinished():
                self.finished = event
                self.lost = self.mask(event.lost)

    @property
    def results(self) -> list[Compared]:
        """The requests, each once, in the order of the recording."""
        return list(self._results.values())

    def of(self, verdict: Verdict) -> list[Compared]:
        """Return the requests with a verdict."""
        return [each for each in self.results if each.verdict is verdict]

    @property
    def drifts(self) -> list[Drift]:
        """The differences, those that are the same in several answers told once."""
        found: dict[tuple[str, str, str, str], Drift] = {}
        for result in self.of(Verdict.DRIFTED):
            for each in result.differences:
                about = "tools/list" if each.path.startswith(LISTING) else result.operation
                key = (about, each.path, each.change, each.why)
                if key in found:
                    found[key].seen += 1
                else:
                    found[key] = Drift(operation=about, difference=each, params=result.params)
        return list(found.values())

    @property
    def counts(self) -> dict[str, int]:
        """How many requests have each verdict."""
        verdicts = [each.verdict for each in self.results]
        return {verdict.value: verdicts.count(verdict) for verdict in Verdict}

    @property
    def compared(self) -> int:
        """How many recorded requests have a verdict; nobody asks for an introduction alone."""
        return sum(
            each.verdict is not Verdict.UNTESTED and each.operation != INTRODUCTION
            for each in self.results
        )


def exit_code(runs: Sequence[DriftTally]) -> int:
    """Return the exit code of a process that makes these comparisons."""
    if any(run.interrupted for run in runs):
        return INTERRUPTED
    if any(run.faults for run in runs):
        return OWN_FAULT
    if any(run.of(Verdict.DRIFTED) for run in runs):
        return VIOLATED
    return NOTHING_JUDGED if any(run.lost or not run.compared for run in runs) else 0


def _both(one: Compared, other: Compared) -> Compared:
    """Return what a request that was sent twice came to."""
    differences = tuple(dict.fromkeys((*one.differences, *other.differences)))
    verdict = Verdict.DRIFTED if differences else other.verdict
    return replace(other, verdict=verdict, differences=differences)
