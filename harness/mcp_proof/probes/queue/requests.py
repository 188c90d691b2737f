"""Stimuli on the list of requests, each with a good request after it."""

from typing import TYPE_CHECKING, Final

from mcp_proof.probe import probe
from mcp_proof.spoilt_arguments import spoilt_arguments
from mcp_proof.tool_server import UNKNOWN_TOOL
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode

if TYPE_CHECKING:  # the package that its transport needs comes with an extra
    from mcp_proof.dialects.queue import QueueServer

QUEUE: Final = (Dialect.QUEUE,)
MAX_TOOLS: Final = 3
"""How many tools are called with wrong arguments."""
NO_TOOL: Final[JsonObject] = {"tool": UNKNOWN_TOOL, "arguments": {}}
UNREADABLE: Final = (b'{"id": "cut-off', b"7", b"[]", encode(NO_TOOL))
"""No JSON, no object twice, no id."""


@probe("queue-answered-once", dialects=QUEUE)
async def answered_once(server: "QueueServer") -> None:
    """A call whose response is read, then another, and a second look at the first one's key."""
    for name, arguments in server.good_calls()[:1]:
        call: JsonObject = {"tool": name, "arguments": arguments}
        first = await server.ask(call, case="first")
        if first is not None and await server.ask(call, case="later") is not None:
            await server.look_again(first)


@probe("queue-events", dialects=QUEUE)
async def events(server: "QueueServer") -> None:
    """A good call, and one of a tool that no server has, by events."""
    for name, arguments in server.good_calls()[:1]:
        await server.publish(name, arguments, case="good")
    await server.publish(UNKNOWN_TOOL, {}, case="unknown tool")


@probe("queue-unknown-tool", dialects=QUEUE)
async def unknown_tool(server: "QueueServer") -> None:
    """A tool that no server has."""
    await server.ask(NO_TOOL)
    await _control(server)


@probe("queue-invalid-arguments", dialects=QUEUE)
async def invalid_arguments(server: "QueueServer") -> None:
    """Tools that may be called, with an argument missing or of a wrong type."""
    for name, arguments in server.good_calls()[:MAX_TOOLS]:
        schema = server.tools[name].input_schema
        for case, wrong in spoilt_arguments(schema, arguments):
            await server.ask({"tool": name, "arguments": wrong}, case=case)
    await _control(server)


@probe("queue-bad-request", dialects=QUEUE)
async def bad_request(server: "QueueServer") -> None:
    """Requests with an id that lack the rest."""
    await server.ask({"arguments": {}}, case="without a tool")
    await server.ask({**NO_TOOL, "arguments": "text"}, case="whose arguments are a text")
    await _control(server)


@probe("queue-malformed", dialects=QUEUE)
async def malformed(server: "QueueServer") -> None:
    """Entries that nobody can answer."""
    for raw in UNREADABLE:
        await server.push(raw, case="unreadable")
    await _control(server)


async def _control(server: "QueueServer") -> None:
    """Push a good request; where none can be made, one of a tool that no server has."""
    for name, arguments in server.good_calls()[:1]:
        await server.ask({"tool": name, "arguments": arguments}, case="control")
        return
    await server.ask(NO_TOOL, case="control unknown")
