"""The boundary table: values at, and just beyond, the edges of the schema, one at a time."""

from typing import TYPE_CHECKING

from mcp_proof.fuzz.case import Case, Step

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.peer import Fuzzed


def run(campaign: "Campaign", fuzzed: "Fuzzed") -> None:
    """Try every value of the table."""
    operation = fuzzed.operation
    for arguments in fuzzed.generator.boundaries():
        campaign.attempt(Case((Step(operation.kind, operation.name, arguments),)))
