"""Several servers for the same thing."""

from collections.abc import Iterable

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import ALWAYS, HTTP, failing, tool
from mcp_proof_contracts.json_value import Json

SERVERS = ("server-0", "server-1", "server-2")
AMONG: list[Json] = [*SERVERS]
READ_ONLY: Json = {"readOnlyHint": True}


@scenario("balance-one-fails", "client-balance-healthy", promise="balance", transports=HTTP)
def one_fails(stage: Stage) -> None:
    """One of three servers fails at every call."""
    _fleet(stage, failing_one="server-1")
    _calls(stage, range(9))


@scenario("balance-all-well", "client-balance-spread", promise="balance", transports=HTTP)
def all_well(stage: Stage) -> None:
    """Three servers are well, and get nine calls."""
    _fleet(stage)
    _calls(stage, range(9))


@scenario(
    "shards-of-keys",
    "client-shard-stable",
    "client-shards-searched",
    promise="shards",
    transports=HTTP,
)
def shards(stage: Stage) -> None:
    """Things are stored and read under keys, each on a shard of its own, and searched for."""
    keyed = (tool("store", "key", "value"), tool("read", "key", annotations=READ_ONLY))
    search = tool("search", "query", annotations=READ_ONLY)
    stage.tools(*keyed, search)
    for name in SERVERS:
        stage.also(name, {"tools": [*keyed, search]})
    keys = [f"key {number}" for number in range(4)]
    for key in keys:
        stage.wish("call", tool="store", arguments={"key": key, "value": "v"}, among=AMONG)
    for key in keys:
        stage.wish("call", tool="read", arguments={"key": key}, among=AMONG)
    stage.wish("ask-all", tool="search", arguments={"query": "v"}, among=AMONG)


@scenario("tenants-in-turn", "client-tenants-apart", promise="tenants", transports=HTTP)
def tenants(stage: Stage) -> None:
    """The same thing is asked for in the name of two tenants."""
    name = stage.terms("tenants").text("argument")
    told = {"text": f"the data of {{{{ {name} }}}}"}
    stage.tools(tool("get_document", "id", name, annotations=READ_ONLY, answer=told))
    for tenant in ("ada", "bob", "ada"):
        stage.wish("call", tool="get_document", arguments={"id": "1"}, **{name: tenant})


def _fleet(stage: Stage, failing_one: str = "") -> None:
    search = tool("search", "query", annotations=READ_ONLY)
    stage.tools(search)
    for name in SERVERS:
        other = stage.also(name, {"tools": [search]})
        if name == failing_one:
            other.take(failing({"search": ALWAYS}))


def _calls(stage: Stage, numbers: Iterable[int]) -> None:
    for number in numbers:
        query: Json = {"query": f"call {number}"}
        stage.wish("call", tool="search", arguments=query, among=AMONG)
