"""Generated inputs, good and bad: Hypothesis makes them, and does not learn what they come to.

What fails is not raised: one test of Hypothesis would end at it, and shrink it by calls without
number. So each kind of failure is noted, and shrunk in the one way that all cases are.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import hypothesis
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy

from mcp_proof.fuzz.case import Case, Step
from mcp_proof.fuzz.generation.drawing import drawing
from mcp_proof_contracts.json_value import JsonObject

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.fuzzed import Fuzzed

GOOD: Final = 0.6
"""The share of inputs that the schema allows."""


def run(campaign: "Campaign", fuzzed: "Fuzzed") -> None:
    """Try as many generated inputs as the user asks for."""
    operation, generator = fuzzed.operation, fuzzed.generator
    good = round(campaign.options.max_examples * GOOD)
    bad = campaign.options.max_examples - good if operation.has_schema_of_its_own else 0

    def attempt(arguments: JsonObject) -> None:
        if not campaign.given_up:
            campaign.attempt(Case((Step(operation.kind, operation.name, arguments),)))

    for name, strategy, count in (
        ("good", generator.positive, good),
        ("bad", generator.negative, bad),
    ):
        if count and not campaign.given_up:
            each(strategy(), count, campaign.seed(operation.label, name), attempt)


def each(
    strategy: SearchStrategy[JsonObject], count: int, seed: int, take: Callable[[JsonObject], None]
) -> None:
    """Call `take` with so many values of a strategy, the same for the same seed."""

    @hypothesis.seed(seed)
    @drawing(count)
    @hypothesis.given(strategy)
    def property_(value: JsonObject) -> None:
        take(value)

    try:
        property_()
    except Unsatisfiable:
        return  # the generator tells what cannot be made of the schema
