"""Calls of tools, and all else that is asked for by its name."""

from mcp_proof_contracts.error_codes import HEADER_MISMATCH, RESOURCE_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.client.failure import RefusedError
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.client.performing.lists import listed
from mcp_proof_mocks.client.reporting import token
from mcp_proof_mocks.client.results import checked
from mcp_proof_mocks.client.tasks import calling
from mcp_proof_mocks.client.wishes import performs


@performs("call")
async def called(client: MockClient, wish: JsonObject) -> Json:
    """Call a tool; `timeout` is how long to wait at most, `progress` asks to be told of it.

    After `cancel_after` seconds the user wants the result no more.
    """
    asked: JsonObject = {"name": wish["tool"], "arguments": wish.get("arguments", {})}
    if wish.get("progress") is True:
        asked = {**asked, "_meta": {"progressToken": token(client)}}
    given = wish.get("cancel_after", wish.get("timeout"))
    seconds = float(given) if isinstance(given, int | float) else None
    asked = _asked(client, asked)
    try:
        return await _called(client, asked, seconds)
    except RefusedError as refused:
        refreshes = client.keeps("xmcp-client-refresh-after-mismatch")
        if refused.code != HEADER_MISMATCH or not refreshes:
            raise
    await listed(client, {"what": "tools"})
    return await _called(client, asked, seconds)


async def _called(client: MockClient, asked: JsonObject, seconds: float | None) -> JsonObject:
    result = await calling.called(client, asked, seconds)
    return await checked(client, client.known_tools.get(str(asked.get("name")), {}), result)


def _asked(client: MockClient, asked: JsonObject) -> JsonObject:
    """Return the params of a call, wrong where a fault wants them so."""
    if not client.keeps("tools-client-call-shape"):
        return {**asked, "arguments": list(as_object(asked["arguments"]).values())}
    if not client.keeps("tools-client-calls-listed"):
        return {**asked, "name": f"{asked['name']}-v2"}
    if not client.keeps("tools-client-arguments-match"):
        given = as_object(asked["arguments"])
        return {**asked, "arguments": {name: [value] for name, value in given.items()}}
    return asked


@performs("read")
async def read(client: MockClient, wish: JsonObject) -> Json:
    """Read a resource."""
    uri = wish["uri"] if client.keeps("resources-client-read-shape") else None
    try:
        return await client.request("resources/read", {"uri": uri})
    except RefusedError as refused:
        known = client.keeps("resources-client-accepts-both-codes")
        if refused.code != RESOURCE_NOT_FOUND or known:
            raise
        return {"contents": []}


@performs("get-prompt")
async def prompted(client: MockClient, wish: JsonObject) -> Json:
    """Get a prompt."""
    arguments = as_object(wish.get("arguments", {}))
    if not client.keeps("prompts-client-arguments-strings"):
        arguments = {name: [value] for name, value in arguments.items()}
    return await client.request("prompts/get", {"name": wish["prompt"], "arguments": arguments})


@performs("complete")
async def completed(client: MockClient, wish: JsonObject) -> Json:
    """Complete an argument."""
    argument = dict(as_object(wish["argument"]))
    if not client.keeps("completion-client-shape"):
        del argument["value"]
    return await client.request("completion/complete", {"ref": wish["ref"], "argument": argument})
