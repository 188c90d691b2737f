"""prompts/list and prompts/get."""

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.features.pages import page
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import Call, MockServer
from mcp_proof_mocks.template import fill


async def list_prompts(server: MockServer, call: Call) -> JsonObject:
    """Answer prompts/list."""
    return page(
        server, "prompts", [prompt.listed for prompt in server.contract.prompts], call.params
    )


async def get_prompt(server: MockServer, call: Call) -> JsonObject:
    """Answer prompts/get.

    Raises:
        RefusalError: the prompt is unknown or a required argument is missing.
    """
    name = call.params.get("name")
    prompt = next((p for p in server.contract.prompts if p.listed["name"] == name), None)
    if prompt is None:
        raise RefusalError(INVALID_PARAMS, f"Unknown prompt: {name}")
    arguments = as_object(call.params.get("arguments", {}))
    for declared in map(as_object, as_list(prompt.listed.get("arguments"))):
        if declared.get("required") is True and str(declared.get("name")) not in arguments:
            raise RefusalError(INVALID_PARAMS, f"Missing argument: {declared.get('name')}")
    return {"messages": [fill(message, arguments) for message in prompt.messages]}
