"""tools/list and tools/call."""

from collections.abc import Mapping

import orjson

from mcp_proof_contracts.contract import Tool
from mcp_proof_contracts.error_codes import INVALID_PARAMS, MISSING_CAPABILITY
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.features.pages import page
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import Call, MockServer
from mcp_proof_mocks.template import fill


async def list_tools(server: MockServer, call: Call) -> JsonObject:
    """Answer tools/list, without what the call's revision does not know."""
    return page(
        server, "tools", [_listed(t, call.revision) for t in server.contract.tools], call.params
    )


async def call_tool(server: MockServer, call: Call) -> JsonObject:
    """Answer tools/call.

    Raises:
        RefusalError: the call is malformed or names no tool of ours.
    """
    name, arguments = call.params.get("name"), call.params.get("arguments", {})
    if server.keeps("tools-malformed-call-error"):
        if not isinstance(name, str):
            raise RefusalError(INVALID_PARAMS, "tools/call needs the name of a tool")
        if not isinstance(arguments, Mapping):
            raise RefusalError(INVALID_PARAMS, "`arguments` is no object")
    tool = next((tool for tool in server.contract.tools if tool.name == name), None)
    if tool is None:
        if not server.keeps("tools-unknown-tool-error") or not isinstance(name, str):
            return {"content": [{"type": "text", "text": "done"}]}
        raise RefusalError(INVALID_PARAMS, f"Unknown tool: {name}")
    given = as_object(arguments)
    if (problem := _problem(server, tool, given)) is not None:
        return _refused_arguments(server, call, problem)
    asked = await _ask(server, tool, call, given)
    if asked is not None:
        return asked
    _report_progress(tool, call)
    return _answer(tool, call, given)


def _problem(server: MockServer, tool: Tool, arguments: JsonObject) -> str | None:
    if not server.keeps("tools-inputs-validated"):
        return None
    problems = instance_problems(as_object(tool.listed.get("inputSchema")), arguments)
    return f"{problems[0].pointer or '(arguments)'}: {problems[0].message}" if problems else None


def _refused_arguments(server: MockServer, call: Call, problem: str) -> JsonObject:
    """Refuse invalid arguments: an execution error from 2025-11-25 on, a protocol error before."""
    text = f"Invalid arguments: {problem}"
    modern = call.revision >= Revision.R2025_11_25
    duty = f"tools-invalid-args-{'execution' if modern else 'protocol'}-error"
    if modern == server.keeps(duty):
        return {"content": [{"type": "text", "text": text}], "isError": True}
    raise RefusalError(INVALID_PARAMS, text)


async def _ask(
    server: MockServer, tool: Tool, call: Call, arguments: JsonObject
) -> JsonObject | None:
    """Ask the client what the tool asks; return what the client must answer first, if anything."""
    if not tool.asks:
        return None
    if (missing := _undeclared(server, tool, call)) is not None:
        return _cannot_ask(call, missing)
    if call.ask is not None:
        for request in tool.asks:
            params = as_object(fill(request.get("params", {}), arguments))
            await call.ask(str(request["method"]), params)
        return None
    state = server.verified(str(call.params.get("requestState", "")))
    if state == tool.name and isinstance(call.params.get("inputResponses"), Mapping):
        return None
    return {
        "resultType": "input_required",
        "inputRequests": {
            f"input-{i}": fill(request, arguments) for i, request in enumerate(tool.asks)
        },
        "requestState": server.sign(tool.name),
    }


def _undeclared(server: MockServer, tool: Tool, call: Call) -> str | None:
    """The first capability that the tool needs and the client did not declare."""
    if not (call.stateless or server.keeps("server-uses-only-negotiated")):
        return None
    needed = [str(request["method"]).partition("/")[0] for request in tool.asks]
    return next((name for name in needed if name not in call.client), None)


def _cannot_ask(call: Call, missing: str) -> JsonObject:
    text = f"This tool needs a client with {missing}"
    if call.stateless:
        data: JsonObject = {"requiredCapabilities": {missing: {}}}
        raise RefusalError(MISSING_CAPABILITY, text, data=data, status=400)
    return {"content": [{"type": "text", "text": text}], "isError": True}


def _report_progress(tool: Tool, call: Call) -> None:
    token = as_object(call.params.get("_meta")).get("progressToken")
    if token is None:
        return
    for step in range(1, tool.progress + 1):
        params: JsonObject = {"progressToken": token, "progress": step, "total": tool.progress}
        call.send({"jsonrpc": "2.0", "method": "notifications/progress", "params": params})


def _answer(tool: Tool, call: Call, arguments: JsonObject) -> JsonObject:
    answer = tool.answer
    if "refusal" in answer:
        refusal = as_object(answer["refusal"])
        raise RefusalError(int(str(refusal["code"])), str(refusal["message"]))
    if "error" in answer:
        text = str(fill(answer["error"], arguments))
        return {"content": [{"type": "text", "text": text}], "isError": True}
    content = [*as_list(fill(answer.get("content", []), arguments))]
    if "text" in answer:
        filled = fill(answer["text"], arguments)
        text = filled if isinstance(filled, str) else orjson.dumps(filled).decode()
        content.append({"type": "text", "text": text})
    result: dict[str, Json] = {}
    if "structured" in answer:
        structured = fill(answer["structured"], arguments)
        content.append({"type": "text", "text": orjson.dumps(structured).decode()})
        if call.revision.features.structured_output:
            result["structuredContent"] = structured
    if "_meta" in answer:
        result["_meta"] = answer["_meta"]
    return {"content": content, **result}


def _listed(tool: Tool, revision: Revision) -> JsonObject:
    unknown = {
        "outputSchema": not revision.features.structured_output,
        "title": revision < Revision.R2025_06_18,
        "annotations": revision < Revision.R2025_03_26,
        "icons": revision < Revision.R2025_11_25,
        "_meta": revision < Revision.R2025_06_18,
    }
    return {name: value for name, value in tool.listed.items() if not unknown.get(name)}
