"""Gateways whose servers, or whose servers' tools, cannot be told."""

import json
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from mcp_proof_contracts.dialects.gateway import SERVERS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object, encode
from mcp_proof_mocks.fault import HttpEdit, fault
from mcp_proof_mocks.faults.edits import as_text, in_bodies
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


def _servers(edit: Callable[[list[Json]], list[Json]]) -> HttpEdit:
    def edited(said: dict[str, Json]) -> Json:
        return {**said, "servers": edit(list(as_list(said.get("servers"))))}

    return in_bodies(edited, SERVERS)


def _tools(edit: Callable[[list[JsonObject]], list[JsonObject]]) -> HttpEdit:
    """Spoil the tools of every server."""

    def spoil(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not request.path.endswith("/tools") or response.status != HTTPStatus.OK:
            return response
        said = as_object(json.loads(response.body))
        tools = edit([as_object(tool) for tool in as_list(said.get("tools"))])
        return replace(response, body=encode({**said, "tools": [*tools]}))

    return spoil


def _renamed(tools: list[JsonObject]) -> list[JsonObject]:
    return [
        {"inputSchema" if name == "input_schema" else name: value for name, value in tool.items()}
        for tool in tools
    ]


fault("gateway-servers-served", http=as_text(SERVERS))
fault("gateway-servers-shape", http=_servers(lambda servers: [*servers, {"url": "nameless"}]))
fault("gateway-server-names-unique", http=_servers(lambda servers: [*servers, *servers[:1]]))
fault("gateway-secrets-unlisted")
fault("gateway-tools-shape", http=_tools(_renamed))
fault("gateway-tool-names-unique", http=_tools(lambda tools: [*tools, *tools[:1]]))
