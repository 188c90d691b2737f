"""Transports, Streamable HTTP, Sending Messages to the Server: what the body of a POST is."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.client.streamable_http.traffic import (
    at_endpoint,
    carries,
    header,
    named,
    parts_of,
    posts,
    sent,
)

SENDING: Final = "streamable-http#sending-messages"
NOTHING: Final = "the client sent no message"
BOTH: Final = ("application/json", "text/event-stream")


@rule(
    "http-client-post-only",
    "MUST",
    SENDING,
    side="client",
    since=Revision.R2025_03_26,
    transport="http",
    otherwise=NOTHING,
)
def post_only(read: Reading) -> Observations:
    """Each message to the server is the body of an HTTP POST of its own.

    Servers read messages nowhere else. Looked at: every HTTP request to the MCP endpoint whose body
    is a JSON-RPC message. What stands in a URL is not recorded, and not judged.
    """
    for http in posts(read):
        if http.method == "POST":
            yield Kept(http.request)
        else:
            yield _finding(
                http,
                message=f"a message was sent by HTTP {http.method}",
                expected="POST",
                actual=f"{http.method} {http.path}",
            )


@rule(
    "http-client-accept-both",
    "MUST",
    SENDING,
    side="client",
    since=Revision.R2025_03_26,
    transport="http",
    otherwise=NOTHING,
)
def accept_both(read: Reading) -> Observations:
    """The `Accept` header of each POST lists both application/json and text/event-stream.

    The server chooses for each request which of the two it answers with. Looked at: every POST of
    a message, whatever parameters and further types its header has; `*/*` lists neither.
    """
    for http in _message_posts(read):
        listed = {part.partition(";")[0].strip() for part in _accept(http).lower().split(",")}
        missing = [kind for kind in BOTH if kind not in listed]
        if not missing:
            yield Kept(http.request)
            continue
        yield _finding(
            http,
            message=f"the {named(http)} does not accept {' or '.join(missing)}",
            expected=f"Accept: {', '.join(BOTH)}",
            actual=f"Accept: {_accept(http)}" if _accept(http) else "no Accept header",
        )


@rule(
    "http-client-single-message-body",
    "MUST",
    SENDING,
    side="client",
    since=Revision.R2025_06_18,
    transport="http",
    otherwise=NOTHING,
)
def single_message_body(read: Reading) -> Observations:
    """The body of each POST is one JSON-RPC message.

    Batches have been removed, and a POST without a message says nothing. Looked at: every POST to
    where the client sends its messages. Whether one object is a proper message, and text is JSON,
    is for other rules.
    """
    for http in _endpoint_posts(read):
        said = sent(http)
        if said is not None and isinstance(said.value, dict):
            yield Kept(http.request)
        elif said is None or isinstance(said.value, list):
            yield _body_finding(http, "one JSON-RPC request, notification or response")


@rule(
    "http-client-batch-composition",
    "MUST",
    SENDING,
    side="client",
    since=Revision.R2025_03_26,
    until=Revision.R2025_03_26,
    transport="http",
    otherwise=NOTHING,
)
def batch_composition(read: Reading) -> Observations:
    """The body of a POST is one message, or an array of requests and notifications or of responses.

    The server answers a POST by what it holds: responses get 202 and requests a result, so that a
    mixture has no right answer. Looked at: every POST to where the client sends its messages.
    """
    for http in _endpoint_posts(read):
        said = sent(http)
        if said is not None and said.fault:
            continue  # of which other rules speak
        mixed = said is not None and len({part.is_response for part in parts_of(said)}) > 1
        if said is not None and said.value != [] and not mixed:
            yield Kept(http.request)
        else:
            yield _body_finding(
                http, "one message, or only requests and notifications, or only responses"
            )


def _message_posts(read: Reading) -> Iterator[HttpExchange]:
    return (http for http in posts(read) if http.method == "POST")


def _endpoint_posts(read: Reading) -> Iterator[HttpExchange]:
    return (http for http in at_endpoint(read) if http.method == "POST")


def _accept(http: HttpExchange) -> str:
    return header(http, "accept") or ""


def _body_finding(http: HttpExchange, expected: str) -> Finding:
    said = sent(http)
    what = "another body" if said is not None else "no message"
    if carries(http):
        what = "a batch"
    return _finding(
        http,
        message=f"a POST carried {what}",
        expected=expected,
        actual=said.excerpt if said is not None else "no JSON",
    )


def _finding(http: HttpExchange, *, message: str, expected: str, actual: str) -> Finding:
    return Finding(message=message, expected=expected, actual=actual, events=http.evidence)
