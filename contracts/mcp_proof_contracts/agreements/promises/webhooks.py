"""C22: deliveries are taken only from whoever can sign them."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.transcript import Event, EventKind

WEBHOOK = "webhook-"
"""How the sessions begin in which deliveries to the client are noted."""
OK = range(200, 300)
REFUSED = range(400, 500)


@promised("client-webhook-good-taken", "webhooks", "the client listened for no deliveries")
def good_taken(read: Reading, _terms: Terms) -> Observations:
    """A delivery that is signed well is taken: answered with a status from 200 to 299.

    Looked at: the status that the client answers a delivery with whose signature is right.
    """
    for event in _answers(read):
        if event.data.get("case") != "good":
            continue
        if event.data.get("status") in OK:
            yield Kept(event)
        else:
            yield _wrong(event, "a status from 200 to 299")


@promised("client-webhook-bad-refused", "webhooks", "the client listened for no deliveries")
def bad_refused(read: Reading, _terms: Terms) -> Observations:
    """A delivery that is not signed, or not with the secret, is refused: with 401, or another 4xx.

    Anybody can send one who knows the URL. Looked at: the status that the client answers deliveries
    with that have no signature, that of another body, or one made with another secret.
    """
    for event in _answers(read):
        if event.data.get("case") in ("good", "replayed"):
            continue
        if event.data.get("status") in REFUSED:
            yield Kept(event)
        else:
            yield _wrong(event, "401")


def _wrong(event: Event, expected: str) -> Finding:
    return Finding(
        message=f"a delivery with {event.data.get('what')} was answered with "
        f"{event.data.get('status')}",
        expected=expected,
        actual=str(event.data.get("status")),
        events=(event,),
    )


def _answers(read: Reading) -> list[Event]:
    return [e for e in read.events(EventKind.HTTP_RESPONSE) if e.session.startswith(WEBHOOK)]
