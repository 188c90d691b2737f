"""Calls that are cancelled right after they were sent; the same call must then still work."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mcp_proof.driver import Driver
from mcp_proof.fuzz.case import Case
from mcp_proof.fuzz.operation import OperationKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.phases.chains import Chain

MOST: Final = 8
"""Tools of which a call is cancelled."""


def run(campaign: Campaign, found: Sequence[Chain]) -> None:
    """Cancel calls of tools, and make each again."""
    if not isinstance(campaign.peer.server, Driver):
        return  # only MCP knows cancellation
    campaign.peer.renew()
    alone = [chain.steps[0] for chain in found if len(chain.steps) == 1]
    for step in [step for step in alone if step.kind is OperationKind.TOOL][:MOST]:
        campaign.attempt(Case((replace(step, cancel=True), step)))
