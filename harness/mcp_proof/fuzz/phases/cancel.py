"""Calls that are cancelled right after they were sent; the same call must then still work."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mcp_proof.driver import Driver
from mcp_proof.fuzz.case import Case
from mcp_proof.fuzz.observation import Ending
from mcp_proof.fuzz.operation import OperationKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.fuzzed import Fuzzed
    from mcp_proof.fuzz.phases.chains import Chain

MOST: Final = 8
"""Tools of which a call is cancelled."""


def run(campaign: Campaign, found: Sequence[Chain], chosen: Sequence[Fuzzed]) -> None:
    """Cancel calls of tools; each that is quick is then made again.

    Args:
        campaign: in which this is done.
        found: chains that came to something; of one call are the quick ones.
        chosen: all operations.
    """
    if not isinstance(campaign.peer.server, Driver):
        return  # only MCP knows cancellation
    campaign.peer.renew()
    quick = [chain.steps[0] for chain in found if len(chain.steps) == 1]
    labels = {step.label for step in quick}
    slow = [
        fuzzed.step(campaign.good[fuzzed.operation.label])
        for fuzzed in chosen
        if fuzzed.operation.label in campaign.good.keys() - labels
    ]
    for step in [step for step in (*slow, *quick) if step.kind is OperationKind.TOOL][:MOST]:
        again = [step] if step in quick else []
        seen = campaign.attempt(Case((replace(step, cancel=True), *again)))
        if seen and seen[-1].cancelled and seen[-1].ending is not Ending.ANSWERED:
            return  # what a cancellation breaks is the server, whichever tool it is
