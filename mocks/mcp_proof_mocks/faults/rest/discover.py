"""Servers that cannot be discovered, or list what nobody can use."""

from collections.abc import Callable

from mcp_proof_contracts.dialects.rest import DISCOVER
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import HttpEdit, fault
from mcp_proof_mocks.faults.edits import Items, as_text, in_bodies, of_first, without


def _tools(edit: Callable[[Items], Items]) -> HttpEdit:
    def edited(said: dict[str, Json]) -> Json:
        tools = [as_object(tool) for tool in as_list(said.get("tools"))]
        return {**said, "tools": edit(tools)}

    return in_bodies(edited, DISCOVER)


def _broken_schema(tool: JsonObject) -> JsonObject:
    return {**tool, "input_schema": {"type": "object", "properties": {"n": {"type": "int"}}}}


fault("rest-discover-served", http=as_text(DISCOVER))
fault("rest-discover-shape", http=in_bodies(without("version"), DISCOVER))
fault("rest-tool-names-unique", http=_tools(lambda tools: [*tools, *tools[:1]]))
fault("rest-input-schema-valid", http=_tools(of_first(_broken_schema)))
