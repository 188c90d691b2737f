"""A few good calls, made twice."""

from itertools import islice
from typing import TYPE_CHECKING, Final

from mcp_proof.fuzz.case import Case, Step
from mcp_proof.fuzz.generation import Validity
from mcp_proof.fuzz.operation import OperationKind

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.fuzzed import Fuzzed

REPEATED: Final = 8
"""Inputs that are sent twice."""


def run(campaign: "Campaign", fuzzed: "Fuzzed") -> None:
    """Send each of the first good inputs twice."""
    operation = fuzzed.operation
    if operation.kind is not OperationKind.TOOL:
        return
    good = (a for a in fuzzed.generator.boundaries() if fuzzed.validity(a) is Validity.VALID)
    for arguments in islice(good, REPEATED):
        step = Step(operation.kind, operation.name, arguments)
        campaign.attempt(Case((step, step)))
