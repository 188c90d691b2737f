"""What a client's user was told of results that can be cached, and what was asked for them."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from mcp_proof_contracts.client_run import Told, told
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.wire import quote

READ: Final = "resources/read"
LISTS: Final[Mapping[str, str]] = {
    "tools": "tools/list",
    "resources": "resources/list",
    "resource-templates": "resources/templates/list",
    "prompts": "prompts/list",
}
"""What a wish to list something asks for."""
Key: TypeAlias = tuple[str, str | None]
"""A method, and the `uri` where it takes one."""
RETRY: Final = ("inputResponses", "requestState")
"""What only a retry has (patterns/mrtr)."""


class Use(NamedTuple):
    """Something cacheable that the client's user asked for, and was told."""

    told: Told
    key: Key
    began: float
    """The earliest moment at which it can have begun: the wish before it was told by then."""


def in_order(read: Reading) -> list[Told]:
    """What the user was told, by the order of the wishes; that it has waited is nothing."""
    return sorted((t for t in told(read) if t.do != "wait"), key=lambda each: each.wish)


def uses_of(read: Reading) -> list[Use]:
    """Return every use, in order."""
    return read.derived(_all_uses)


def _all_uses(read: Reading) -> list[Use]:
    uses: list[Use] = []
    ready = 0.0
    for each in in_order(read):
        began = ready + each.waited
        if began > each.at:
            began = ready  # it did not wait
        key = _key(each)
        if each.ok and key is not None:
            uses.append(Use(each, key, began))
        ready = each.at
    return uses


def _key(each: Told) -> Key | None:
    if each.do == "read" and isinstance(each.asked.get("uri"), str):
        return READ, str(each.asked["uri"])
    if each.do == "list" and each.asked.get("what") in LISTS:
        return LISTS[str(each.asked["what"])], None
    return None


def uses_by_key(read: Reading) -> dict[Key, list[Use]]:
    """Return the uses of each thing."""
    found: dict[Key, list[Use]] = {}
    for use in uses_of(read):
        found.setdefault(use.key, []).append(use)
    return found


def requests_for(read: Reading, key: Key) -> Iterator[Exchange]:
    """The requests for it; of a list those for the first page."""
    method, uri = key
    for exchange in read.counterpart.exchanges(method):
        params = exchange.sent.message.params
        if params.get("uri") == uri and params.get("cursor") is None:
            yield exchange


def plain_requests(read: Reading, key: Key) -> list[Exchange]:
    """Return the requests for it that give no input."""
    return [exchange for exchange in requests_for(read, key) if not is_retry(exchange)]


def results_for(read: Reading, key: Key) -> list[Exchange]:
    """Return the requests for it that were answered for good."""
    return [
        e for e in requests_for(read, key) if e.served and e.result.get("resultType") == "complete"
    ]


def seconds_fresh(exchange: Exchange) -> float:
    """For how many seconds a result is fresh."""
    ttl = exchange.result.get("ttlMs")
    if not isinstance(ttl, int | float) or isinstance(ttl, bool):
        return 0.0
    return max(ttl, 0) / 1000


def is_retry(exchange: Exchange) -> bool:
    """Whether a request gives the input that an earlier one was asked for."""
    return any(name in exchange.sent.message.params for name in RETRY)


def named(key: Key) -> str:
    """What a finding calls it."""
    method, uri = key
    return method if uri is None else f"{method} of {quote(uri)}"
