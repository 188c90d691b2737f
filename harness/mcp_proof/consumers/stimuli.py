"""Tries the interactions of consumers on a provider, as far as that is safe."""

from collections.abc import Iterable

from mcp_proof.consumers.states import SetUp
from mcp_proof.dialects.json_rpc import JsonRpcServer
from mcp_proof.driver import Driver
from mcp_proof.errors import PeerError
from mcp_proof.probe import Probe, Stimulus
from mcp_proof.tool_server import ListedTool, ToolServer, example_arguments
from mcp_proof_contracts.agreements.kept_consumer import named_interactions
from mcp_proof_contracts.consumers.consumer import Consumer, Interaction
from mcp_proof_contracts.dialect import DIALECTS, Dialect
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_contracts.tool_schema import instance_check

TRIED = (
    Dialect.MCP,
    Dialect.REST,
    Dialect.CONTEXTFRAME,
    Dialect.OPENAPI_JSONRPC,
    Dialect.WEBSOCKET,
)
"""The dialects whose answers can be told apart in a transcript by who asked."""


def consumer_stimuli(consumers: Iterable[Consumer], set_up: SetUp | None) -> list[Probe]:
    """Return what tries each interaction, by the id of its agreement."""
    return [
        Probe(
            name=interaction_id,
            run=_trial(interaction, set_up),
            since=REVISIONS[0],
            until=REVISIONS[-1],
            transport=None,
            dialects=DIALECTS,
        )
        for consumer in consumers
        for interaction_id, interaction in named_interactions(consumer).items()
    ]


def _trial(interaction: Interaction, set_up: SetUp | None) -> Stimulus:
    async def run(server: ToolServer) -> None:
        if interaction.given:
            if set_up is None:
                raise PeerError(
                    f"it needs the state {excerpt(interaction.given)!r}, which nothing brings "
                    "about: give --state-hook"
                )
            await set_up(interaction.given, interaction.parameters)
        if interaction.kind == "tool":
            await _call(server, interaction)
        elif isinstance(server, Driver):
            await _ask(server, interaction)
        elif interaction.kind == "resource" and isinstance(server, JsonRpcServer):
            await server.rpc("resources/read", {"uri": interaction.target})

    return run


async def _call(server: ToolServer, interaction: Interaction) -> None:
    if server.spoken not in (*TRIED, *REVISIONS):
        return
    known = {tool.name: tool for tool in await server.list_tools()}
    tool = known.get(interaction.target)
    if tool is None or not server.may_call(tool):
        return
    for arguments in _arguments(interaction, tool):
        await server.call(tool.name, arguments)


def _arguments(interaction: Interaction, tool: ListedTool) -> list[JsonObject]:
    """The examples that the server takes; without any, one that both sides admit."""
    if interaction.examples:
        candidates = list(interaction.examples)
    elif interaction.arguments is not None:
        made = example_arguments(ListedTool(name="", listed={}, input_schema=interaction.arguments))
        candidates = [] if made is None else [made]
    else:
        made = example_arguments(tool)
        candidates = [] if made is None else [made]
    try:
        takes = instance_check(tool.input_schema or {"type": "object"})
    except ValueError:
        return []
    return [arguments for arguments in candidates if takes(arguments)]


async def _ask(driver: Driver, interaction: Interaction) -> None:
    """Get a prompt or read a resource: neither changes anything."""
    capability = "prompts" if interaction.kind == "prompt" else "resources"
    session = await driver.session()
    if capability not in session.capabilities:
        return
    if interaction.kind == "resource":
        await session.call("resources/read", {"uri": interaction.target})
        return
    for arguments in interaction.examples or ({},):
        await session.call("prompts/get", {"name": interaction.target, "arguments": arguments})
