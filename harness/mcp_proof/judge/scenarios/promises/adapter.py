"""Tools as functions of a framework."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, tool
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import JsonObject

CITIES: JsonObject = {
    "name": "find_city",
    "description": "Finds a city by its name.",
    "inputSchema": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "limit": {"type": "integer"}},
        "required": ["name"],
    },
    "annotations": {"readOnlyHint": True},
    "answer": {"text": "Turin"},
}
FAILS = tool("failing", answer={"error": "the disk is full"})


@scenario(
    "adapter-definitions",
    "client-adapter-schema-kept",
    promise="adapter",
    transports=HTTP,
    dialect=Dialect.MCP,
)
def definitions(stage: Stage) -> None:
    """The client is asked for the definitions of functions that it makes of the tools."""
    stage.tools(CITIES)
    stage.wish("definitions")


@scenario(
    "adapter-calls",
    "client-adapter-arguments-parsed",
    promise="adapter",
    transports=HTTP,
    dialect=Dialect.MCP,
)
def calls(stage: Stage) -> None:
    """A function is called as a model does it, with arguments in a text."""
    stage.tools(CITIES)
    text = '{"name": "Turin", "limit": 3}'
    means: JsonObject = {"name": "Turin", "limit": 3}
    stage.wish("function-call", name="find_city", arguments=text, means=means)


@scenario(
    "adapter-errors",
    "client-adapter-error-told",
    promise="adapter",
    transports=HTTP,
    dialect=Dialect.MCP,
)
def errors(stage: Stage) -> None:
    """A function is called, and its tool fails."""
    stage.tools(FAILS)
    stage.wish("function-call", name="failing", arguments="{}", means={})
