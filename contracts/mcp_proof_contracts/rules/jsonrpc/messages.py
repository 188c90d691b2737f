"""Overview, Messages: what every message is made of."""

from functools import lru_cache
from typing import Final

from mcp_proof_contracts.dialect import EVERY_JSON_RPC
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.jsonrpc.spoken import (
    evidence,
    in_place,
    responses,
    spoken,
    texts,
)
from mcp_proof_contracts.transcript import Event, Sender
from mcp_proof_contracts.wire import BOM, Kind, as_list, as_object, kind_of, quote

NOTIFICATION: Final = "notifications/"
SILENT: Final = "the peer sent no message"


@rule(
    "jsonrpc-version-2.0",
    "MUST",
    "basic#messages",
    side="both",
    dialects=EVERY_JSON_RPC,
    otherwise=SILENT,
)
def version_2_0(read: Reading) -> Observations:
    """Every message says `"jsonrpc": "2.0"`.

    The member tells JSON-RPC 2.0 from its predecessor, whose messages mean something else. Looked
    at: every object sent as a message. The body of an HTTP error is free to be no message at all.
    """
    for said in spoken(read):
        if said.message.members.get("jsonrpc") == "2.0":
            yield Kept(said.event)
        else:
            version = said.message.members.get("jsonrpc")
            yield Finding(
                message="a message does not say that it is JSON-RPC 2.0",
                expected='"jsonrpc": "2.0"',
                actual=f'"jsonrpc": {quote(version)}' if version is not None else "no `jsonrpc`",
                events=evidence(read, said),
            )


@rule(
    "jsonrpc-request-method",
    "schema",
    "basic#requests",
    side="both",
    otherwise="the peer sent neither a request nor a notification",
)
def request_method(read: Reading) -> Observations:
    """Every request and every notification names its method in a string.

    Nothing else says what a message wants. Looked at: messages with a `method`, and messages that
    answer nothing and still have none.
    """
    for said in spoken(read):
        members = said.message.members
        answers = not {"result", "error"}.isdisjoint(members)
        if isinstance(members.get("method"), str):
            yield Kept(said.event)
        elif "method" in members:
            yield Finding(
                message="the method of a message is no string",
                expected="a string",
                actual=said.message.excerpt,
                events=(said.event,),
            )
        elif not answers and ("params" in members or "id" not in members):
            yield Finding(
                message="a message has neither a method nor a result or an error",
                expected="a `method`",
                actual=said.message.excerpt,
                events=(said.event,),
            )


@rule(
    "jsonrpc-params-object",
    "schema",
    "basic#requests",
    side="both",
    otherwise="the peer sent no message with params",
)
def params_object(read: Reading) -> Observations:
    """The `params` of a request or notification, where present, are an object.

    JSON-RPC allows a positional list, MCP does not: every parameter has a name. Leaving `params`
    out is fine; null is not.
    """
    for said in spoken(read):
        members = said.message.members
        if "method" not in members or "params" not in members:
            continue
        if isinstance(members["params"], dict):
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"the params of {said.message.method or 'a message'} are no object",
                expected="an object, or no `params`",
                actual=said.message.excerpt,
                events=(said.event,),
            )


@rule(
    "jsonrpc-notification-no-id",
    "MUST NOT",
    "basic#notifications",
    side="both",
    otherwise="the peer sent no notification",
)
def notification_no_id(read: Reading) -> Observations:
    """A notification carries no `id`.

    With an id, null included, it is a request: the receiver must answer what nobody waits for.
    Looked at: messages whose method begins with `notifications/`, as all of MCP's do.
    """
    for said in spoken(read):
        if not said.message.method.startswith(NOTIFICATION):
            continue
        if "id" not in said.message.members:
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"{said.message.method} carries an id",
                expected="no `id`",
                actual=said.message.excerpt,
                events=(said.event,),
            )


