"""The exchanges of a REST server: what was discovered, what was executed."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.rest import DISCOVER, EXECUTE
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.no_entry import NO_ENTRY
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Untested
from mcp_proof_contracts.wire import as_list, as_object

REST: Final = (Dialect.REST,)
NO_EXECUTION: Final = "nothing was executed"

BARRED: Final = {
    **NO_ENTRY,
    HTTPStatus.TOO_MANY_REQUESTS: "a rate limit was used up",
}
"""Why a request was refused for another reason than what it says."""


def discoveries(read: Reading) -> Iterator[HttpExchange]:
    """Every `GET /mcp/discover` that was answered in some way."""
    return (e for e in read.http() if e.method == "GET" and e.path.endswith(DISCOVER))


def executions(read: Reading) -> Iterator[HttpExchange]:
    """Every `POST /mcp/execute`, whatever its body."""
    return (e for e in read.http() if e.method == "POST" and e.path.endswith(EXECUTE))


def answered(read: Reading) -> Iterator[HttpExchange]:
    """The executions that were answered with status 200."""
    return (e for e in executions(read) if e.status == HTTPStatus.OK)


def good(read: Reading) -> Iterator[HttpExchange]:
    """The executions whose body is as the dialect has it, by somebody who may execute."""
    odd = ("rest-bad-body", "rest-token")
    return (e for e in executions(read) if e.probe not in odd and e.status not in BARRED)


def barred(exchange: HttpExchange) -> Untested | None:
    """Why nothing can be told, where a request did not get to what it is about."""
    reason = BARRED.get(HTTPStatus(exchange.status)) if exchange.status in BARRED else None
    return None if reason is None else Untested(reason)


def body(exchange: HttpExchange) -> JsonObject:
    """The answer's body where it is an object."""
    return as_object(exchange.response_json)


def slugs(exchange: HttpExchange) -> list[str]:
    """The tools that an execution names, in order."""
    tools = as_list(as_object(exchange.request_json).get("tools"))
    return [str(as_object(tool).get("tool_slug")) for tool in tools]


def results(exchange: HttpExchange) -> list[JsonObject]:
    """The results of an execution."""
    data = as_object(body(exchange).get("data"))
    return [as_object(result) for result in as_list(data.get("results"))]


def succeeded(exchange: HttpExchange) -> bool:
    """Whether an execution says that every tool succeeded."""
    return exchange.status == HTTPStatus.OK and body(exchange).get("successful") is True


def succeeding(read: Reading) -> frozenset[str]:
    """The tools that succeeded at least once."""
    return frozenset(slug for e in executions(read) if succeeded(e) for slug in slugs(e))


def listed(read: Reading) -> dict[str, JsonObject]:
    """The listed tools by name; the first listing wins."""
    tools: dict[str, JsonObject] = {}
    for exchange in discoveries(read):
        for tool in map(as_object, as_list(body(exchange).get("tools"))):
            tools.setdefault(str(tool.get("name")), tool)
    return tools
