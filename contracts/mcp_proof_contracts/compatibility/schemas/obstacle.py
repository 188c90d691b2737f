"""Why a schema is not asked about: what judges it would fall over it, or not come back.

Values are counted before anything recursive sees them: the prover ends the process when it follows
twenty thousand references, and there is no way to stop it once it runs.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.generate.alternatives import has_many_alternatives
from mcp_proof_contracts.generate.document import REFERENCES, Document
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.tool_schema import schema_problem

DEEPEST: Final = 100
MOST_VALUES: Final = 5000
MOST_REFERENCES: Final = 300
ELSEWHERE: Final = "not present in a registry"
"""In what the validator says of a reference to another document."""


def obstacle(schema: Json) -> str:
    """Return why a schema cannot be compared; empty if it can."""
    if too := too_large(schema):
        return too
    if (problem := schema_problem(schema)) is not None:
        if ELSEWHERE in problem:
            return "it refers to another document, and none is ever fetched"
        return f"it cannot be used: {excerpt(problem)}"
    if has_many_alternatives(Document(schema)):
        return "its alternatives have too many combinations"
    return ""


def too_deep(schema: Json) -> bool:
    """Whether a schema nests too deeply for what goes through it by recursion."""
    return next((True for depth, _ in enumerate(_levels(schema)) if depth >= DEEPEST), False)


def too_large(schema: Json) -> str:
    """Return in which respect a schema is too large; empty if it is not."""
    values = references = 0
    for depth, level in enumerate(_levels(schema)):
        values += len(level)
        objects = (value for value in level if isinstance(value, Mapping))
        references += sum(name in value for value in objects for name in REFERENCES)
        if depth >= DEEPEST:
            return f"it nests deeper than {DEEPEST} levels"
        if values > MOST_VALUES:
            return f"it has more than {MOST_VALUES} values"
        if references > MOST_REFERENCES:
            return f"it has more than {MOST_REFERENCES} references"
    return ""


def _levels(schema: Json) -> Iterator[list[Json]]:
    """Yield the values at each depth."""
    level: list[Json] = [schema]
    while level:
        yield level
        inner: list[Json] = []
        for value in level:
            if isinstance(value, Mapping):
                inner += value.values()
            elif isinstance(value, list | tuple):
                inner += value
        level = inner
