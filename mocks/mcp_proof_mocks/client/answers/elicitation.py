"""What the client's user says."""

import asyncio

import httpx2

from mcp_proof_contracts.error_codes import INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.client.asked import answers
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.refusal import RefusalError


@answers("elicitation/create")
async def elicit(client: MockClient, params: JsonObject) -> JsonObject:
    """Say what the user is scripted to, as far as it fits what is asked."""
    _check(client, params)
    seconds = client.user.get("seconds", 0)
    await asyncio.sleep(seconds if isinstance(seconds, int | float) else 0)
    said = dict(as_object(client.user["elicitation"]))
    if params.get("mode") == "url":
        if not client.keeps("elicit-client-no-prefetch"):
            async with httpx2.AsyncClient(trust_env=False) as http:
                await http.get(str(params["url"]))
        said.pop("content", None)
    elif said["action"] == "accept":
        said = _submitted(client, as_object(params.get("requestedSchema")), said)
    if said["action"] != "accept" and not client.keeps("elicit-client-content-only-form-accept"):
        said["content"] = {"name": "typed, and not submitted"}
    if not client.keeps("elicit-result-members"):
        said["action"] = "ok"
    return said


def _check(client: MockClient, params: JsonObject) -> None:
    declared = client.capabilities.get("elicitation")
    if declared is None:
        if client.keeps("elicit-client-declares"):
            raise RefusalError(METHOD_NOT_FOUND, "this client asks no user")
        return
    known = set(as_object(declared)) & {"form", "url"} or {"form"}
    mode = params.get("mode", "form")
    if mode not in known and client.keeps("elicit-client-undeclared-mode-32602"):
        raise RefusalError(INVALID_PARAMS, f"this client does not ask by {mode}")
    if "mode" not in params and not client.keeps("elicit-client-absent-mode-is-form"):
        raise RefusalError(INVALID_PARAMS, "`mode` is missing")


def _submitted(client: MockClient, form: JsonObject, said: JsonObject) -> dict[str, Json]:
    """The form as the user submits it; one that it does not fit is put away."""
    content: dict[str, Json] = {}
    for name, field in as_object(form.get("properties")).items():
        default = as_object(field).get("default")
        alike = isinstance(default, str) or client.keeps("elicit-client-defaults")
        if default is not None and alike:
            content[name] = default
    content |= as_object(said.get("content"))
    if instance_problems(form, content) and client.keeps("elicit-client-content-matches"):
        return {"action": "cancel"}
    return {"action": "accept", "content": content}
