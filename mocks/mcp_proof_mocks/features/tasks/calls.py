"""tools/call that is answered now, or later by a task."""

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.features.tasks import experimental, extension
from mcp_proof_mocks.features.tasks.outcome import Work
from mcp_proof_mocks.offering.tool import ScriptedTool
from mcp_proof_mocks.server import MockServer


async def now_or_later(
    server: MockServer, call: Call, tool: ScriptedTool, work: Work
) -> JsonObject:
    """Return what `work` answers to the call, or the task that it has become.

    Raises:
        RefusalError: the tool cannot be called in this way.
    """
    if call.stateless:
        return await extension.call_tool(server, call, tool, work)
    if call.revision == Revision.R2025_11_25:
        return await experimental.call_tool(server, call, tool, work)
    return await work(call)
