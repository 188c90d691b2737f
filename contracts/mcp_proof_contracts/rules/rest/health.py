"""REST, Health: how the server is."""

from http import HTTPStatus
from itertools import pairwise
from urllib.parse import urlsplit

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.dialects.rest import HEALTH
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observation, Observations, rule
from mcp_proof_contracts.rules.rest.traffic import REST, body, discoveries
from mcp_proof_contracts.wire import quote

PAGE = "rest#health"


@rule("rest-health-shape", "MUST", PAGE, dialects=REST, otherwise="its health was not asked for")
def health_shape(read: Reading) -> Observations:
    """The health check that is discovered is answered with 200, a status and a timestamp.

    What starts and stops servers decides by it. Looked at: `health_check_url`, and `/health` where
    the server names none; 404 of that is no fault, nor of a URL that may be of another host.
    """
    told = [body(exchange).get("health_check_url") for exchange in discoveries(read)]
    promised = any(isinstance(url, str) and url.startswith("/") for url in told)
    named = {path for url in told if (path := _path(url))}
    for exchange in read.http():
        asked = exchange.method == "GET" and _path(exchange.path)
        if not asked or not asked.endswith(tuple(named or {HEALTH})):
            continue
        if exchange.status == HTTPStatus.NOT_FOUND and not promised:
            continue
        problem = document_problem("rest", "health", exchange.response_json)
        if exchange.status == HTTPStatus.OK and problem is None:
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message=f"the health check is not as documented: {problem or 'its status'}",
                expected="200 with status and timestamp",
            )


def _path(url: Json) -> str:
    """The path of a URL that may be absolute; "" of what is none."""
    try:
        return urlsplit(url).path if isinstance(url, str) else ""
    except ValueError:
        return ""


@rule(
    "rest-health-timestamp-fresh",
    "SHOULD",
    PAGE,
    dialects=REST,
    probes=("rest-health",),
    otherwise="no health check said a time",
)
def health_timestamp_fresh(read: Reading) -> Observations:
    """The timestamp of a health check is that of the check, and not the same for ever.

    A server that hangs behind a cache would look alive. Looked at: two checks, a second apart.
    """
    told = [(e, body(e).get("timestamp")) for e in read.http("rest-health")]
    times = [(exchange, time) for exchange, time in told if isinstance(time, str)]
    for (first, before), (second, after) in pairwise(times):
        yield _fresh(first, before, second, after)


def _fresh(first: HttpExchange, before: str, second: HttpExchange, after: str) -> Observation:
    if before != after:
        return Kept(second.request)
    return Finding(
        message="the health check says the same time again, more than a second later",
        expected="the time of the check",
        actual=quote(after),
        events=(*first.evidence, *second.evidence),
    )