@rule(
    "jsonrpc-utf8",
    "MUST",
    "transports",
    since=Revision.R2025_03_26,
    side="both",
    otherwise=SILENT,
)
def utf8(read: Reading) -> Observations:
    """Every message is encoded in UTF-8.

    The receiver has no other way to know the encoding. Looked at: the bytes of every JSON text,
    and the charset that an HTTP response declares for it. Lines on stdout that are no JSON and
    lines cut off in the middle are left to the rules of stdio.
    """
    for event in texts(read):
        assert event.message is not None
        charset = _charset(read, event)
        if event.message.fault and event.message.fault.startswith("not UTF-8"):
            yield _not_utf8((event,), event.message.fault)
        elif charset and charset not in ("utf-8", "utf8", "us-ascii"):
            yield _not_utf8((event,), f"a message declared as {charset}")
        else:
            yield Kept(event)
    if read.peer is Sender.SERVER:
        for http in read.http():
            # An event stream is read up to the first byte that is not UTF-8.
            detail = http.end.data.get("detail") if http.end is not None else None
            if isinstance(detail, str) and detail.startswith("UnicodeDecodeError"):
                yield _not_utf8(http.evidence, detail)


def _not_utf8(events: tuple[Event, ...], actual: str) -> Finding:
    return Finding(
        message="a message is not in UTF-8", expected="UTF-8", actual=actual, events=events
    )


def _charset(read: Reading, event: Event) -> str:
    """The charset that the response with this message declares, in lower case."""
    http = read.http_of(event)
    if http is None or event.sender is not Sender.SERVER:
        return ""
    return _charset_in(str(http.headers.get("content-type", "")))


@lru_cache(maxsize=64)
def _charset_in(content_type: str) -> str:
    for parameter in content_type.lower().split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            return value.strip().strip('"')
    return ""


@rule("jsonrpc-no-bom", "MUST NOT", "basic#messages", side="both", otherwise=SILENT)
def no_bom(read: Reading) -> Observations:
    """No message begins with a byte order mark.

    RFC 8259, section 8.1, forbids it for JSON that crosses a network, and many parsers reject it.
    Looked at: the first bytes of every line, body and event. The mark that an event stream itself
    may begin with is none of the message.
    """
    for event in texts(read):
        assert event.message is not None
        if event.message.raw.startswith(BOM):
            yield Finding(
                message="a message begins with a byte order mark",
                expected="JSON text without EF BB BF before it",
                actual=repr(event.message.raw[:20]),
                events=(event,),
            )
        else:
            yield Kept(event)


@rule("jsonrpc-batch-not-sent", "MUST NOT", "basic#messages", side="both", otherwise=SILENT)
def batch_not_sent(read: Reading) -> Observations:
    """No array of messages is sent, except in 2025-03-26, the only revision with batches.

    A receiver of any other revision takes an array for garbage. An array that answers an array of
    ours is left to the rules about batches: JSON-RPC itself demands it.
    """
    if read.revision.features.batches:
        yield Untested(f"{read.revision} allows batches")
        return
    batched: dict[str, int] = {}
    for exchange in read.exchanges():
        event = exchange.sent.event
        if event.message is not None and event.message.kind is Kind.BATCH:
            batched.setdefault(event.session, event.seq)
    for event in texts(read):
        assert event.message is not None
        if event.message.kind is not Kind.BATCH:
            yield Kept(event)
        elif in_place(read, event) and not (
            batched.get(event.session, event.seq) < event.seq and _all_answer(event)
        ):
            yield Finding(
                message="an array was sent as a message",
                expected="one message at a time",
                actual=event.message.excerpt,
                events=(event,),
            )


def _all_answer(event: Event) -> bool:
    items = as_list(event.message.value if event.message is not None else None)
    return all(kind_of(as_object(item)) in (Kind.RESULT, Kind.ERROR) for item in items)


@rule(
    "server-never-sends-requests",
    "MUST NOT",
    "basic/patterns",
    since=Revision.R2026_07_28,
    otherwise="the server answered nothing",
)
def server_never_sends_requests(read: Reading) -> Observations:
    """The server sends no request: what it needs, it asks for in an `input_required` result.

    Clients of this revision send no responses, so nobody answers it. Looked at: every message of
    the server with both a method and an id; a notification with an id is a fault of its own.
    """
    for said in read.messages(Kind.REQUEST):
        if not said.message.method.startswith(NOTIFICATION):
            yield Finding(
                message=f"the server sent the request {said.message.method}",
                expected="responses and notifications only",
                actual=said.message.excerpt,
                events=(said.event,),
            )
    for said in responses(read):
        if said.revision is read.revision:
            yield Kept(said.event)
