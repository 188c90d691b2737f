"""Tools that no list has, arguments that no schema allows, servers that are down."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, tool
from mcp_proof_contracts.dialect import Dialect


@scenario(
    "discovery-unlisted",
    "client-discovery-listed",
    promise="discovery",
    transports=HTTP,
    dialect=Dialect.MCP,
)
def unlisted(stage: Stage) -> None:
    """The client is asked for a tool that the list does not have."""
    _listed(stage)
    stage.wish("call", tool="search_everything", arguments={"query": "one"})


@scenario(
    "discovery-wrong-arguments",
    "client-arguments-checked",
    promise="discovery",
    transports=HTTP,
    dialect=Dialect.MCP,
)
def wrong_arguments(stage: Stage) -> None:
    """The client is asked to call a tool with arguments that its schema does not allow."""
    _listed(stage)
    stage.wish("call", tool="search", arguments={"query": 5})
    stage.wish("call", tool="search", arguments={})


@scenario(
    "discovery-one-down",
    "client-discovery-goes-on",
    promise="discovery",
    transports=HTTP,
    dialect=Dialect.MCP,
)
def one_down(stage: Stage) -> None:
    """Of several servers the first is down; the client is asked for the tools of all."""
    stage.tools(tool("search", "query"))
    stage.also("gone", down=True)
    stage.also("second", {"tools": [tool("translate", "text")]})
    stage.also("third", {"tools": [tool("summarize", "text")]})
    stage.wish("discover")


@scenario(
    "discovery-again",
    "client-discovery-cached",
    promise="discovery",
    transports=HTTP,
    dialect=Dialect.MCP,
)
def again(stage: Stage) -> None:
    """The client is asked for the tools twice."""
    stage.tools(tool("search", "query"))
    stage.document["caching"] = {"ttl_ms": stage.terms("discovery").count("ttl_ms")}
    stage.wish("list", what="tools")
    stage.wish("list", what="tools")


def _listed(stage: Stage) -> None:
    stage.tools(tool("search", "query"))
    stage.wish("list", what="tools")
    stage.wish("call", tool="search", arguments={"query": "one"})
