"""A result of a resource, prompt or completion is not of the shape that the revision demands.

Tools have rules for each part of their results; here the schema of the revision judges as a whole,
and the bound of a completion (schema, CompleteResult: at most 100 values). Errors are not looked
at, for rules judge those.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.observation import Observation
from mcp_proof.fuzz.operation import OperationKind
from mcp_proof.fuzz.operations import METHODS
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.schema import message_problems
from mcp_proof_contracts.wire import Message, as_list, as_object, quote

MOST_VALUES: Final = 100
"""In one completion (schema, CompleteResult.completion.values: "Must not exceed 100 items")."""


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain about the first mistake in a result."""
    last = seen[-1]
    kind = last.operation.kind
    if kind is OperationKind.TOOL or not isinstance(last.spoken, Revision) or last.provoked:
        return
    method = METHODS.get(kind, last.operation.name)
    for message in last.results:
        for problem in _problems(last.spoken, kind, message, method)[:1]:
            yield Complaint(
                oracle="wire-schema",
                level=Level.MUST,
                message=f"the result is not what {last.spoken} demands: {problem}",
                expected=f"a result of {method}",
                actual=quote(message.value),
            )


def _problems(revision: Revision, kind: OperationKind, message: Message, method: str) -> list[str]:
    found = message_problems(revision, "server", message.value, method)
    values = as_list(as_object(message.result.get("completion")).get("values"))
    if kind is OperationKind.COMPLETION and len(values) > MOST_VALUES:
        return [f"/result/completion/values: {len(values)} values, {MOST_VALUES} are the most"]
    return [str(problem) for problem in found]
