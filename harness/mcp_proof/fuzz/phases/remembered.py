"""What failed before is tried first."""

from typing import TYPE_CHECKING

from mcp_proof.fuzz.case import case_of, parsed
from mcp_proof.fuzz.events import NotTried

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.case import Case
    from mcp_proof.fuzz.fuzzed import Fuzzed


def run(campaign: "Campaign", fuzzed: "Fuzzed") -> None:
    """Try the cases of the corpus; what shows nothing any more is forgotten.

    A case that calls what may not be called now stays where it is: it was kept by another run.
    """
    label = fuzzed.operation.label
    for case in campaign.corpus.cases(label, lambda text: case_of(parsed(text))):
        if reason := _why_not(campaign, case):
            campaign.tell(NotTried(label=label, reason=f"an input that failed before: {reason}"))
            continue
        campaign.be_impatient()  # for it may be a silence
        if len(case.steps) > 1 and not campaign.given_up:
            campaign.peer.renew()  # in a used session fewer steps may do
        if campaign.attempt(case, watch_lists=True):
            campaign.corpus.forget(label, case.text)  # it is kept again if it still fails


def _why_not(campaign: "Campaign", case: "Case") -> str:
    """Return why a case may not be sent; empty where it may."""
    for step in case.steps:
        if (fuzzed := campaign.peer.operations.get(step.label)) is None:
            return f"the server lists no {step.label}"
        if reason := campaign.choice.why_not(fuzzed.operation):
            return f"{step.label}: {reason}"
    return ""
