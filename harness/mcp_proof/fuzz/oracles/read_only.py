"""A tool that says `readOnlyHint` changes what the server offers (schema, ToolAnnotations).

The lists of tools, resources, templates and prompts are compared before and after, for cases of
which all steps are declared to be read-only. Tolerated is another order; what cannot be listed is
not looked at.
"""

from collections.abc import Iterator, Sequence

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.observation import Observation
from mcp_proof_contracts.rule import Level


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain about lists that are others after the case than before it."""
    last = seen[-1]
    if last.changed_lists and all(each.operation.read_only for each in seen):
        lists = ", ".join(last.changed_lists)
        yield Complaint(
            oracle="read-only",
            level=Level.SHOULD,
            message=f"a call that is declared to be read-only changes what is listed ({lists})",
            expected="the same lists before and after",
            actual=f"other entries: {lists}",
        )
