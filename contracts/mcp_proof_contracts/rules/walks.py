"""Lists as they were walked, page by page; and what is judged of all of them in one way."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.listed_items import PARTS
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_list, as_object, encode, quote

AGAIN: Final = "lists-again"
"""The probe that walks every list several times, and from another connection."""
MEMBERS: Final = {method: member for _, method, member in LISTS}
"""The operations that support pagination, and the member that holds the page."""


class Walk:
    """One walk through a list, from a request without a cursor on."""

    def __init__(self, method: str, exchanges: Sequence[Exchange]) -> None:
        self.method = method
        self.exchanges = exchanges

    @cached_property
    def items(self) -> list[JsonObject]:
        """What is listed, on all its pages."""
        pages = [as_list(page.result.get(MEMBERS[self.method])) for page in self.exchanges]
        return [as_object(item) for page in pages for item in page]

    @cached_property
    def names(self) -> list[Json]:
        """What tells the items apart, in the order of the list."""
        _, key = PARTS[self.method]
        return [item.get(key) for item in self.items]

    @property
    def set(self) -> frozenset[bytes]:
        """The names, whatever their order."""
        return frozenset(map(encode, self.names))

    @property
    def shown(self) -> str:
        """The names for a reader."""
        return ", ".join(sorted(map(quote, self.names))) or f"no {MEMBERS[self.method]}"

    @property
    def is_whole(self) -> bool:
        """Whether all was served, to the last page."""
        served = bool(self.exchanges) and all(page.served for page in self.exchanges)
        return served and "nextCursor" not in self.exchanges[-1].result

    @property
    def evidence(self) -> tuple[Event, ...]:
        """Its requests and their answers."""
        return tuple(event for page in self.exchanges for event in page.evidence)


def walked(read: Reading, probe: str, case: str, method: str) -> Walk | None:
    """Return the walk that a probe made as this case, when it came to the end of the list."""
    pages = [e for e in read.stimuli(probe, case) if e.sent.message.method == method]
    walk = Walk(method, pages)
    return walk if walk.is_whole else None


def walks(method: str, exchanges: Iterable[Exchange]) -> Iterator[Walk]:
    """Yield every walk among these: a request without a cursor, then each with the one given."""
    found: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        session, cursor = exchange.sent.event.session, exchange.sent.message.params.get("cursor")
        if cursor is None:
            if session in found:
                yield Walk(method, found.pop(session))
            found[session] = [exchange]
        elif session in found and found[session][-1].result.get("nextCursor") == cursor:
            found[session].append(exchange)
    yield from (Walk(method, pages) for pages in found.values())


def listed_once(read: Reading, method: str, what: str) -> Observations:
    """Judge that no two items of a list have the same name.

    Args:
        read: the conversation.
        method: the list; each walk through it is looked at.
        what: what one item is called.
    """
    for walk in walks(method, read.results(method)):
        names = Counter(name for name in walk.names if isinstance(name, str))
        twice = [name for name, count in names.items() if count > 1]
        if names and not twice:
            yield Kept(walk.exchanges[0].sent.event)
        for name in twice:
            yield Finding(
                message=f"the {what} {name!r} is listed {names[name]} times",
                expected="each name once",
                actual=f"{names[name]} {what}s named {name!r}",
                events=walk.evidence,
            )


def connection_independent(read: Reading, method: str) -> Observations:
    """Judge that a list varies neither by connection nor by what else was requested on it.

    A set that has changed on the first connection meanwhile may have changed for everybody, and
    is no fault; nor is one that was the same there at an earlier time.
    """
    what = MEMBERS[method]
    cases = ("before", "after", "elsewhere", "again")
    before, after, elsewhere, again = (
        walked(read, AGAIN, f"{what} {case}", method) for case in cases
    )
    if not (before and after and elsewhere and again):
        return
    steady = before.set == after.set == again.set
    if steady and elsewhere.set == before.set:
        yield Kept(elsewhere.exchanges[0].sent.event)
    elif steady and _was_so_before(read, elsewhere):
        yield Untested("the list has changed since the first connection began")
    elif steady or (after.set == again.set and elsewhere.set == before.set):
        why = "another connection" if steady else "requests on this connection alone"
        yield Finding(
            message=f"the set of {what} differs because of {why}",
            expected=again.shown,
            actual=elsewhere.shown,
            events=(*before.evidence, *elsewhere.evidence, *again.evidence),
        )
    else:
        yield Untested(f"the set of {what} changed while it was compared")


def _was_so_before(read: Reading, elsewhere: Walk) -> bool:
    """Whether a connection besides has listed just this set: then it has changed with time."""
    session = elsewhere.exchanges[0].sent.event.session
    return any(
        walk.set == elsewhere.set
        for walk in walks(elsewhere.method, read.results(elsewhere.method))
        if walk.exchanges[0].sent.event.session != session
    )
