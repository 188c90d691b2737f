"""The user's own examples as they are, then each value of the dictionary wherever it fits."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from mcp_proof.fuzz.case import Case, Step
from mcp_proof.fuzz.generation import Validity
from mcp_proof_contracts.json_value import JsonObject

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.fuzzed import Fuzzed

MOST: Final = 200
"""Arguments made from a dictionary; in nested ones its values come by chance, when exploring."""


def run(campaign: "Campaign", fuzzed: "Fuzzed") -> None:
    """Try what the user gave."""
    operation = fuzzed.operation
    for arguments in (*fuzzed.choices.examples, *islice(_with_dictionary(fuzzed), MOST)):
        campaign.attempt(Case((Step(operation.kind, operation.name, arguments),)))


def _with_dictionary(fuzzed: "Fuzzed") -> Iterator[JsonObject]:
    """Yield good arguments with one of them taken from the dictionary."""
    if not fuzzed.choices.dictionary:
        return
    verdict = fuzzed.generator.verdict
    good = (a for a in fuzzed.generator.boundaries() if verdict(a) is Validity.VALID)
    for base in islice(good, 1):
        named = fuzzed.operation.input_schema.get("properties")
        for name in {**base, **(named if isinstance(named, dict) else {})}:
            for value in fuzzed.choices.dictionary:
                arguments = {**base, name: value}
                if verdict(arguments) is Validity.VALID:
                    yield arguments
