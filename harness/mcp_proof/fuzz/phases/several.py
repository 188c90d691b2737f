"""What is tried of several operations together, after each was tried alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mcp_proof.errors import PeerError
from mcp_proof.fuzz.events import NotTried
from mcp_proof.fuzz.observation import Ending
from mcp_proof.fuzz.operation import OperationKind
from mcp_proof.fuzz.phases import cancel, company, stateful
from mcp_proof.fuzz.stop import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.fuzzed import Fuzzed
    from mcp_proof.fuzz.phases.chains import Chain


LABEL: Final = "several operations"
"""What all the parts are called together."""
QUICK: Final = 2.0
"""Seconds that an answer may take where there are many calls to make."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the campaign that is not about one operation."""

    label: str


def applies(campaign: Campaign) -> bool:
    """Whether this is to be tried."""
    return campaign.options.wants(LABEL)


def run(campaign: Campaign, chosen: Sequence[Fuzzed]) -> None:
    """Try the operations in sequences, in company, in two sessions, and cancelled."""
    known = campaign.peer.operations
    together = [known[each.operation.label] for each in chosen]
    if not campaign.options.tools:
        together += [each for each in known.values() if each.operation.kind is OperationKind.METHOD]
    there = [each for each in together if not each.operation.vanished]
    some = [fuzzed for fuzzed in there if _is_quick(campaign, fuzzed)]
    for fuzzed in there:
        if campaign.longest.get(fuzzed.operation.label, 0.0) > QUICK:
            why = f"its answers take too long for sequences: {fuzzed.operation.label}"
            campaign.tell(NotTried(label=LABEL, reason=why))
    found: list[Chain] = []
    parts: tuple[tuple[str, Callable[[], object]], ...] = (
        ("sequences of calls", lambda: found.extend(stateful.run(campaign, some))),
        ("calls at the same time", lambda: company.at_the_same_time(campaign, found)),
        ("two sessions", lambda: company.in_two_sessions(campaign, found)),
        ("cancelled calls", lambda: cancel.run(campaign, found, chosen)),
    )
    for number, (label, part) in enumerate(parts, start=1):
        campaign.begin(Part(label), number, len(parts))
        try:
            part()
        except (Stopped, PeerError) as end:
            for left, _ in parts[number - 1 :]:
                campaign.tell(NotTried(label=left, reason=campaign.why(end)))
            raise
        finally:
            campaign.end(Part(label))


def _is_quick(campaign: Campaign, fuzzed: Fuzzed) -> bool:
    """Whether it may be one of several: no answer to it was ever missing, or took long."""
    label, kind = fuzzed.operation.label, fuzzed.operation.kind
    late = campaign.endings.get(label, set()) & {Ending.HUNG, Ending.SLOW}
    long = campaign.longest.get(label, 0.0) > QUICK
    return not late and not long and kind is not OperationKind.COMPLETION
