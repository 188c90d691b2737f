"""Tools whose parameters the mock client mirrors into headers, and those that it drops."""

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from mcp_proof_contracts.header_annotations import Flaw, flaws_of
from mcp_proof_contracts.headers import (
    HeaderParameter,
    encode_value,
    header_parameters,
    header_text,
    value_at,
)
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.client.failure import InvalidError

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

REJECTED: Final = {
    Flaw.EMPTY: "xmcp-client-rejects-empty-name",
    Flaw.NOT_A_NAME: "xmcp-client-rejects-non-token",
    Flaw.DUPLICATE: "xmcp-client-rejects-duplicates",
    Flaw.NO_PRIMITIVE: "xmcp-client-rejects-non-primitive",
    Flaw.NUMBER: "xmcp-client-rejects-number",
    Flaw.UNREACHABLE: "xmcp-client-rejects-unreachable",
}
"""What is wrong with an annotation, and the rule for which the tool is dropped."""


def offered(client: "MockClient", tools: list[Json]) -> list[Json]:
    """Return the tools that can be called over this channel (streamable-http, Schema Extension).

    Raises:
        InvalidError: there is one that cannot, and it spoils the others.
    """
    if client.revision < Revision.R2026_07_28 or client.channel_kind != "http":
        return tools
    good = [tool for tool in tools if not _rejected(client, as_object(tool))]
    if len(good) < len(tools) and not client.keeps("xmcp-client-keeps-valid-tools"):
        raise InvalidError("the list of tools holds one that is not valid")
    return good


def mirrored(client: "MockClient", params: JsonObject) -> dict[str, str]:
    """Return the headers that mirror the arguments of a call (streamable-http, Custom Headers)."""
    tool = client.known_tools.get(str(params.get("name")), {})
    arguments = as_object(params.get("arguments"))
    headers: dict[str, str] = {}
    schema = as_object(tool.get("inputSchema"))
    annotated = list(header_parameters(schema))
    for parameter in annotated:
        text = _text(client, parameter, arguments)
        if text is not None and client.keeps(_duty(parameter)):
            headers[parameter.header] = _written(client, text)
    if not client.keeps("xmcp-client-only-annotated"):
        taken = {parameter.name.lower() for parameter in annotated}
        for name in set(arguments) - {parameter.path[0] for parameter in annotated} - taken:
            headers[f"Mcp-Param-{name}"] = encode_value(str(arguments[name]))
    return headers


def _rejected(client: "MockClient", tool: JsonObject) -> bool:
    flaws = flaws_of(as_object(tool.get("inputSchema")))
    return any(flaw in REJECTED and client.keeps(REJECTED[flaw]) for flaw in flaws)


def _duty(parameter: HeaderParameter) -> str:
    return "xmcp-client-nested-path" if len(parameter.path) > 1 else "xmcp-client-mirrors"


def _text(client: "MockClient", parameter: HeaderParameter, arguments: JsonObject) -> str | None:
    value = value_at(arguments, parameter.path)
    if value is None and not client.keeps("xmcp-client-omits-null-or-absent"):
        return "null"
    if isinstance(value, bool) and not client.keeps("xmcp-client-type-conversion"):
        return str(value)
    return header_text(value)


def _written(client: "MockClient", text: str) -> str:
    """Write a value (streamable-http, Value Encoding)."""
    if text.startswith("=?base64?"):
        return encode_value(text) if client.keeps("xmcp-client-base64-sentinel-literal") else text
    return encode_value(text) if client.keeps("xmcp-client-base64-unsafe") else quote(text)
