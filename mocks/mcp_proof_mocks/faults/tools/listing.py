"""Lists of tools that are missing, unsteady or ill-formed."""

import itertools
import os
from collections.abc import Callable

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import Items, in_results, of_first, without


def _tools(edit: Callable[[Items], Items]) -> ReplyEdit:
    """Edit every page of the list of tools."""

    def edited(result: dict[str, Json]) -> Json:
        tools = [as_object(tool) for tool in as_list(result.get("tools"))]
        return {**result, "tools": edit(tools)}

    return in_results(edited, "tools/list")


def _first_page(edit: Callable[[Items], Items]) -> ReplyEdit:
    """Edit the first page of the list of tools."""

    def edited(request: JsonObject, reply: JsonObject) -> Json:
        later = "cursor" in as_object(request.get("params"))
        return reply if later else _tools(edit)(request, reply)

    return edited


def _first(**members: Json) -> ReplyEdit:
    """Replace members of the first tool."""
    return _first_page(of_first(lambda tool: {**tool, **members}))


def _last(**members: Json) -> ReplyEdit:
    """Replace members of the last tool of the first page, which nobody calls unasked."""
    return _first_page(lambda tools: [*tools[:-1], *({**t, **members} for t in tools[-1:])])


def _without_schema(tools: list[JsonObject]) -> list[JsonObject]:
    return [{name: tool[name] for name in tool if name != "inputSchema"} for tool in tools]


def _own_scratchpad(tools: list[JsonObject]) -> list[JsonObject]:
    """A tool that every process names after itself."""
    return [*tools, {"name": f"scratchpad_{os.getpid()}", "inputSchema": {"type": "object"}}]


def _undeclared_list_change(document: dict[str, Json]) -> None:
    announced = {str(name) for name in as_list(document.get("announces"))}
    document["announces"] = sorted(announced | {"tools"})
    document["on_initialized"] = [{"announce": "tools"}]


_walks = itertools.count()


def _any_order(request: JsonObject, reply: JsonObject) -> Json:
    """Turn the first page around in every other walk."""
    first_page = "cursor" not in as_object(request.get("params"))
    if request.get("method") == "tools/list" and first_page and next(_walks) % 2:
        return _first_page(lambda tools: tools[::-1])(request, reply)
    return reply


fault("tools-capability-declared")
fault("tools-list-answers", reply=in_results(without("tools"), "tools/list"))
fault("tools-tool-members", reply=_tools(_without_schema))
fault("tools-input-schema-object", reply=_first(inputSchema={"type": "string"}))
fault("tools-output-schema-object", reply=_last(outputSchema={"type": "array"}))
fault(
    "tools-schemas-valid",
    reply=_first(inputSchema={"type": "object", "properties": {"n": {"type": "int"}}}),
)
fault("tools-name-length", reply=_last(name="x" * 129))
fault("tools-name-charset", reply=_last(name="get weather"))
fault("tools-name-unique", reply=_tools(lambda tools: [*tools, *tools[:1]]))
fault("tools-annotations-types", reply=_first(annotations={"readOnlyHint": "true"}))
fault("tools-list-order-stable", reply=_any_order)
fault("tools-list-connection-independent", reply=_first_page(_own_scratchpad), transport="stdio")
fault("tools-list-changed-only-declared", contract=_undeclared_list_change, transport="stdio")
