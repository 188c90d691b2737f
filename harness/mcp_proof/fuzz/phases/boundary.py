"""The boundary table: values at, and just beyond, the edges of the schema, one at a time.

What the server lists is looked at after the first of them, the second, the fourth and so on, so
that a change shows which the same input, or one like it, takes back.
"""

from typing import TYPE_CHECKING

from mcp_proof.fuzz.case import Case, Step

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.fuzzed import Fuzzed


def run(campaign: "Campaign", fuzzed: "Fuzzed") -> None:
    """Try every value of the table."""
    operation = fuzzed.operation
    for number, arguments in enumerate(fuzzed.generator.boundaries(), start=1):
        campaign.attempt(Case((Step(operation.kind, operation.name, arguments),)))
        if number.bit_count() == 1 and campaign.offering.is_cheap:
            campaign.offering.look(operation)
