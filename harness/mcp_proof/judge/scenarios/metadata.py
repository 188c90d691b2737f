"""Metadata that the client does not know, and what it declares beyond the core."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object


@scenario("unknown-meta", "meta-unknown-keys-tolerated")
def unknown_meta(stage: Stage) -> None:
    """A call is answered twice, the second time with keys in `_meta` that nobody knows."""
    stage.tools(ECHO)
    calls: list[JsonObject] = []

    def noted(request: JsonObject, reply: JsonObject) -> Json:
        result = as_object(reply.get("result"))
        if request.get("method") != "tools/call" or not result:
            return reply
        calls.append(request)
        if len(calls) == 1:
            return reply
        own: JsonObject = {"com.example/audit": {"entry": [1, None, "x"]}, "org.example/": True}
        return {**reply, "result": {**result, "_meta": {**as_object(result.get("_meta")), **own}}}

    stage.reply(noted)
    stage.wish("call", tool="echo", arguments={"message": "hello"})
    stage.wish("call", tool="echo", arguments={"message": "hello"})


@scenario("own-extension", "extension-id-syntax", "extension-fallback", since=Revision.R2026_07_28)
def own_extension(stage: Stage) -> None:
    """The client declares an extension that the server does not have."""
    stage.tools(ECHO)
    stage.declares.append("extensions.com.example/notes")
    stage.wish("list", what="tools")
    stage.wish("call", tool="echo", arguments={"message": "hello"})
