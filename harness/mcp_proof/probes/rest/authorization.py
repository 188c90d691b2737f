"""Stimuli about who may execute; what they need is made of the token that the user gave."""

from typing import Final

from mcp_proof.dialects.rest import RestServer
from mcp_proof.json_web_token import claims_of, forgeries
from mcp_proof.probe import probe
from mcp_proof.probes.rest.execute import REST
from mcp_proof.tool_server import UNKNOWN_TOOL
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_list

MAX_TOOLS: Final = 3
"""How many tools are tried that the token does not allow."""


@probe("rest-token", dialects=REST)
async def token(server: RestServer) -> None:
    """The same execution with the token that was given, without, and with forgeries of it.

    Where no tool may be called one is named that does not exist.
    """
    if server.token is None:
        return
    calls: list[tuple[str, JsonObject]] = [
        (tool.name, arguments) for tool, arguments in server.callable_tools()
    ]
    harmless = calls[:1] or [(UNKNOWN_TOOL, {})]
    await server.execute(harmless, case="the token")
    await server.execute(harmless, case="no token", headers={"Authorization": None})
    for case, forged in forgeries(server.token):
        server.recorder.mask.hide([forged])
        await server.execute(harmless, case=case, headers={"Authorization": f"Bearer {forged}"})


@probe("rest-permission", dialects=REST)
async def permission(server: RestServer) -> None:
    """Tools that may be called, though the token that was given does not allow it."""
    allowed = claims_of(server.token or "").get("permissions")
    if not isinstance(allowed, list):
        return
    tried = 0
    for tool, arguments in server.callable_tools():
        wanted = f"tool:{tool.name}"
        demanded = wanted in as_list(tool.listed.get("permissions")) and wanted not in allowed
        if demanded and tried < MAX_TOOLS:
            await server.execute([(tool.name, arguments)], case=wanted)
            tried += 1
