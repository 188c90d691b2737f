"""The structured results of a tool: clients get what they were promised, or less of it."""

from collections.abc import Iterator

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.difference import same
from mcp_proof_contracts.compatibility.schema_change import effect_of_schema
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object


def compare_output(path: str, old_tool: JsonObject, new_tool: JsonObject) -> Iterator[Change]:
    """Yield what changed in the results of a tool."""
    old, new = (as_object(tool.get("outputSchema")) for tool in (old_tool, new_tool))
    if same(old_tool, new_tool, "outputSchema"):
        return
    if "outputSchema" not in old_tool:
        yield Change(
            path=path,
            kind="added",
            effect=Effect.COMPATIBLE,
            why="Results are described now, and come structured; their text stays.",
            adds=True,
            new=new,
        )
    elif "outputSchema" not in new_tool:
        yield Change(
            path=path,
            kind="removed",
            effect=Effect.BREAKING,
            why="Clients that read structured results are promised none any more.",
            old=old,
        )
    else:
        effect = effect_of_schema(old, new)
        yield Change(path=path, kind="changed", effect=effect, why="TODO", old=old, new=new)
