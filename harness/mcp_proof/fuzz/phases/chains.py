"""Chains of calls that take what those before them gave, wherever the names say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mcp_proof.fuzz.case import Case
from mcp_proof.fuzz.feeding import Link, links, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.case import Step
    from mcp_proof.fuzz.fuzzed import Fuzzed
    from mcp_proof.fuzz.observation import Observation

LONGEST: Final = 3
"""Calls in a chain."""
PAGES: Final = 6
"""The same, of a chain that goes from page to page."""
PER_EXAMPLE: Final = 2
"""Chains for each generated input that the user allows of one operation."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps that all came to something."""

    steps: tuple[Step, ...]
    seen: tuple[Observation, ...]

    @property
    def is_of_pages(self) -> bool:
        """Whether it is one call again and again, each with what the last one gave."""
        return len({step.label for step in self.steps}) == 1 and all(
            max(step.needs, default=-1) == number - 1 for number, step in enumerate(self.steps)
        )


def run(campaign: Campaign, some: Sequence[Fuzzed]) -> list[Chain]:
    """Try all chains, the short ones first; return those that came to something."""
    left = PER_EXAMPLE * campaign.options.max_examples
    level = [chain for fuzzed in some for chain in _alone(campaign, fuzzed)]
    found = list(level)
    for length in range(2, PAGES + 1):
        share = left // 2 if length < LONGEST else left
        longer: list[Chain] = []
        for chain, link in _extensions(level, some, length)[:share]:
            left -= 1
            case = Case((*chain.steps, link.step))
            seen = campaign.attempt(case)
            if len(seen) == length and seen[-1].succeeded:
                longer.append(Chain(case.steps, tuple(seen)))
        found += longer
        level = longer
    return found


def _alone(campaign: Campaign, fuzzed: Fuzzed) -> Iterator[Chain]:
    """Yield the first call that comes to something; what crashed before is not tried again."""
    label = fuzzed.operation.label
    known = campaign.good.get(label)
    for arguments in fuzzed.bases if known is None and label not in campaign.endings else [known]:
        if arguments is not None:
            step = fuzzed.step(arguments)
            seen = campaign.attempt(Case((step,)))
            if seen and seen[-1].succeeded:
                yield Chain((step,), tuple(seen))
                return


def _extensions(
    level: Sequence[Chain], some: Sequence[Fuzzed], length: int
) -> list[tuple[Chain, Link]]:
    """Return what to try next, the most promising first."""
    found = [
        (chain, link)
        for chain in level
        if length <= LONGEST or chain.is_of_pages
        for fuzzed in some
        if length <= LONGEST or fuzzed.operation.label == chain.steps[-1].label
        for link in links(fuzzed, values_of(chain.seen))
        if length <= LONGEST or link.newest == length - 2
    ]
    return sorted(found, key=lambda pair: -pair[1].affinity)
