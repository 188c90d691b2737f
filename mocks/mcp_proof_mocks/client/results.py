"""What the mock client makes of a tool's result, and of the schema that it is to satisfy."""

from typing import TYPE_CHECKING, Final

import httpx2

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.schema_dialects import DRAFT_07
from mcp_proof_contracts.structured_results import network_references
from mcp_proof_contracts.tool_schema import instance_problems, is_known_dialect, schema_problem
from mcp_proof_mocks.client.failure import InvalidError

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

PLAIN: Final = frozenset({"type", "properties", "required", "items", "description", "title"})
"""The keywords that are left where others are lost."""


async def checked(client: "MockClient", tool: JsonObject, result: JsonObject) -> JsonObject:
    """Return the result of a call, whose structured content is as announced (tools, Output Schema).

    Raises:
        InvalidError: it is not.
    """
    schema = tool.get("outputSchema")
    if not isinstance(schema, dict) or "structuredContent" not in result:
        return result
    value = result["structuredContent"]
    if not isinstance(value, dict) and not client.keeps("tools-client-accepts-any-structured"):
        raise InvalidError("structured content must be an object")
    if not client.keeps("schema-no-network-ref"):
        async with httpx2.AsyncClient(trust_env=False) as http:
            for uri in network_references(schema):
                await _fetched(http, uri)
    if client.keeps("tools-client-validates-structured") and result.get("isError") is not True:
        _validate(client, schema, value)
    return result


def handed_on(client: "MockClient", tools: list[Json]) -> list[Json]:
    """Return the tools as the user gets them."""
    if client.keeps("tools-schema-keywords-preserved-client"):
        return tools
    return [_plain(tool, PLAIN | {"name", "inputSchema", "outputSchema"}) for tool in tools]


def _validate(client: "MockClient", schema: JsonObject, value: Json) -> None:
    """Validate structured content (basic, JSON Schema Usage).

    Raises:
        InvalidError: it breaks the schema, or the schema cannot be used.
    """
    if not is_known_dialect(schema) and not client.keeps("tools-dialect-unsupported-error"):
        return
    if "$schema" not in schema and not client.keeps("tools-dialect-2020-12"):
        schema = {"$schema": DRAFT_07, **schema}
    problem = schema_problem(schema)
    if problem is not None and any(network_references(schema)):
        if client.keeps("schema-unresolved-ref-rejected"):
            raise InvalidError(f"the outputSchema cannot be used: {problem}")
        return
    if problem is not None:
        raise InvalidError(f"the outputSchema cannot be used: {problem}")
    if problems := instance_problems(schema, value):
        raise InvalidError(f"the structured content is not as announced: {problems[0]}")


async def _fetched(http: httpx2.AsyncClient, uri: str) -> None:
    try:
        await http.get(uri)
    except httpx2.HTTPError:
        return


def _plain(value: Json, known: frozenset[str]) -> Json:
    if not isinstance(value, dict):
        return value
    kept: dict[str, Json] = {}
    for name, part in value.items():
        if name == "properties" and isinstance(part, dict):
            kept[name] = {key: _plain(inner, PLAIN) for key, inner in part.items()}
        elif name in known:
            kept[name] = _plain(part, PLAIN)
    return kept
