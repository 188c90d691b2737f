"""C8: a stream of events is read on, whatever comes and whenever it ends."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_run import ended_by_itself, told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import as_list, as_object

PATH = "/events"


@promised("client-events-unknown-passed", "events", "no event of an unknown type came")
def unknown_passed(read: Reading, terms: Terms) -> Observations:
    """An event of a type that the client does not know is passed over, and the next ones are read.

    Servers get new types of events, and clients stay. Looked at: the streams in which an event came
    of a type that is not among those that were agreed on, and whether the client's user was told of
    the events that came after it.
    """
    types = terms.texts("types")
    for outcome in told(read, "subscribe"):
        ids = {str(as_object(e)["id"]) for e in as_list(outcome.value) if "id" in as_object(e)}
        if outcome.ok and not ids:
            continue  # whatever it tells, it does not tell events
        for stream in _streams(read):
            kinds = [(str(e.data.get("event")), str(e.data.get("id"))) for e in stream.sse]
            strange = next((n for n, (kind, _) in enumerate(kinds) if kind not in types), None)
            if strange is None:
                continue
            after = {event_id for kind, event_id in kinds[strange + 1 :] if kind in types}
            if after <= ids:
                yield Kept(stream.sse[strange])
            else:
                yield Finding(
                    message=f"what came after an event {kinds[strange][0]} was missed",
                    expected=f"the events {', '.join(sorted(after))}",
                    actual=outcome.error or f"the events {', '.join(sorted(ids)) or '(none)'}",
                    events=(*stream.sse[strange:], outcome.event),
                )


@promised("client-events-resumed", "events", "no stream of events ended early")
def resumed(read: Reading, _terms: Terms) -> Observations:
    """A stream that ends is opened again, after the last event that came.

    Without `Last-Event-ID` what happens meanwhile is missed, or comes twice. Looked at: the streams
    after the first, and the id of the last event before. A client whose user was told that the
    subscription came to nothing has no stream to open again.
    """
    streams = _streams(read)
    satisfied = ended_by_itself(read) and any(outcome.ok for outcome in told(read, "subscribe"))
    for before, after in zip(streams, (*streams[1:], None), strict=True):
        last = str(before.sse[-1].data.get("id")) if before.sse else ""
        if not last or (after is None and before is not streams[0]):
            continue
        given = after.request_headers.get("last-event-id") if after is not None else None
        if after is not None and given == last:
            yield Kept(after.request)
        elif after is not None or satisfied:
            yield Finding(
                message="the stream was not opened again after its last event",
                expected=f"a GET with Last-Event-ID: {last}",
                actual="no GET" if after is None else f"Last-Event-ID: {given}",
                events=(*before.sse[-1:], *((after.request,) if after is not None else ())),
            )


def _streams(read: Reading) -> list[HttpExchange]:
    found = read.counterpart.http()
    return [each for each in found if each.method == "GET" and each.path.startswith(PATH)]
