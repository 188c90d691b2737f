"""Kailash style, Health and readiness: what orchestrators ask."""

from collections.abc import Iterator
from http import HTTPStatus

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.openapi.jsonrpc import HEALTH, READY
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.as_documented import as_documented
from mcp_proof_contracts.rules.openapi.traffic import OPENAPI, is_kailash
from mcp_proof_contracts.wire import as_object, quote

PAGE = "openapi-jsonrpc#health-and-readiness"
OTHER_STYLE = "the server does not show that it is of the Kailash style"
STATUSES = ("healthy", "unhealthy")


@rule("kailash-health-shape", "MUST", PAGE, dialects=OPENAPI, otherwise=OTHER_STYLE)
def health_shape(read: Reading) -> Observations:
    """`GET /health` is answered with a status, the checks behind it, and the time.

    The status is `healthy` or `unhealthy`, and each check has one of its own. Looked at: the whole
    body, by its JSON Schema, whatever the HTTP status.
    """
    for exchange in _asked(read, HEALTH):
        problem = document_problem("openapi-jsonrpc", "health", exchange.response_json)
        yield as_documented(exchange, "the health check", problem, "status, checks and timestamp")


@rule("kailash-health-sums-up", "MUST", PAGE, dialects=OPENAPI, otherwise=OTHER_STYLE)
def health_sums_up(read: Reading) -> Observations:
    """The status is `healthy` exactly when that of every check is.

    One that says otherwise hides what failed, or has the server restarted for nothing. What a check
    means by another word than `healthy` or `unhealthy` is not judged.
    """
    for exchange in _asked(read, HEALTH):
        said = as_object(exchange.response_json)
        if document_problem("openapi-jsonrpc", "health", said) is not None:
            continue
        checks = as_object(said.get("checks"))
        each = {name: as_object(check).get("status") for name, check in checks.items()}
        unwell = [name for name, status in each.items() if status == "unhealthy"]
        other = [str(status) for status in each.values() if status not in STATUSES]
        if other and not unwell:
            yield Untested(f"a check says {quote(other[0])}, which tells neither way")
        elif (said.get("status") == "healthy") is not bool(unwell):
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message=f"the health check says {said.get('status')}, and its checks otherwise",
                expected="unhealthy" if unwell else "healthy",
            )


@rule("kailash-health-status", "SHOULD", PAGE, dialects=OPENAPI, otherwise=OTHER_STYLE)
def health_status(read: Reading) -> Observations:
    """A healthy server answers `GET /health` with 200, another with an error status.

    Orchestrators and `curl -f` read the status alone.
    """
    for exchange in _asked(read, HEALTH):
        said = as_object(exchange.response_json).get("status")
        if said not in STATUSES:
            continue
        if (said == "healthy") is (exchange.status == HTTPStatus.OK):
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message=f"the health check says {said} with status {exchange.status}",
                expected="200" if said == "healthy" else "503",
            )


@rule("kailash-ready-served", "MUST", PAGE, dialects=OPENAPI, otherwise=OTHER_STYLE)
def ready_served(read: Reading) -> Observations:
    """`GET /ready` is answered with 200, or with 503 while the server takes no requests.

    Anything else takes it out of service for good.
    """
    for exchange in _asked(read, READY):
        if exchange.status in (HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE):
            yield Kept(exchange.request)
        else:
            message = "the readiness check was not answered"
            yield Finding.about(exchange, message=message, expected="200 or 503")


def _asked(read: Reading, path: str) -> Iterator[HttpExchange]:
    """The checks at a path of a server of this style."""
    asked = (e for e in read.http() if e.method == "GET" and e.path.endswith(path))
    return asked if is_kailash(read) else iter(())
