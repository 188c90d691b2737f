"""Running a tool for a dialect whose results are bare values."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.audit import AuditEntry
from mcp_proof_mocks.call import Call, Send, stay_silent
from mcp_proof_mocks.caller import ANYBODY, Caller
from mcp_proof_mocks.features.content import generated
from mcp_proof_mocks.offering.tool import ScriptedTool
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.script.run import UnableError
from mcp_proof_mocks.script.script import NoCaseError
from mcp_proof_mocks.script.template import text_of
from mcp_proof_mocks.server import MockServer

NO_CLIENT: Final[JsonObject] = {}


class Why(StrEnum):
    """Why a call failed; each dialect says it in its own way."""

    UNKNOWN = "unknown tool"
    DENIED = "permission denied"
    ARGUMENTS = "invalid arguments"
    LIMITED = "rate limit"
    REFUSED = "refused by the contract"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ToolFailedError(Exception):
    """A call that has no result."""

    why: Why
    text: str
    code: int | None = None
    """The code that the contract's `refusal` gives."""
    data: Json = None
    retry_after: float | None = None
    """Seconds after which there is room for a call again."""

    @property
    def headers(self) -> dict[str, str]:
        """The header that says so, in whole seconds."""
        seconds = self.retry_after
        return {} if seconds is None else {"Retry-After": str(math.ceil(seconds))}


async def run_tool(  # noqa: PLR0913  # what a call is made of, all by keyword but three
    server: MockServer,
    name: str,
    arguments: JsonObject,
    *,
    duty: str,
    caller: Caller = ANYBODY,
    send: Send = stay_silent,
) -> Json:
    """Return the bare value of a call.

    Args:
        server: the mock.
        name: the tool.
        arguments: what it is called with.
        duty: the rule that demands that the arguments are checked.
        caller: who calls it: what is allowed, and whose calls a rate limit counts.
        send: takes the notifications of the tool's script, such as its progress.

    Raises:
        ToolFailedError: there is no such tool, it may not be called, or the call failed.
    """
    tool = _offered(server, name)
    if not caller.may(tool.tool.permissions) and server.keeps("rest-permission-denied"):
        raise ToolFailedError(Why.DENIED, f"Permission denied for tool '{name}'")
    if server.keeps(duty) and (problem := tool.problem(arguments)) is not None:
        data = _place(tool.input_schema, arguments)
        raise ToolFailedError(Why.ARGUMENTS, f"Invalid arguments: {problem}", data=data)
    now = server.clock()
    window = tool.window if server.keeps("rest-rate-limit-kept") else None
    if window is not None and (seconds := window.wait(now, caller.user)) > 0:
        raise ToolFailedError(Why.LIMITED, "Rate limit exceeded", retry_after=seconds)
    server.audit.append(AuditEntry(tool=name, user=caller.user, arguments=arguments, at=now))
    return await _value(server, tool, arguments, send)


def _offered(server: MockServer, name: str) -> ScriptedTool:
    tool = server.tools.get(name)
    if tool is None or not tool.offered:
        hint = did_you_mean(name, [each.name for each in server.tools.values() if each.offered])
        server.unexpected(f"{name}: there is no such tool.{hint}")
        place: JsonObject = {"field": "name", "value": name}
        raise ToolFailedError(Why.UNKNOWN, f"Tool '{name}' not found", data=place)
    return tool


def _place(schema: JsonObject, arguments: JsonObject) -> JsonObject:
    """Which argument is wrong, and what it is; "" for all of them together."""
    first = instance_problems(schema, arguments)[0]
    field = "".join(pointer_steps(first.pointer)[:1])
    if not field:
        missing = (str(name) for name in as_list(schema.get("required")) if name not in arguments)
        field = next(missing, "")
    return {"field": field, "value": arguments.get(field) if field else arguments}


async def _value(server: MockServer, tool: ScriptedTool, arguments: JsonObject, send: Send) -> Json:
    params: JsonObject = {"name": tool.name, "arguments": arguments}
    call = Call(
        id=None,
        method="tools/call",
        params={**params, "_meta": {"progressToken": tool.name}},
        revision=LATEST_STATEFUL,
        client=NO_CLIENT,
        send=send,
    )
    try:
        answer = await tool.script.answer(server, call, arguments)
    except UnableError as unable:
        raise ToolFailedError(Why.FAILED, str(unable)) from unable
    except RefusalError as refusal:
        raise ToolFailedError(Why.REFUSED, str(refusal), refusal.code, refusal.data) from refusal
    except NoCaseError as error:
        server.unexpected(f"{tool.name} with {dict(arguments)}: no case matches")
        text = f"The mock has no answer of {tool.name} for these arguments"
        raise ToolFailedError(Why.FAILED, text) from error
    value = _bare(server, tool, answer)
    server.executions.tell(tool.name, arguments, value)
    return value


def _bare(server: MockServer, tool: ScriptedTool, answer: JsonObject) -> Json:
    """Return an answer of the contract as one value: structured, generated, or text."""
    if "refusal" in answer:
        error = as_object(answer["refusal"])
        code = error.get("code")
        number = code if isinstance(code, int) else None
        raise ToolFailedError(Why.REFUSED, text_of(error.get("message")), number, error.get("data"))
    if "error" in answer:
        raise ToolFailedError(Why.FAILED, text_of(answer["error"]))
    if "result" in answer:
        return answer["result"]
    if "generate" in answer:
        return generated(server, tool.tool.listed)
    if "structured" in answer:
        return answer["structured"]
    if "text" in answer:
        return text_of(answer["text"])
    return [as_object(block) for block in as_list(answer.get("content"))] or {}
