"""Judge parts of messages at every revision, the older ones included.

The schemas begin with 2025-11-25. The definitions named here looked the same before it, but for
members that did not exist yet: those are unknown there, and unknown members break nothing.
"""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.schema_problem import Problem

_OLDEST_SCHEMA: Final = Revision.R2025_11_25
_R2503, _R2506, _R2511 = Revision.R2025_03_26, Revision.R2025_06_18, Revision.R2025_11_25
_ADDED: Final[Mapping[str, Mapping[str, Revision]]] = {
    "ServerCapabilities": {"completions": _R2503, "tasks": _R2511},
    "Implementation": {
        "title": _R2506,
        "description": _R2511,
        "icons": _R2511,
        "websiteUrl": _R2511,
    },
    "Tool": {
        "annotations": _R2503,
        "title": _R2506,
        "outputSchema": _R2506,
        "_meta": _R2506,
        "icons": _R2511,
        "execution": _R2511,
    },
    "ToolAnnotations": {},
    "InputSchema": {"$schema": _R2511},
    "OutputSchema": {"$schema": _R2511},
    "InitializeResult": {},
}
"""The members that each definition has not had from the beginning."""


def definition_problems(revision: Revision, definition: str, value: Json) -> list[Problem]:
    """What is wrong with a value under a definition as `revision` has it."""
    added = _ADDED[definition]
    if isinstance(value, Mapping):
        value = {
            name: member for name, member in value.items() if added.get(name, revision) <= revision
        }
    return problems(max(revision, _OLDEST_SCHEMA), definition, value)
