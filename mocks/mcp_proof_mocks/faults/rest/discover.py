"""Servers that cannot be discovered, or list what nobody can use."""

from collections.abc import Callable
from dataclasses import replace

from mcp_proof_contracts.dialects.rest import DISCOVER
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import HttpEdit, fault
from mcp_proof_mocks.faults.edits import in_bodies
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


def _as_text(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.path != DISCOVER:
        return response
    return replace(response, headers={**response.headers, "Content-Type": "text/plain"})


def _without_version(said: dict[str, Json]) -> Json:
    return {name: value for name, value in said.items() if name != "version"}


def _tools(edit: Callable[[list[JsonObject]], list[JsonObject]]) -> HttpEdit:
    def edited(said: dict[str, Json]) -> Json:
        tools = [as_object(tool) for tool in as_list(said.get("tools"))]
        return {**said, "tools": edit(tools)}

    return in_bodies(edited, DISCOVER)


def _broken_schema(tools: list[JsonObject]) -> list[JsonObject]:
    broken: JsonObject = {"type": "object", "properties": {"n": {"type": "int"}}}
    return [{**tools[0], "input_schema": broken}, *tools[1:]]


fault("rest-discover-served", http=_as_text)
fault("rest-discover-shape", http=in_bodies(_without_version, DISCOVER))
fault("rest-tool-names-unique", http=_tools(lambda tools: [*tools, *tools[:1]]))
fault("rest-input-schema-valid", http=_tools(_broken_schema))
