"""Calls that fail for a while, always, and for good."""

from http import HTTPStatus

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import ALWAYS, HTTP, failing, refusing, tool
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.error_codes import INVALID_PARAMS

WHILE = ("client-retry-transient", "client-retry-backoff")


@scenario("retry-for-a-while", *WHILE, promise="retry", transports=HTTP)
def for_a_while(stage: Stage) -> None:
    """A tool cannot be reached until the last try that was agreed on."""
    terms = stage.terms("retry")
    _offer(stage, terms)
    stage.take(failing({"flaky": terms.count("attempts") - 1}))


@scenario("retry-in-vain", *WHILE, promise="retry", transports=HTTP)
def in_vain(stage: Stage) -> None:
    """A tool can never be reached."""
    _offer(stage, stage.terms("retry"))
    stage.take(failing({"flaky": ALWAYS}))


@scenario("retry-refused", "client-retry-permanent-not", promise="retry", transports=HTTP)
def refused(stage: Stage) -> None:
    """A call is refused in a way that will be the same the next time."""
    _offer(stage, stage.terms("retry"))
    if stage.document.get("dialect") == Dialect.REST:
        stage.take(failing({"flaky": ALWAYS}, HTTPStatus.BAD_REQUEST))
    else:
        stage.take(refusing({"flaky": INVALID_PARAMS}))


def _offer(stage: Stage, terms: Terms) -> None:
    stage.tools(tool("flaky", "query", annotations={"readOnlyHint": True}))
    stage.wish("call", tool="flaky", arguments={"query": "one"})
    wait = terms.seconds("first_delay_ms")
    for _ in range(terms.count("attempts") - 1):
        stage.seconds += wait
        wait *= terms.number("factor")
