"""The very same call, made twice, comes to another end, of a tool that says `idempotentHint`.

The hint speaks of effects, not of answers (schema, ToolAnnotations): a clock may tell another time.
So only the kind of the outcome counts, and it is advice. Tolerated are other values of the same
types.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.observation import Ending, Observation
from mcp_proof.fuzz.oracles.outcome_kind import outcome_kind
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.wire import quote

TWICE: Final = 2


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain where a repeated call fails, or gives a value of another kind."""
    if len(seen) < TWICE:
        return
    first, second = seen[-2:]
    same = first.operation == second.operation and first.arguments == second.arguments
    same = same and first.session == second.session
    if not (same and second.operation.idempotent and second.ending is Ending.ANSWERED):
        return
    if first.succeeded and outcome_kind(first) != outcome_kind(second):
        failure = second.outcome.failure
        yield Complaint(
            oracle="idempotent",
            level=Level.ADVICE,
            message="the same call made again ends otherwise, though `idempotentHint` is true",
            expected="the same kind of outcome as before",
            actual=failure.text if failure is not None else quote(second.outcome.value),
        )
