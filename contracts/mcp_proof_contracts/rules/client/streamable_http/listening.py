"""Transports, Streamable HTTP, Listening for Messages: what clients do with GET."""

from typing import Final

from mcp_proof_contracts.client_run import ended_by_itself, told_after
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.client.streamable_http.traffic import (
    LAST_EVENT,
    at_endpoint,
    header,
    posts,
)
from mcp_proof_contracts.wire import Kind

LISTENING: Final = "streamable-http#listening-for-messages-from-the-server"
EVENT_STREAM: Final = "text/event-stream"
NOT_ALLOWED: Final = 405


@rule(
    "http-client-get-accept",
    "MUST",
    LISTENING,
    side="client",
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="the client sent no GET",
)
def get_accept(read: Reading) -> Observations:
    """The `Accept` header of each GET lists text/event-stream.

    It is what tells a client that listens from a browser. Looked at: every GET to the endpoint, to
    listen or to resume a stream.
    """
    for http in _gets(read):
        accept = header(http, "accept") or ""
        if EVENT_STREAM in {p.partition(";")[0].strip() for p in accept.lower().split(",")}:
            yield Kept(http.request)
        else:
            yield Finding(
                message="a GET does not accept event streams",
                expected=f"Accept: {EVENT_STREAM}",
                actual=f"Accept: {accept}" if accept else "no Accept header",
                events=http.evidence,
            )


@rule(
    "http-client-tolerates-405-get",
    "implied",
    LISTENING,
    side="client",
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="no GET was answered with 405, or nothing tells how the client went on",
)
def tolerates_405_get(read: Reading) -> Observations:
    """A client goes on when its GET is answered with 405: the server has nothing to say unasked.

    Servers need not offer that stream. Looked at: clients that sent a request after the 405, and
    those that sent none, came to their own end and told their user of failure alone, though every
    request until then was answered with a result.
    """
    for http in _gets(read):
        if http.status != NOT_ALLOWED or http.response is None:
            continue
        if header(http, LAST_EVENT) is not None:
            continue
        seq = http.response.seq
        asked = [p for p in posts(read) if p.sent and p.sent.sent.message.kind is Kind.REQUEST]
        if any(post.request.seq > seq for post in asked):
            yield Kept(http.request)
        elif (
            ended_by_itself(read)
            and all(post.sent and post.sent.served for post in asked)
            and (outcomes := told_after(read, http.response))
            and not any(each.ok for each in outcomes)
        ):
            yield Finding(
                message="the client gave up when its GET was answered with 405",
                expected="requests, as if it had not tried to listen",
                actual=f"no further request; the user was told: {outcomes[0].error}",
                events=(*http.evidence, outcomes[0].event),
            )


def _gets(read: Reading) -> list[HttpExchange]:
    return [http for http in at_endpoint(read) if http.method == "GET"]
