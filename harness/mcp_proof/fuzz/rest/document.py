"""The OpenAPI document that Schemathesis is given: of a server, what may be asked."""

from collections.abc import Collection
from typing import Final

from mcp_proof.dialects.openapi_jsonrpc import OpenApiJsonRpcServer
from mcp_proof.dialects.over_http import HttpToolServer
from mcp_proof.dialects.rest import RestServer
from mcp_proof.errors import PeerError, UsageError
from mcp_proof.fuzz.rest.executed import SCHEMAS
from mcp_proof.tool_server import ListedTool
from mcp_proof_contracts.dialects.rest import DISCOVER, EXECUTE
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.jsonrpc import DOCUMENT, narrowed_document
from mcp_proof_contracts.openapi.rest import rest_openapi
from mcp_proof_contracts.wire import as_list, as_object

_HELD_BACK: Final[JsonObject] = {"description": "Not sent by mcp-proof: it names another tool."}


async def document_of(server: HttpToolServer, permitted: Collection[str]) -> JsonObject:
    """Return the document of a server, with calls of the permitted tools only.

    Raises:
        UsageError: the server speaks a dialect that no such document describes.
        PeerError: it does not say what it has.
    """
    tools = {tool.name: tool for tool in await server.list_tools() if tool.name in permitted}
    if isinstance(server, RestServer):
        document = await _of_rest(server, tools)
    elif isinstance(server, OpenApiJsonRpcServer):
        document = await _of_json_rpc(server, tools)
    else:
        raise UsageError(f"{server.spoken} is not described by an OpenAPI document")
    schemas: JsonObject = {name: tool.input_schema for name, tool in tools.items()}
    return {**document, SCHEMAS: schemas}


async def _of_rest(server: RestServer, tools: Collection[str]) -> JsonObject:
    discovered = (await server.request("GET", DISCOVER)).members
    named = [as_object(tool) for tool in as_list(discovered.get("tools"))]
    kept: list[Json] = [tool for tool in named if tool.get("name") in tools]
    document = rest_openapi({**discovered, "tools": kept}, guarded=server.token is not None)
    paths = as_object(document["paths"])
    if not kept:
        paths = {path: item for path, item in paths.items() if path != EXECUTE}
    return {**document, "paths": _held_back(paths, EXECUTE)}


async def _of_json_rpc(server: OpenApiJsonRpcServer, tools: dict[str, ListedTool]) -> JsonObject:
    if server.described is None:
        raise PeerError(f"there is no OpenAPI document at {DOCUMENT} that describes calls")
    document = narrowed_document(server.described, [tool.listed for tool in tools.values()])
    path = server.described.path
    return {**document, "paths": _held_back(as_object(document["paths"]), path)}


def _held_back(paths: JsonObject, path: str) -> JsonObject:
    """Document what mcp-proof itself answers where a request would call another tool."""
    if path not in paths:
        return paths
    post = as_object(as_object(paths[path])["post"])
    responses: JsonObject = {"403": _HELD_BACK, **as_object(post["responses"])}
    return {**paths, path: {"post": {**post, "responses": responses}}}
