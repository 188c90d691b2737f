"""The mock asks for the client's roots."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.asking import ROOTS, asker
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.revision import LATEST_STATEFUL


def _asks(stage: Stage) -> None:
    stage.tools(asker("roots", {"ask": {"roots": ROOTS}}))
    stage.wish("call", tool="roots", arguments={})


@scenario("roots", "roots-client-declares", "roots-result-members", "roots-file-uri")
def asked(stage: Stage) -> None:
    """A tool asks for the client's roots."""
    _asks(stage)


@scenario("roots-undeclared", "roots-client-declares", "roots-unsupported-32601")
def undeclared(stage: Stage) -> None:
    """A tool asks for the roots of a client that has declared none."""
    stage.declares = ["elicitation"]
    stage.suspend("roots-server-only-if-declared")
    _asks(stage)


@scenario("roots-changed", "roots-list-changed-sent", until=LATEST_STATEFUL)
def changed(stage: Stage) -> None:
    """The client's roots change between two calls of a tool that asks for them."""
    stage.declares = ["roots", "roots.listChanged"]
    _asks(stage)
    stage.wish("change-roots", roots=[{"uri": "file:///elsewhere", "name": "elsewhere"}])
    stage.wish("call", tool="roots", arguments={})


@scenario("roots-failing", "roots-internal-error-code", until=LATEST_STATEFUL)
def failing(stage: Stage) -> None:
    """A tool asks for the client's roots, and the client fails to list them."""
    stage.user["roots"] = "fail"
    _asks(stage)
