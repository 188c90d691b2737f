"""Calls in the company of others: several in flight on one session, and two sessions at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mcp_proof.errors import PeerError
from mcp_proof.fuzz.case import Case, renumbered, shifted
from mcp_proof.fuzz.events import NotTried
from mcp_proof.fuzz.feeding.places import put
from mcp_proof_contracts.wire import as_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.case import Step
    from mcp_proof.fuzz.phases.chains import Chain

IN_FLIGHT: Final = 4
"""Calls at the same time."""
MOST: Final = 24
"""Calls that are made in the company of others."""
MARKS: Final = ("alpha", "omega")
INTERLEAVED: Final = 8
"""Chains that two sessions make by turns."""


def at_the_same_time(campaign: Campaign, found: Sequence[Chain]) -> None:
    """Make different calls at once, each of which should come to what it does alone."""
    campaign.peer.renew()
    calls = [step for chain in found if len(chain.steps) == 1 for step in _marked(campaign, chain)]
    for first in range(0, min(len(calls), MOST), IN_FLIGHT):
        steps = calls[first : first + IN_FLIGHT]
        at_once = [replace(step, wait=False) for step in steps[:-1]]
        campaign.attempt(Case((*at_once, steps[-1])))


def in_two_sessions(campaign: Campaign, found: Sequence[Chain]) -> None:
    """Make the same calls in two sessions: at once, then chains of them by turns."""
    campaign.peer.renew()
    try:
        campaign.peer.await_(campaign.peer.open, 1)
    except PeerError as error:
        campaign.tell(NotTried(label="two sessions", reason=f"there is no second one: {error}"))
        return
    for chain in [chain for chain in found if len(chain.steps) == 1][: MOST // 2]:
        steps = _marked(campaign, chain)
        campaign.attempt(Case((replace(steps[0], wait=False), replace(steps[-1], session=1))))
    for chain in [chain for chain in found if len(chain.steps) > 1][-INTERLEAVED:]:
        campaign.attempt(_by_turns(chain.steps))


def _by_turns(steps: Sequence[Step]) -> Case:
    """Return the case in which two sessions make the same steps, each with its own answers."""
    both: list[tuple[int, Step]] = []
    for number, step in enumerate(steps):
        mine, yours = (number, step), (len(steps) + number, shifted([step], len(steps))[0])
        both += [mine, (yours[0], replace(yours[1], session=1))]
    return Case(renumbered(both))


def _marked(campaign: Campaign, chain: Chain) -> list[Step]:
    """Return a call, or two whose answers tell them apart where a text in the input can do that."""
    [step] = chain.steps
    fuzzed = campaign.peer.operations[step.label]
    for name, value in step.arguments.items():
        marked = [put(step.arguments, (name,), f"mcp-proof-{mark}") for mark in MARKS]
        if isinstance(value, str) and all(fuzzed.fits(as_object(each)) for each in marked):
            return [fuzzed.step(as_object(each)) for each in marked]
    return [step]
