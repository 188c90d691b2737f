"""tools/list and tools/call."""

from dataclasses import replace
from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.features.content import error_result, tool_result
from mcp_proof_mocks.features.pages import Listed, page
from mcp_proof_mocks.features.schema_arguments import mind_schemas
from mcp_proof_mocks.features.tasks.calls import now_or_later
from mcp_proof_mocks.offering.tool import ScriptedTool
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.script.ask import require
from mcp_proof_mocks.script.run import InputRequiredError, UnableError
from mcp_proof_mocks.script.script import NoCaseError
from mcp_proof_mocks.server import MockServer

NO_ARGUMENTS: Final[JsonObject] = {}


async def list_tools(server: MockServer, call: Call) -> JsonObject:
    """Answer tools/list, without what the call's revision does not know."""
    offered: list[Listed] = [tool for tool in server.tools.values() if tool.offered]
    if server.pass_through is not None:
        offered += await server.pass_through.items(call, server.tools)
    return page(server, "tools", offered, call)


async def call_tool(server: MockServer, call: Call) -> JsonObject:
    """Answer tools/call.

    Raises:
        RefusalError: the call is malformed or names no tool of ours.
    """
    name, arguments = call.params.get("name"), call.params.get("arguments", NO_ARGUMENTS)
    if not isinstance(name, str) and server.keeps("tools-malformed-call-error"):
        raise RefusalError(INVALID_PARAMS, "tools/call needs the name of a tool")
    if not isinstance(arguments, dict) and server.keeps("tools-malformed-call-error"):
        raise RefusalError(INVALID_PARAMS, "`arguments` is no object")
    tool = server.tools.get(name) if isinstance(name, str) else None
    if tool is None and server.pass_through is not None and isinstance(name, str):
        return await server.pass_through.forward(call)
    if tool is None or not tool.offered:
        if not server.keeps("tools-unknown-tool-error") or not isinstance(name, str):
            return {"content": [{"type": "text", "text": "done"}]}
        hint = did_you_mean(name, [each.name for each in server.tools.values() if each.offered])
        server.unexpected(f"tools/call {name}: there is no such tool.{hint}")
        raise RefusalError(INVALID_PARAMS, f"Unknown tool: {name}")
    given = as_object(arguments)
    runs_now = tool.tool.task == "forbidden" and (call.stateless or "task" not in call.params)
    if runs_now or not server.offers("tasks"):
        return await _answered(server, call, tool, given)
    return await now_or_later(server, call, tool, lambda c: _answered(server, c, tool, given))


async def _answered(
    server: MockServer, call: Call, tool: ScriptedTool, given: JsonObject
) -> JsonObject:
    problem = tool.problem(given, as_draft_07=not server.keeps("tools-dialect-2020-12"))
    if problem is not None and server.keeps("tools-inputs-validated"):
        return _refused_arguments(server, call, problem)
    await mind_schemas(server, given)
    if tool.window is not None and not call.is_resumed:
        seconds = tool.window.wait(server.clock())
        if seconds > 0:
            return error_result(f"Rate limit exceeded; try again in {seconds:.3g} s")
    return await _run(server, call, tool, given)


async def _run(
    server: MockServer, call: Call, tool: ScriptedTool, arguments: JsonObject
) -> JsonObject:
    """Run a tool whose arguments are in order, and return its result.

    Raises:
        RefusalError: the tool's script refuses the call.
    """
    if not server.keeps("sub-no-request-scoped") and server.audience.subscriptions:
        call = replace(call, send=server.audience.tell_all)
    try:
        if tool.tool.requires:
            require(server, call, tool.tool.requires)
        answer = await tool.script.answer(server, call, arguments)
    except InputRequiredError as required:
        return required.result
    except UnableError as unable:
        return error_result(str(unable))
    except NoCaseError:
        server.unexpected(f"tools/call {tool.name} with {dict(arguments)}: no case matches")
        return error_result(f"The mock has no answer of {tool.name} for these arguments")
    result = tool_result(server, call, tool.tool.listed, answer)
    if result.get("isError") is not True:
        server.executions.tell(tool.name, arguments, result)
    return result


def _refused_arguments(server: MockServer, call: Call, problem: str) -> JsonObject:
    """Refuse invalid arguments: an execution error from 2025-11-25 on, a protocol error before."""
    text = f"Invalid arguments: {problem}"
    modern = call.revision >= Revision.R2025_11_25
    duty = f"tools-invalid-args-{'execution' if modern else 'protocol'}-error"
    if modern == server.keeps(duty):
        return error_result(text)
    raise RefusalError(INVALID_PARAMS, text)
