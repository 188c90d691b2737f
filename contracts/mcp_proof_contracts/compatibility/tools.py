"""Tools: all that is said of one but its schemas and annotations is compared here."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.compatibility.annotations import compare_annotations
from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.input_schema import compare_input
from mcp_proof_contracts.compatibility.named import Named
from mcp_proof_contracts.compatibility.output_schema import compare_output
from mcp_proof_contracts.compatibility.presentation import compare_others, compare_presentation
from mcp_proof_contracts.compatibility.task_support import compare_task_support
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_list

UNDERSCORED: Final = {"input_schema": "inputSchema", "output_schema": "outputSchema"}
"""Members as other dialects spell them."""
COMPARED: Final = (
    "name",
    "annotations",
    "execution",
    "inputSchema",
    "outputSchema",
    "permissions",
)


def compare_tool(path: str, old: JsonObject, new: JsonObject) -> Iterator[Change]:
    """Yield what changed in a tool."""
    old, new = _spelled(old), _spelled(new)
    yield from compare_input(f"{path}/inputSchema", old, new)
    yield from compare_output(f"{path}/outputSchema", old, new)
    yield from compare_annotations(path, old, new)
    yield from compare_task_support(path, old, new)
    yield from _compare_permissions(path, old, new)
    yield from compare_presentation(path, old, new)
    yield from compare_others(path, old, new, COMPARED)


def _spelled(tool: JsonObject) -> JsonObject:
    return {UNDERSCORED.get(name, name): value for name, value in tool.items()}


def _compare_permissions(path: str, old: JsonObject, new: JsonObject) -> Iterator[Change]:
    """What a token must allow, in the dialects that say so."""
    before, after = (
        {str(each) for each in as_list(side.get("permissions"))} for side in (old, new)
    )
    for permission in sorted(before ^ after):
        demanded = permission in after
        yield Change(
            path=f"{path}/permissions{json_pointer((permission,))}",
            kind="added" if demanded else "removed",
            effect=Effect.BREAKING if demanded else Effect.COMPATIBLE,
            why="A token that sufficed is refused now, if it does not allow this."
            if demanded
            else "A token that sufficed still does.",
            adds=not demanded,
        )


TOOLS: Final = Named(part="tools", use="calls", compare=compare_tool)
