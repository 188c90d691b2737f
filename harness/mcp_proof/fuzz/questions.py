"""What the server asked our client while an operation was tried, and on which inputs."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.fuzz.case import Step
from mcp_proof.fuzz.generation import Validity
from mcp_proof.fuzz.observation import Observation
from mcp_proof_contracts.wire import Kind, as_object

MOST: Final = 3
"""Inputs that are remembered."""


class Questions:
    """The questions of one operation."""

    def __init__(self) -> None:
        self.methods: set[str] = set()
        self.inputs: list[Step] = []
        """The first good inputs on which anything was asked."""

    def note(self, step: Step, seen: Observation) -> None:
        """Look at what the server said during a step."""
        asked = set(asked_in([seen]))
        self.methods |= asked
        good = seen.validity is not Validity.INVALID and not step.client
        if asked and good and len(self.inputs) < MOST:
            self.inputs.append(Step(step.kind, step.name, seen.arguments))


def asked_in(seen: Sequence[Observation]) -> Iterator[str]:
    """Yield the methods that the server asked for: by requests, or as input that it requires."""
    for message in (message for each in seen for message in each.said):
        if message.kind is Kind.REQUEST and message.method != "ping":
            yield message.method
        elif message.kind is Kind.RESULT and message.result.get("resultType") == "input_required":
            for asked in as_object(message.result.get("inputRequests")).values():
                yield str(as_object(asked).get("method"))
