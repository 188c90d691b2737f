"""An operation with what makes its inputs, and one input of it."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from mcp_proof.fuzz.case import Step
from mcp_proof.fuzz.generation import NO_CHOICES, Choices, Generator, Validity
from mcp_proof.fuzz.operation import Operation
from mcp_proof_contracts.json_value import JsonObject

BASES: Final = 3
"""Good inputs to begin with, where an operation is one of several."""


@dataclass(frozen=True)
class Fuzzed:
    """An operation with what makes its inputs."""

    operation: Operation
    generator: Generator
    choices: Choices = NO_CHOICES
    """What the user gave for it."""

    def validity(self, arguments: JsonObject) -> Validity:
        """Return whether arguments are good; only of a schema of the server's own it is sure."""
        if not self.operation.has_schema_of_its_own:
            return Validity.UNJUDGED
        return self.generator.verdict(arguments)

    def fits(self, arguments: JsonObject) -> bool:
        """Whether the schema allows arguments, be it the server's own or what is known of it."""
        return self.generator.verdict(arguments) is Validity.VALID

    @cached_property
    def bases(self) -> list[JsonObject]:
        """Return the first good arguments, the smallest before all others."""
        return list(islice(filter(self.fits, self.generator.boundaries()), BASES))

    def step(self, arguments: JsonObject) -> Step:
        """Return the step that sends arguments."""
        return Step(self.operation.kind, self.operation.name, arguments)


@dataclass(frozen=True, slots=True)
class Input:
    """A step, with what its references stand for."""

    step: Step
    fuzzed: Fuzzed
    arguments: JsonObject
