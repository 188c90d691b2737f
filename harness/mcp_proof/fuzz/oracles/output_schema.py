"""A tool with an `outputSchema` does not give what that promises (server/tools, Output Schema).

Structured content that is there is judged by rules, in MCP, REST and the queue; here it is missing,
or the dialect has no such rule. Tolerated is a result that says it failed, any result before
2025-06-18, one that asks for more input, and a schema that no validator can use.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.observation import Observation
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.wire import quote

HAVE_RULES: Final = (Dialect.REST, Dialect.QUEUE)


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain about structure that is missing or wrong in what a tool gave."""
    last = seen[-1]
    schema = last.operation.output_schema
    if schema is None or not last.succeeded or last.spoken in HAVE_RULES:
        return
    if isinstance(last.spoken, Revision):
        if last.spoken >= Revision.R2025_06_18 and any(map(_is_unstructured, _results(last))):
            yield Complaint(
                oracle="output-schema",
                level=Level.MUST,
                detail="missing",
                message="the tool has an outputSchema, and gives no structured content",
                expected="`structuredContent` that the outputSchema allows",
                actual=quote(last.outcome.value),
            )
    elif schema_problem(schema) is None and (
        problems := instance_problems(schema, last.outcome.value)
    ):
        yield Complaint(
            oracle="output-schema",
            level=Level.MUST,
            detail="wrong",
            message=f"the tool gave what its outputSchema forbids: {problems[0]}",
            expected="a value that the outputSchema allows",
            actual=quote(last.outcome.value),
        )


def _results(last: Observation) -> list[JsonObject]:
    return [message.result for message in last.results]


def _is_unstructured(result: JsonObject) -> bool:
    """Whether a result is a tool's output, without structure."""
    return (
        "content" in result
        and "structuredContent" not in result
        and result.get("resultType") in (None, "complete")
    )
