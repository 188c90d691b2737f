"""REST, Limits: how often a tool may be executed."""

import re
from collections import defaultdict
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.rate_limit_text import rate_limit_of
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observation, Observations, Untested, rule
from mcp_proof_contracts.rules.rest.traffic import (
    REST,
    body,
    executions,
    listed,
    slugs,
    succeeded,
    succeeding,
)

PAGE: Final = "rest#limits"
LIMITED: Final = re.compile(r"rate|limit|quota|too many|429", re.IGNORECASE)
"""What an error says that is about a limit."""


@rule(
    "rest-rate-limit-429",
    "MUST",
    PAGE,
    dialects=REST,
    probes=("rest-rate-limit",),
    otherwise="no read-only tool has a rate_limit of at most ten calls a second or minute",
)
def rate_limit_429(read: Reading) -> Observations:
    """What is beyond a tool's `rate_limit` is refused with 429.

    By the status callers, and what stands between, know that it is worth another try later. Looked
    at: a read-only tool, executed up to the first refusal, or until it is plain that there is none.
    """
    by_tool: dict[str, list[HttpExchange]] = defaultdict(list)
    for exchange in read.http("rest-rate-limit"):
        by_tool[slugs(exchange)[0]].append(exchange)
    for name, exchanges in by_tool.items():
        yield _beyond(read, name, exchanges)


def _beyond(read: Reading, name: str, exchanges: list[HttpExchange]) -> Observation:
    last = exchanges[-1]
    if last.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Kept(last.request)
    if succeeded(last):
        return _unlimited(read, name, exchanges)
    error = str(body(last).get("error"))
    if last.status == HTTPStatus.OK and LIMITED.search(error) and name in succeeding(read):
        message = f"the limit of {name} was told in the body of an answer with status 200"
        return Finding.about(last, message=message, expected="429")
    return Untested(f"{name} failed for another reason")


def _unlimited(read: Reading, name: str, exchanges: list[HttpExchange]) -> Observation:
    declared = listed(read).get(name, {}).get("rate_limit")
    limit = rate_limit_of(declared)
    ended = exchanges[-1].response
    if limit is None or ended is None:
        return Untested(f"{name} has no rate_limit")
    seconds = ended.at - exchanges[0].request.at
    if len(exchanges) <= 2 * limit.calls or seconds >= limit.per:
        return Untested(f"{name} could not be executed often enough in the span of its limit")
    return Finding.about(
        exchanges[-1],
        message=f"{len(exchanges)} executions of {name} within {seconds:.3g} s were served, "
        f"with a rate_limit of {declared}",
        expected="429",
    )


@rule(
    "rest-retry-after",
    "implied",
    PAGE,
    dialects=REST,
    probes=("rest-rate-limit",),
    otherwise="429 was never said",
)
def retry_after(read: Reading) -> Observations:
    """A response with 429 says in `Retry-After` when it is worth another try (RFC 6585, section 4).

    Who has to guess comes back too early, or too late.
    """
    for exchange in executions(read):
        if exchange.status != HTTPStatus.TOO_MANY_REQUESTS:
            continue
        if exchange.headers.get("retry-after"):
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange, message="429 came without Retry-After", expected="Retry-After: <seconds>"
            )
