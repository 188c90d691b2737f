"""Other answers of our client, where the server asks it anything."""

from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING, Final

from mcp_proof.fuzz.case import Case
from mcp_proof.fuzz.client import hostile_answers

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.peer import Fuzzed

GENERATED: Final = 6
"""Seeds of valid answers."""
MOST: Final = 24
"""Cases of one operation."""


def run(campaign: "Campaign", _fuzzed: "Fuzzed") -> None:
    """Send inputs on which something was asked before, and answer in every way."""
    questions = campaign.questions
    if not questions.inputs:
        return
    ways = max(map(hostile_answers, questions.methods))
    clients = [f"generated:{number}" for number in range(GENERATED)]
    clients += [f"hostile:{number}" for number in range(ways)]
    for step, client in islice(product(tuple(questions.inputs), clients), MOST):
        campaign.attempt(Case((replace(step, client=client),)))
