"""A search of several pages."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object

FULL = 3
"""Full pages; one that is not full follows."""


@scenario(
    "paging-through",
    "client-paging-complete",
    "client-paging-exact",
    promise="paging",
    transports=HTTP,
    dialect=Dialect.MCP,
)
def through(stage: Stage) -> None:
    """A search finds three full pages and a little more."""
    terms = stage.terms("paging")
    found: list[Json] = [
        {"id": f"document-{number}"} for number in range(FULL * terms.count("limit") + 1)
    ]
    named = {"query": {"type": "string"}, "limit": {"type": "integer"}}
    position: JsonObject = {"type": "integer" if terms.text("by") == "offset" else "string"}
    stage.tools(
        {
            "name": terms.text("tool"),
            "inputSchema": {
                "type": "object",
                "properties": {**named, terms.text("by"): position},
                "required": ["query"],
            },
            "annotations": {"readOnlyHint": True},
        }
    )

    def page(request: JsonObject, reply: JsonObject) -> Json:
        if request.get("method") != "tools/call":
            return reply
        arguments = as_object(as_object(request.get("params")).get("arguments"))
        shown = _page(found, arguments, terms)
        told: JsonObject = {**as_object(reply.get("result")), "structuredContent": shown}
        return {**reply, "result": told}

    stage.reply(page)
    stage.wish("collect", tool=terms.text("tool"), arguments={"query": "everything"})


def _page(found: list[Json], arguments: JsonObject, terms: Terms) -> JsonObject:
    limit = terms.count("limit")
    asked = arguments.get("limit")
    size = asked if isinstance(asked, int) and 0 < asked <= limit else limit
    if terms.text("by") == "offset":
        offset = arguments.get("offset")
        begin = offset if isinstance(offset, int) else 0
        return {terms.text("items"): found[begin : begin + size], "total_count": len(found)}
    begin = int(str(arguments.get("cursor", "page-0")).removeprefix("page-") or 0)
    end = begin + size
    more: JsonObject = {"next_cursor": f"page-{end}"} if end < len(found) else {}
    return {terms.text("items"): found[begin:end], **more}
