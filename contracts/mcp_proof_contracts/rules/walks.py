"""Whole walks through a list, and whether they are the same from every connection."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.listed_items import PARTS
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_list, as_object

MEMBERS = {method: member for _, method, member in LISTS}


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk through a list, page by page, to its end."""

    exchanges: Sequence[Exchange]
    names: Sequence[str]
    """What tells the items apart, in the order of the list."""

    @property
    def evidence(self) -> tuple[Event, ...]:
        """All that was said."""
        return tuple(event for each in self.exchanges for event in each.evidence)


def walked(read: Reading, probe: str, case: str, method: str) -> Walk | None:
    """Return the walk that a probe made as this case, when it came to the end of the list."""
    pages = [e for e in read.stimuli(probe, case) if e.sent.message.method == method]
    if not pages or not all(page.served for page in pages) or "nextCursor" in pages[-1].result:
        return None
    _, key = PARTS[method]
    listed = [as_object(item) for page in pages for item in as_list(page.result[MEMBERS[method]])]
    return Walk(pages, [str(item.get(key)) for item in listed])


def connection_independent(read: Reading, probe: str, method: str) -> Observations:
    """Judge that a list varies neither by connection nor by what else was requested on it.

    A set that has changed on the first connection meanwhile may have changed for everybody.
    """
    cases = ("before", "after", "elsewhere", "again")
    before, after, elsewhere, again = (walked(read, probe, case, method) for case in cases)
    if not (before and after and elsewhere and again):
        return
    first, second, other, last = (set(w.names) for w in (before, after, elsewhere, again))
    what = MEMBERS[method]
    steady = first == second == last
    if steady and other == first:
        yield Kept(elsewhere.exchanges[0].sent.event)
    elif steady or (second == last and other == first):
        why = "another connection" if steady else "requests on this connection alone"
        yield Finding(
            message=f"the set of {what} differs because of {why}",
            expected=", ".join(sorted(last)),
            actual=", ".join(sorted(other)),
            events=(*before.evidence, *elsewhere.evidence, *again.evidence),
        )
    else:
        yield Untested(f"the set of {what} changed while it was compared")
