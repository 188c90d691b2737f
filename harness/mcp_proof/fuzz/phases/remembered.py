"""What failed before is tried first."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.fuzzed import Fuzzed


def run(campaign: "Campaign", fuzzed: "Fuzzed") -> None:
    """Try the cases of the corpus; what is not found again by its end is forgotten."""
    label = fuzzed.operation.label
    for case in campaign.corpus.cases(label):
        if all(step.label in campaign.peer.operations for step in case.steps):
            campaign.be_impatient()  # for it may be a silence
            campaign.corpus.forget(label, case)  # it is kept again if it still fails
            if len(case.steps) > 1:
                campaign.peer.renew()  # in a used session fewer steps may do
            campaign.attempt(case, watch_lists=True)
