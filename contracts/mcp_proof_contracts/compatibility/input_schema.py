"""The arguments of a tool: what was accepted must still be, so the schema may only widen."""

from collections.abc import Iterator

from mcp_proof_contracts.compatibility.change import Change
from mcp_proof_contracts.compatibility.difference import same
from mcp_proof_contracts.compatibility.schema_change import effect_of_schema
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object


def compare_input(path: str, old_tool: JsonObject, new_tool: JsonObject) -> Iterator[Change]:
    """Yield what changed in the arguments of a tool."""
    old, new = (as_object(tool.get("inputSchema")) for tool in (old_tool, new_tool))
    if not same(old_tool, new_tool, "inputSchema"):
        effect = effect_of_schema(new, old)
        yield Change(path=path, kind="changed", effect=effect, why="TODO", old=old, new=new)
