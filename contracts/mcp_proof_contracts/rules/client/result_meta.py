"""Overview, `_meta`: what clients make of keys in results that they do not know."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.client_run import Told, told
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.headers import META
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import as_object

METHODS: Final = {
    "call": "tools/call",
    "read": "resources/read",
    "get-prompt": "prompts/get",
    "complete": "completion/complete",
}
"""The requests that single wishes take."""


def unknown_keys_in_results(read: Reading) -> Observations:
    """Judge whether the user got the results that have a key of somebody's own in `_meta`."""
    plain: set[str] = set()
    for outcome, exchange in _results(read):
        keys = [key for key in as_object(exchange.result.get("_meta")) if _is_own(key)]
        if not keys and outcome.ok:
            plain.add(_wish(outcome))
        elif keys and outcome.ok:
            yield Kept(outcome.event)
        elif keys and _wish(outcome) in plain:
            yield Finding(
                message=f"the user was told of an error when a result had the key {keys[0]}",
                expected="the result, as without the key",
                actual=outcome.error,
                events=(*exchange.evidence, outcome.event),
            )


def _results(read: Reading) -> Iterator[tuple[Told, Exchange]]:
    """The wishes that take one request each, with the result that the request had."""
    before = -1
    for outcome in told(read):
        made = [
            exchange
            for exchange in read.counterpart.exchanges(METHODS.get(outcome.do, "-"))
            if before < exchange.sent.event.seq < outcome.event.seq
        ]
        before = outcome.event.seq
        single = len(made) == 1 and bool(outcome.asked)
        if single and made[0].served and not made[0].result.get("isError"):
            yield outcome, made[0]


def _wish(outcome: Told) -> str:
    """What tells wishes apart: those that read the same get the same."""
    return repr(sorted(outcome.asked.items()))


def _is_own(key: str) -> bool:
    return "/" in key and not key.startswith(META)
