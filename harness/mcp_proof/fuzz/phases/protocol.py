"""Malformed messages: below the tools, once for the whole server."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from mcp_proof.errors import PeerError
from mcp_proof.fuzz.events import NotTried, OperationFinished, OperationStarted
from mcp_proof.fuzz.generation import Validity
from mcp_proof.fuzz.operation import OperationKind
from mcp_proof.fuzz.protocol.case import ProtocolCase
from mcp_proof.fuzz.protocol.messages import Call
from mcp_proof.fuzz.protocol.trial import LABEL, Trial
from mcp_proof.fuzz.stop import Stopped

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.fuzzed import Fuzzed

TIMES: Final = 2
"""How many malformed messages are tried for each input that an operation is generated."""
CALLED: Final = 3
"""Tools whose calls are malformed."""


def applies(campaign: "Campaign") -> bool:
    """Whether this is to be tried: not where the user wants some tools alone."""
    return not campaign.options.tools and campaign.options.wants(LABEL)


def run(campaign: "Campaign", chosen: "Sequence[Fuzzed]") -> None:
    """Try the server's protocol, by messages of all kinds and calls of a few permitted tools."""
    before, trial = campaign.cases, Trial(campaign)
    campaign.tell(OperationStarted(label=LABEL, number=1, total=1))
    try:
        trial.run(TIMES * campaign.options.max_examples, list(islice(_calls(chosen), CALLED)))
    except (Stopped, PeerError) as end:
        campaign.tell(NotTried(label=LABEL, reason=campaign.why(end)))
        raise
    finally:
        trial.settle()
        campaign.tell(OperationFinished(label=LABEL, cases=campaign.cases - before))
    trial.close()


def only(campaign: "Campaign", case: ProtocolCase) -> None:
    """Send one case, and tell what is wrong with what came of it."""
    trial = Trial(campaign)
    campaign.tell(OperationStarted(label=LABEL, number=1, total=1))
    if why_not := trial.attempt(case):
        campaign.tell(NotTried(label=LABEL, reason=why_not))
    trial.settle(shrink=False)
    campaign.tell(OperationFinished(label=LABEL, cases=campaign.cases))
    campaign.finish()
    trial.close()


def _calls(chosen: "Sequence[Fuzzed]") -> Iterator[Call]:
    """Yield a good call of each permitted tool."""
    for fuzzed in chosen:
        if fuzzed.operation.kind is OperationKind.TOOL:
            for arguments in fuzzed.generator.boundaries():
                if fuzzed.validity(arguments) is Validity.VALID:
                    yield fuzzed.operation.name, arguments
                    break
