"""An operation that takes a few looks."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, tool
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json, JsonObject

STARTS = "start_import"
TOTAL = 3


@scenario(
    "operation-in-progress",
    "client-operation-followed",
    promise="operation",
    transports=HTTP,
    dialect=Dialect.MCP,
)
def in_progress(stage: Stage) -> None:
    """An operation is over when its status has been asked for the third time."""
    terms = stage.terms("operation")
    cases: list[Json] = [
        {
            "when": {"call": number},
            "answer": {"structured": {"current": number, "total": TOTAL, "status": "running"}},
        }
        for number in range(1, TOTAL)
    ]
    over: JsonObject = {"current": TOTAL, "total": TOTAL, "status": terms.texts("over")[0]}
    stage.tools(
        tool(STARTS, "source", answer={"structured": {"operation_id": "operation-1"}}),
        {
            "name": terms.text("status_tool"),
            "inputSchema": {
                "type": "object",
                "properties": {"operation_id": {"type": "string"}},
                "required": ["operation_id"],
            },
            "annotations": {"readOnlyHint": True},
            "cases": [*cases, {"answer": {"structured": over}}],
        },
    )
    stage.wish(
        "follow",
        tool=STARTS,
        arguments={"source": "a file"},
        status_tool=terms.text("status_tool"),
    )
