"""The operations, read again because the server lists others than before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mcp_proof.fuzz.events import NotTried
from mcp_proof.fuzz.fuzzed import Fuzzed
from mcp_proof.fuzz.operation import OperationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mcp_proof.fuzz.campaign import Campaign

GONE: Final = "the server lists it no longer"
FOR_A_WHILE: Final = "listed only after other calls of a session"
MANY: Final = "the server lists more and more: there is no end to it"
MOST: Final = 300
"""Operations that are known at most."""


def listed_again(
    campaign: Campaign,
    left: Sequence[Fuzzed],
    read: Callable[[], list[Fuzzed]],
    allowed: Callable[[Sequence[Fuzzed]], list[Fuzzed]],
) -> list[Fuzzed]:
    """Return what is to be tried now: what is left of it, and what is new.

    What is gone is still known, for a sequence may begin with it.

    Args:
        campaign: in which they are tried.
        left: what has not been tried yet.
        read: reads what the server offers in the present session.
        allowed: leaves out what may not be tried, and tells of it.
    """
    peer = campaign.peer
    peer.renew()
    listed = {each.operation.label: each for each in read()}
    known = peer.operations
    new = [each for label, each in listed.items() if label not in known]
    for name in sorted(campaign.offering.appeared):
        label = f"{OperationKind.TOOL} {name}"
        if label not in listed and label not in known:
            campaign.tell(NotTried(label=label, reason=FOR_A_WHILE))
    peer.operations = {
        **{label: _as_listed(each, listed.get(label)) for label, each in known.items()},
        **({each.operation.label: each for each in new} if len(known) < MOST else {}),
    }
    campaign.offering.settle()
    labels = [each.operation.label for each in left]
    for label in [label for label in labels if peer.operations[label].operation.vanished]:
        campaign.tell(NotTried(label=label, reason=GONE))
    if new and len(known) >= MOST:
        campaign.tell(NotTried(label=new[0].operation.label, reason=MANY))
        new = []
    still = [peer.operations[label] for label in labels]
    return allowed([*(each for each in still if not each.operation.vanished), *new])


def _as_listed(fuzzed: Fuzzed, listed: Fuzzed | None) -> Fuzzed:
    """Return an operation as it is declared now, which may be otherwise than before."""
    before = fuzzed.operation
    vanished = listed is None and before.kind is not OperationKind.METHOD
    now = listed or fuzzed
    unsteady = vanished or before.unsteady
    return replace(now, operation=replace(now.operation, vanished=vanished, unsteady=unsteady))
