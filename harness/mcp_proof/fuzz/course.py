"""The course of a campaign: one operation after the other, then the server as a whole."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.fuzz.case import Case
from mcp_proof.fuzz.events import NotTried
from mcp_proof.fuzz.fuzzed import Fuzzed
from mcp_proof.fuzz.listed_again import listed_again
from mcp_proof.fuzz.phases import OF_ALL, OF_AN_OPERATION
from mcp_proof.fuzz.stop import Stopped
from mcp_proof_contracts.suggestion import did_you_mean

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign


def everything(
    campaign: "Campaign",
    fuzzed: Sequence[Fuzzed],
    read: Callable[[], list[Fuzzed]],
) -> None:
    """Try all that may be tried.

    Args:
        campaign: in which this is done.
        fuzzed: what the server offers.
        read: reads that again, when the server lists others.

    Raises:
        Stopped: there was no time for all; what was not tried is told.
        PeerError: the same, for the server is gone.
    """
    choice, wants = campaign.choice, campaign.options.wants
    first = choice.first(fuzzed)
    left = [each for each in first if wants(each.operation.label)]
    done = [each for each in first if not wants(each.operation.label)]
    number = 0
    with ExitStack() as last:
        last.callback(campaign.finish)
        while left:
            number += 1
            try:
                _one(campaign, left[0], number, number - 1 + len(left))
            except (Stopped, PeerError) as end:
                _tell_rest(campaign, left, end)
                raise
            done.append(left.pop(0))
            if campaign.offering.changed:
                left = listed_again(campaign, left, read, choice.allowed)
        _whole(campaign, done)


def only(campaign: "Campaign", case: Case) -> None:
    """Send one case, and tell what is wrong with it.

    Raises:
        UsageError: the server has nothing of that name.
    """
    known = campaign.peer.operations
    unknown = [step.label for step in case.steps if step.label not in known]
    if unknown:
        hint = did_you_mean(unknown[0], list(known))
        raise UsageError(f"--case: the server has no {unknown[0]}.{hint}")
    last = known[case.steps[-1].label].operation
    campaign.begin(last, 1, 1)
    campaign.peer.renew()
    campaign.attempt(case, watch_lists=True)
    campaign.end(last)
    campaign.finish()


def _one(campaign: "Campaign", fuzzed: Fuzzed, number: int, total: int) -> None:
    campaign.begin(fuzzed.operation, number, total)
    try:
        for phase in OF_AN_OPERATION:
            phase(campaign, fuzzed)
        campaign.offering.look(fuzzed.operation)
    finally:
        campaign.end(fuzzed.operation)


def _tell_rest(campaign: "Campaign", left: Sequence[Fuzzed], end: BaseException) -> None:
    """Tell what is left when there is no time, or no server, for it."""
    for number, fuzzed in enumerate(left):
        begun = "not all of it was tried: " if number == 0 else ""
        campaign.tell(NotTried(label=fuzzed.operation.label, reason=begun + campaign.why(end)))
    for whole in OF_ALL:
        if whole.applies(campaign):
            campaign.tell(NotTried(label=whole.LABEL, reason=campaign.why(end)))


def _whole(campaign: "Campaign", done: Sequence[Fuzzed]) -> None:
    """Try the server as a whole, in one way after the other."""
    wanted = [whole for whole in OF_ALL if whole.applies(campaign)]
    for number, whole in enumerate(wanted, start=1):
        try:
            whole.run(campaign, done)
        except (Stopped, PeerError) as end:
            for left in wanted[number:]:
                campaign.tell(NotTried(label=left.LABEL, reason=campaign.why(end)))
            raise
