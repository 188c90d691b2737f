"""Lists as they were walked: from a request without a cursor, page by page."""

from collections.abc import Iterator

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_list, as_object


class Walk:
    """One walk through a list, to its last page."""

    def __init__(self, exchanges: list[Exchange], member: str) -> None:
        self.exchanges = exchanges
        self.items: list[JsonObject] = [
            as_object(item) for each in exchanges for item in as_list(each.result.get(member))
        ]

    @property
    def names(self) -> list[Json]:
        """The names of what is listed, in order."""
        return [item.get("name") for item in self.items]

    @property
    def evidence(self) -> tuple[Event, ...]:
        """Its requests and their answers."""
        return tuple(event for each in self.exchanges for event in each.evidence)


def walked(read: Reading, probe: str, case: str, method: str, member: str) -> Walk | None:
    """Return the walk that a probe made as this case, when it came to the end of the list."""
    exchanges = [e for e in read.stimuli(probe, case) if e.sent.message.method == method]
    if not exchanges or not all(exchange.served for exchange in exchanges):
        return None
    return None if "nextCursor" in exchanges[-1].result else Walk(exchanges, member)


def walks(read: Reading, method: str, member: str) -> Iterator[Walk]:
    """Yield every walk: a request without a cursor, then those with the cursor just given."""
    found: dict[str, list[Exchange]] = {}
    for exchange in read.results(method):
        session, cursor = exchange.sent.event.session, exchange.sent.message.params.get("cursor")
        if cursor is None:
            if session in found:
                yield Walk(found.pop(session), member)
            found[session] = [exchange]
        elif session in found and found[session][-1].result.get("nextCursor") == cursor:
            found[session].append(exchange)
    yield from (Walk(exchanges, member) for exchanges in found.values())
