"""Other answers of our client, where the server asks it anything."""

from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING, Final

from mcp_proof.fuzz.case import Case
from mcp_proof.fuzz.client import hostile_answers
from mcp_proof.fuzz.questions import asked_in

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.fuzzed import Fuzzed

GENERATED: Final = 6
"""Seeds of valid answers."""
MOST: Final = 24
"""Cases of one operation."""
MOST_SESSIONS: Final = 8
"""The same where each needs a session of its own."""


def run(campaign: "Campaign", _fuzzed: "Fuzzed") -> None:
    """Send inputs on which something was asked before, and answer in every way."""
    questions = campaign.questions
    if not questions.inputs:
        return
    ways = max(map(hostile_answers, questions.methods))
    clients = [f"hostile:{number}" for number in range(ways)]
    clients += [f"generated:{number}" for number in range(GENERATED)]
    anew = False
    tried = islice(product(tuple(questions.inputs), clients), MOST)
    for number, (step, client) in enumerate(tried):
        if anew and number >= MOST_SESSIONS:
            return
        case = Case((replace(step, client=client),))
        if anew:
            campaign.peer.renew()
        seen = campaign.attempt(case)
        if not anew and seen and not any(asked_in(seen)):
            anew = True  # it asks once in each session
            campaign.peer.renew()
            seen = campaign.attempt(case)
        if seen and anew and not any(asked_in(seen)):
            return
