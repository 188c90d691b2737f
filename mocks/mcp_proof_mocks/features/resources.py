"""resources/list, resources/templates/list and resources/read."""

from mcp_proof_contracts.error_codes import INVALID_PARAMS, RESOURCE_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.features.pages import page
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import Call, MockServer


async def list_resources(server: MockServer, call: Call) -> JsonObject:
    """Answer resources/list."""
    listed = [resource.listed for resource in server.contract.resources]
    return page(server, "resources", listed, call.params)


async def list_templates(server: MockServer, call: Call) -> JsonObject:
    """Answer resources/templates/list."""
    return page(server, "resourceTemplates", server.contract.resource_templates, call.params)


async def read_resource(server: MockServer, call: Call) -> JsonObject:
    """Answer resources/read.

    Raises:
        RefusalError: no resource has this URI.
    """
    uri = call.params.get("uri")
    if not isinstance(uri, str):
        raise RefusalError(INVALID_PARAMS, "resources/read needs a `uri`")
    for resource in server.contract.resources:
        if resource.listed["uri"] == uri:
            content: dict[str, Json] = {"uri": uri, **resource.content}
            if "mimeType" in resource.listed:
                content["mimeType"] = resource.listed["mimeType"]
            return {"contents": [content]}
    code = INVALID_PARAMS if call.stateless else RESOURCE_NOT_FOUND
    raise RefusalError(code, f"Resource not found: {uri}", data={"uri": uri})
