"""Handshakes that are slow, or come to nothing, and servers that have little."""

import asyncio
from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, UNPUBLISHED, Revision
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.message_fault import Answering

SLOW: Final = 0.1
"""Seconds that a slow handshake takes."""


@scenario("slow-handshake", "init-client-quiet-before-result", until=LATEST_STATEFUL)
def slow_handshake(stage: Stage) -> None:
    """The server takes its time to answer `initialize`."""
    stage.tools(ECHO)
    stage.wish("list", what="tools")

    async def late(answering: Answering) -> list[Json]:
        if answering.request.get("method") == "initialize":
            await asyncio.sleep(SLOW)
        return [answering.reply]

    stage.delay(late)


@scenario("unknown-version", "init-client-disconnects-unsupported", until=LATEST_STATEFUL)
def unknown_version(stage: Stage) -> None:
    """The server agrees to a version that never existed."""
    _at_version(stage, UNPUBLISHED)


@scenario("newer-version", "init-client-latest-version", until=Revision.R2025_06_18)
def newer_version(stage: Stage) -> None:
    """The server agrees to a newer version than the client has offered."""
    _at_version(stage, LATEST_STATEFUL)


@scenario("few-capabilities", "client-uses-only-negotiated", until=LATEST_STATEFUL)
def few_capabilities(stage: Stage) -> None:
    """The client is asked for tools, resources and prompts where the server has only tools."""
    stage.tools(ECHO)
    stage.wish("list", what="tools")
    stage.wish("list", what="resources")
    stage.wish("list", what="prompts")


@scenario("ping-during-call", "ping-client-answers-empty", until=LATEST_STATEFUL)
def ping_during_call(stage: Stage) -> None:
    """The server pings the client just before it answers a call."""
    stage.tools(ECHO)

    def pinged(request: JsonObject, reply: JsonObject) -> Json:
        if request.get("method") != "tools/call":
            return reply
        return [{"jsonrpc": "2.0", "id": "are-you-there", "method": "ping"}, reply]

    stage.reply(pinged)
    stage.wish("call", tool="echo", arguments={"message": "hello"})
    stage.wish("wait", seconds=SLOW)


def _at_version(stage: Stage, version: str) -> None:
    """Let `initialize` be answered with this version."""
    stage.tools(ECHO)
    stage.wish("list", what="tools")

    def agreed(request: JsonObject, reply: JsonObject) -> Json:
        result = as_object(reply.get("result"))
        if request.get("method") != "initialize" or not result:
            return reply
        return {**reply, "result": {**result, "protocolVersion": version}}

    stage.reply(agreed)
