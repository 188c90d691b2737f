"""The same things again, within their time to live and after it."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, tool
from mcp_proof_contracts.json_value import JsonObject

LONGER = 1.3
"""How many times the time to live the client waits: then what it has is certainly out of date."""
READ_ONLY: JsonObject = {"readOnlyHint": True}


@scenario(
    "cache-again", "client-cache-used", "client-cache-expires", promise="cache", transports=HTTP
)
def again(stage: Stage) -> None:
    """The client is asked for the same thing twice, and once more when its time is over."""
    ttl = stage.terms("cache").seconds("ttl_ms")
    stage.tools(tool("get_document", "id", annotations=READ_ONLY))
    for _ in range(2):
        stage.wish("call", tool="get_document", arguments={"id": "a"})
    stage.wish("wait", seconds=ttl * LONGER)
    stage.wish("call", tool="get_document", arguments={"id": "a"})
    stage.seconds += ttl * LONGER


@scenario("cache-own-change", "client-cache-invalidated", promise="cache", transports=HTTP)
def changed(stage: Stage) -> None:
    """The client is asked for a thing, to change it, and for the thing again."""
    tools = stage.terms("cache").texts("changed_by")[:1]
    stage.tools(
        tool("get_document", "id", annotations=READ_ONLY),
        *(tool(name, "id", "text") for name in tools),
    )
    stage.wish("call", tool="get_document", arguments={"id": "a"})
    for name in tools:
        stage.wish("call", tool=name, arguments={"id": "a", "text": "new"})
    stage.wish("call", tool="get_document", arguments={"id": "a"})


@scenario("cache-some", "client-cache-missing-only", promise="cache", transports=HTTP)
def some(stage: Stage) -> None:
    """The client is asked for two documents, and then for three of which it has two."""
    ids: JsonObject = {"type": "array", "items": {"type": "string"}}
    stage.tools(
        {
            "name": "batch_get_documents",
            "inputSchema": {"type": "object", "properties": {"ids": ids}, "required": ["ids"]},
            "annotations": READ_ONLY,
            "answer": {"text": "the documents"},
        }
    )
    stage.wish("fetch", tool="batch_get_documents", ids=["a", "b"])
    stage.wish("fetch", tool="batch_get_documents", ids=["a", "b", "c"])
