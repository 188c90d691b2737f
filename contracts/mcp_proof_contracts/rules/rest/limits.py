"""REST, Limits: how often a tool may be executed."""

import re
from collections import defaultdict
from collections.abc import Iterator
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
NO_LIMIT: Final = "no read-only tool has a rate_limit of at most ten calls a second or minute"
LIMITED: Final = re.compile(r"rate|limit|quota|too many|429", re.IGNORECASE)
"""What an error says that is about a limit."""


@rule(
    "rest-rate-limit-kept",
    "SHOULD",
    PAGE,
    dialects=REST,
    probes=("rest-rate-limit",),
    otherwise=NO_LIMIT,
)
def rate_limit_kept(read: Reading) -> Observations:
    """A tool is not executed more often than its `rate_limit` says.

    Orchestrators plan by it. Looked at: a read-only tool, executed up to the first refusal, or
    until it is plain that there is none: twice as often as allowed, and once more.
    """
    for name, exchanges in _by_tool(read):
        if not succeeded(exchanges[-1]):
            limited = _says_limit(exchanges[-1])
            yield Kept(exchanges[-1].request) if limited else _failed_otherwise(name)
        else:
            yield _unlimited(read, name, exchanges)


@rule(
    "rest-rate-limit-429",
    "MUST",
    PAGE,
    dialects=REST,
    probes=("rest-rate-limit",),
    otherwise=NO_LIMIT,
)
def rate_limit_429(read: Reading) -> Observations:
    """What is beyond a rate limit is refused with 429, not by `successful` false.

    By the status callers, and what stands between, know that it is worth another try later.
    """
    for name, exchanges in _by_tool(read):
        last = exchanges[-1]
        if last.status == HTTPStatus.TOO_MANY_REQUESTS:
            yield Kept(last.request)
        elif succeeded(last):
            yield Untested(f"{name} was never refused")
        elif _says_limit(last):
            message = f"the limit of {name} was told in the body of an answer with 200"
            yield Finding.about(last, message=message, expected="429")
        else:
            yield _failed_otherwise(name)


def _by_tool(read: Reading) -> Iterator[tuple[str, list[HttpExchange]]]:
    """The executions up to a limit, of tools that are known to succeed."""
    by_tool: dict[str, list[HttpExchange]] = defaultdict(list)
    for exchange in read.http("rest-rate-limit"):
        by_tool[slugs(exchange)[0]].append(exchange)
    useful = succeeding(read)
    return ((name, exchanges) for name, exchanges in by_tool.items() if name in useful)


def _says_limit(exchange: HttpExchange) -> bool:
    """Whether an execution was refused for a limit, in whatever way that is said."""
    told = exchange.status == HTTPStatus.OK and LIMITED.search(str(body(exchange).get("error")))
    return exchange.status == HTTPStatus.TOO_MANY_REQUESTS or bool(told)


def _failed_otherwise(name: str) -> Untested:
    return Untested(f"{name} failed for another reason")


def _unlimited(read: Reading, name: str, exchanges: list[HttpExchange]) -> Observation:
    declared = listed(read).get(name, {}).get("rate_limit")
    limit = rate_limit_of(declared)
    ended = exchanges[-1].response
    if limit is None or ended is None:
        return Untested(f"{name} has no rate_limit")
    seconds = ended.at - exchanges[0].request.at
    # Where the spans are counted by the clock, two limits fit into less than one of them.
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
