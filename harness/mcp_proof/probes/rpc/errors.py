"""Stimuli that a server must refuse: what is no request, no method, no tool, no arguments."""

from typing import Final

from mcp_proof.dialects.json_rpc import JsonRpcServer
from mcp_proof.probe import probe
from mcp_proof.spoilt_arguments import spoilt_arguments
from mcp_proof.tool_server import UNKNOWN_TOOL, example_arguments
from mcp_proof_contracts.dialect import JSON_RPC
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import encode

MAX_TOOLS: Final = 3
"""How many tools are called with wrong arguments."""


@probe("rpc-malformed", dialects=JSON_RPC)
async def malformed(server: JsonRpcServer) -> None:
    """What is no request, and a good one after it."""
    cut_off = encode({"jsonrpc": "2.0", "id": server.next_id(), "method": "tools/list"})[:-1]
    await server.send_rpc(cut_off, case="truncated")
    no_method: Json = {"jsonrpc": "2.0", "id": server.next_id()}
    await server.send_rpc(encode(no_method), case="no method")
    old: Json = {"jsonrpc": "1.0", "id": server.next_id(), "method": "tools/list"}
    await server.send_rpc(encode(old), case="old version")
    await server.send_rpc(b"7", case="number")
    await server.rpc("tools/list", {}, case="control")


@probe("rpc-unknown-method", dialects=JSON_RPC)
async def unknown_method(server: JsonRpcServer) -> None:
    """A method that no server has."""
    await server.rpc("mcp-proof/no-such-method", {})


@probe("rpc-malformed-call", dialects=JSON_RPC)
async def malformed_call(server: JsonRpcServer) -> None:
    """A call that names no tool, and one whose arguments are an array."""
    await server.rpc("tools/call", {"arguments": {}}, case="without a name")
    params: JsonObject = {"name": UNKNOWN_TOOL, "arguments": []}
    await server.rpc("tools/call", params, case="whose arguments are an array")


@probe("rpc-unknown-tool", dialects=JSON_RPC)
async def unknown_tool(server: JsonRpcServer) -> None:
    """A good call, but of a tool that no server has."""
    await server.rpc("tools/call", {"name": UNKNOWN_TOOL, "arguments": {}})


@probe("rpc-invalid-arguments", dialects=JSON_RPC)
async def invalid_arguments(server: JsonRpcServer) -> None:
    """Tools that may be called, with an argument missing or of a wrong type."""
    tried = 0
    for tool in server.tools.values():
        arguments = example_arguments(tool)
        if not server.may_call(tool) or arguments is None or tried >= MAX_TOOLS:
            continue
        changes = list(spoilt_arguments(tool.input_schema, arguments))
        for case, wrong in changes:
            await server.rpc("tools/call", {"name": tool.name, "arguments": wrong}, case=case)
        tried += bool(changes)
