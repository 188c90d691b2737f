"""The very same call, made twice, comes to another end, of a tool that says `idempotentHint`.

The hint speaks of effects, not of answers (schema, ToolAnnotations): a clock may tell another time.
So only the kind of the outcome counts, and it is advice. Tolerated are other values of the same
types.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.observation import Ending, Observation
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.wire import quote

TWICE: Final = 2


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain where a repeated call fails, or gives a value of another kind."""
    if len(seen) < TWICE:
        return
    first, second = seen[-2:]
    same = first.operation == second.operation and first.arguments == second.arguments
    if not (same and second.operation.idempotent and second.ending is Ending.ANSWERED):
        return
    if first.succeeded and _kind(first) != _kind(second):
        failure = second.outcome.failure
        yield Complaint(
            oracle="idempotent",
            level=Level.ADVICE,
            message="the same call made again ends otherwise, though `idempotentHint` is true",
            expected="the same kind of outcome as before",
            actual=failure.text if failure is not None else quote(second.outcome.value),
        )


def _kind(seen: Observation) -> Json:
    """What an answer is, without its values."""
    return "failure" if seen.outcome.failure is not None else _shape(seen.outcome.value)


def _shape(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _shape(member) for name, member in value.items()}
    return type(value).__name__
