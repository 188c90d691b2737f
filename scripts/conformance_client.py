"""The mock client as the client of the official conformance suite.

    MCP_CONFORMANCE_SCENARIO=tools_call python scripts/conformance_client.py URL

The suite runs this command for each of its scenarios, adds the URL of its mock, and says by
`MCP_CONFORMANCE_SCENARIO`, `MCP_CONFORMANCE_PROTOCOL_VERSION` and `MCP_CONFORMANCE_CONTEXT` what is
to be done. Run by hand, to see that the client by which our rules are shown is a good one. Exit 1
where a wish came to nothing, 2 for a scenario that is not known.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import STATEFUL, Revision
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.client.eras.stateful import StatefulEra
from mcp_proof_mocks.client.failure import FailureError
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.client.wishes import performer_of

Does: TypeAlias = Callable[["Played"], Awaitable[None]]

LIST_TOOLS: Final[JsonObject] = {"do": "list", "what": "tools"}
SUM: Final[JsonObject] = {"a": 5, "b": 3}
CONFIRMED: Final[JsonObject] = {"action": "accept", "content": {"confirmed": True}}
WITH_DEFAULTS: Final[JsonObject] = {"action": "accept", "content": {}}


def _call(tool: str, arguments: JsonObject | None = None) -> JsonObject:
    return {"do": "call", "tool": tool, "arguments": arguments or {}}


WISHES: Final[Mapping[str, Sequence[JsonObject]]] = {
    "initialize": [],  # the mock declares nothing that could be asked for
    "tools_call": [LIST_TOOLS, _call("add_numbers", SUM)],
    "elicitation-sep1034-client-defaults": [
        LIST_TOOLS,
        _call("test_client_elicitation_defaults"),
    ],
    "sse-retry": [LIST_TOOLS, _call("test_reconnection")],
    "request-metadata": [LIST_TOOLS],
    "http-invalid-tool-headers": [LIST_TOOLS, _call("valid_tool")],
    "json-schema-ref-no-deref": [LIST_TOOLS],
    "sep-2322-client-request-state": [
        LIST_TOOLS,
        _call("test_mrtr_echo_state"),
        _call("test_mrtr_unrelated"),
        _call("test_mrtr_no_state"),
        _call("test_mrtr_no_result_type"),
    ],
}
"""What is wished in the suite's scenarios, where that is known before."""
AUTHORIZED: Final = "auth/"
"""How the names of scenarios begin in which the client has to be authorized."""
GUARDED: Final[Sequence[JsonObject]] = [LIST_TOOLS, _call("test-tool")]
"""What is wished in those."""
REGISTERED: Final[JsonObject] = {
    "redirect_uri": "http://localhost:3000/callback",
    "client_metadata_url": "https://conformance-test.local/client-metadata.json",
}
"""What this client knows of itself."""
CREDENTIALS: Final = ("client_id", "client_secret")
"""What a scenario may tell it."""
ELICITED: Final = {
    "elicitation-sep1034-client-defaults": WITH_DEFAULTS,
    "sep-2322-client-request-state": CONFIRMED,
}
"""What the user answers, where a scenario asks; elsewhere nobody is there to be asked."""


class Played:
    """One scenario of the suite, as it is played."""

    def __init__(self, client: MockClient, context: JsonObject) -> None:
        self.client = client
        self.context = context
        self.failures = 0

    async def get(self, wish: JsonObject) -> Json:
        """Do what is wished, and return what came of it; `None` where nothing did."""
        try:
            return await performer_of(str(wish["do"]))(self.client, wish)
        except FailureError as failure:
            self.failures += 1
            sys.stderr.write(f"{json.dumps(wish)}: {failure}\n")
            return None

    async def items(self, what: str) -> list[JsonObject]:
        """List things of one kind."""
        return [as_object(each) for each in as_list(await self.get({"do": "list", "what": what}))]


async def use_everything(played: Played) -> None:
    """Use every tool, resource and prompt that is listed."""
    for tool in await played.items("tools"):
        await played.get(_call(str(tool["name"])))
    for resource in await played.items("resources"):
        await played.get({"do": "read", "uri": resource["uri"]})
    for prompt in await played.items("prompts"):
        await played.get({"do": "get-prompt", "prompt": prompt["name"]})


async def call_as_told(played: Played) -> None:
    """Call what the context says, verbatim."""
    await played.items("tools")
    for each in map(as_object, as_list(played.context.get("toolCalls"))):
        await played.get(_call(str(each["name"]), as_object(each.get("arguments"))))


async def echo_schema(played: Played) -> None:
    """Send the schema of a tool back unchanged."""
    tools = {str(tool.get("name")): tool for tool in await played.items("tools")}
    schema = tools["json_schema_2020_12_tool"]["inputSchema"]
    await played.get(_call("json_schema_echo", {"schema": schema}))


DOES: Final[Mapping[str, Does]] = {
    "http-standard-headers": use_everything,
    "http-custom-headers": call_as_told,
    "json-schema-2020-12-preservation": echo_schema,
}
"""What is done in the scenarios where it depends on what the mock says."""


def _client(name: str, revision: Revision, url: str, context: JsonObject) -> MockClient:
    declares: list[Json] = ["elicitation"] if name in ELICITED else []
    user: JsonObject = {"elicitation": ELICITED.get(name, WITH_DEFAULTS)}
    known: JsonObject = {each: context[each] for each in CREDENTIALS if each in context}
    asked: JsonObject = {"revision": revision, "declares": declares, "user": user}
    client = MockClient({**asked, "authorization": {**REGISTERED, **known}}, url=url)
    if revision in STATEFUL:  # the suite's mocks may agree on an earlier one than they are run for
        client.era = StatefulEra(client, offer=revision)
    return client


async def play(name: str, revision: Revision, url: str, context: JsonObject) -> int:
    """Play one scenario of the suite; return the exit code."""
    played = Played(_client(name, revision, url, context), context)
    wishes = GUARDED if name.startswith(AUTHORIZED) else WISHES.get(name, ())
    try:
        await played.client.open()
        for wish in wishes:
            await played.get(wish)
            if played.failures:
                break  # a client that is refused for good asks for nothing more
        if name in DOES:
            await DOES[name](played)
    except FailureError as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    finally:
        await played.client.close()
    return 1 if played.failures else 0


def main() -> int:
    """Read what the suite asks for, and do it."""
    name = os.environ.get("MCP_CONFORMANCE_SCENARIO", "")
    if name not in WISHES and name not in DOES and not name.startswith(AUTHORIZED):
        sys.stderr.write(f"nothing is known of the scenario {name!r}\n")
        return 2
    revision = Revision(os.environ.get("MCP_CONFORMANCE_PROTOCOL_VERSION", "2026-07-28"))
    context = as_object(json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT") or "{}"))
    return asyncio.run(play(name, revision, sys.argv[-1], context))


if __name__ == "__main__":
    sys.exit(main())
