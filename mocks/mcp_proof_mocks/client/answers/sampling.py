"""What the client's model says."""

from collections.abc import Sequence
from typing import Final

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_integer, as_list, as_object
from mcp_proof_mocks.client.asked import answers
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.refusal import RefusalError

REJECT: Final = "reject"
"""What a scenario says of a user who rejects what is to be sampled."""
REJECTED: Final = -1
USE: Final[JsonObject] = {"type": "tool_use", "id": "use-1", "name": "look_up", "input": {}}


@answers("sampling/createMessage")
async def sample(client: MockClient, params: JsonObject) -> JsonObject:
    """Say what the model is scripted to."""
    _check(client, params)
    if client.user["sampling"] == REJECT:
        code = REJECTED if client.keeps("sampling-rejection-is-error") else INTERNAL_ERROR
        raise RefusalError(code, "User rejected sampling request")
    said = dict(as_object(client.user["sampling"]))
    mode = as_object(params.get("toolChoice")).get("mode")
    if mode in ("none", "required") and not client.keeps("sampling-client-tool-choice"):
        said["content"] = USE if mode == "none" else {"type": "text", "text": "No."}
    if not client.keeps("sampling-client-max-tokens"):
        words = " and on" * 3 * (as_integer(params["maxTokens"]) + 20)
        said["content"] = {"type": "text", "text": words}
    if not client.keeps("sampling-result-members"):
        del said["model"]
    return said


def _check(client: MockClient, params: JsonObject) -> None:
    sampling = client.capabilities.get("sampling")
    if sampling is None and client.keeps("sampling-client-declares"):
        raise RefusalError(METHOD_NOT_FOUND, "this client has no model")
    with_tools = "tools" in params or "toolChoice" in params
    if with_tools and "tools" not in as_object(sampling):
        if client.keeps("sampling-client-tools-error"):
            raise RefusalError(INVALID_PARAMS, "this client's model takes no tools")
        return
    keeps = client.keeps("sampling-client-rejects-unbalanced")
    if keeps and _unbalanced(as_list(params.get("messages"))):
        raise RefusalError(INVALID_PARAMS, "Tool result missing in request, or mixed")


def _unbalanced(messages: Sequence[Json]) -> bool:
    open_ids: set[str] = set()
    for message in messages:
        content = as_object(message).get("content")
        blocks = [as_object(b) for b in (content if isinstance(content, list) else [content])]
        results = {str(b.get("toolUseId")) for b in blocks if b.get("type") == "tool_result"}
        if open_ids - results or (results and len(results) != len(blocks)):
            return True
        open_ids = {str(b.get("id")) for b in blocks if b.get("type") == "tool_use"}
    return bool(open_ids)
