"""Servers whose tools or results nobody can use."""

from collections.abc import Callable

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object, encode
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import Edit, Items, in_results, of_first

TOOLS_LIST = "tools/list"


def _tools(edit: Callable[[Items], Items]) -> ReplyEdit:
    def edited(result: dict[str, Json]) -> Json:
        return {"tools": edit([as_object(tool) for tool in as_list(result.get("tools"))])}

    return in_results(edited, TOOLS_LIST)


def _with_underscores(tool: JsonObject) -> JsonObject:
    return {"name": tool["name"], "input_schema": tool.get("inputSchema")}


def _broken_schema(tool: JsonObject) -> JsonObject:
    return {**tool, "inputSchema": {"type": "object", "properties": {"n": {"type": "int"}}}}


def _in_blocks(result: dict[str, Json]) -> Json:
    return {"content": [{"type": "text", "text": encode(result).decode()}]}


def _of_tool(name: str, edit: Edit) -> ReplyEdit:
    """Spoil the results of one tool."""
    spoil = in_results(edit)

    def spoilt(request: JsonObject, reply: JsonObject) -> Json:
        called = as_object(request.get("params")).get("name")
        return spoil(request, reply) if called == name else reply

    return spoilt


def _as_results(result: dict[str, Json]) -> Json:
    return {"results": result.get("documents")}


def _unwrapped(name: str) -> Edit:
    return lambda result: as_object(result.get(name))


def _numbered(result: dict[str, Json]) -> Json:
    return {**result, "operation_id": 1}


def _another(result: dict[str, Json]) -> Json:
    return {"document": {**as_object(result.get("document")), "uuid": "another"}}


fault("contextframe-tools-shape", reply=_tools(of_first(_with_underscores)))
fault("contextframe-tool-names-unique", reply=_tools(lambda tools: [*tools, *tools[:1]]))
fault("contextframe-input-schema-valid", reply=_tools(of_first(_broken_schema)))
fault("contextframe-result-bare", reply=in_results(_in_blocks))
fault("contextframe-documents-shape", reply=_of_tool("search_documents", _as_results))
fault("contextframe-document-shape", reply=_of_tool("get_document", _unwrapped("document")))
fault("contextframe-stats-shape", reply=_of_tool("get_dataset_stats", _unwrapped("stats")))
fault("contextframe-analysis-shape", reply=_of_tool("analyze_usage", _unwrapped("analysis")))
fault("contextframe-operation-shape", reply=_of_tool("batch_extract", _numbered))
fault("contextframe-found-document-served", reply=_of_tool("get_document", _another))
