"""Transports, Streamable HTTP, Session Management: what clients do with sessions."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.client_run import ended_by_itself, ending, exit_code, told_after
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.no_entry import NO_ENTRY
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.client.streamable_http.traffic import (
    INITIALIZE,
    NOT_FOUND,
    SESSION,
    at_endpoint,
    header,
    method,
    named,
)
from mcp_proof_contracts.wire import Kind, quote

PAGE: Final = "streamable-http#session-management"


@rule(
    "session-client-echoes-id",
    "MUST",
    PAGE,
    side="client",
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="the server gave no session an id, or nothing was sent after that",
)
def echoes_id(read: Reading) -> Observations:
    """Once the server has given a session an id, every request names it.

    Without it the server cannot tell whose request it is. Looked at: every POST, GET and DELETE to
    the endpoint after an id was given, as long as every session gets one; `initialize` begins a
    session of its own.
    """
    given: set[str] = set()
    for http in at_endpoint(read):
        if method(http) == INITIALIZE:
            if http.sent is not None and http.sent.served and SESSION not in http.headers:
                return  # some sessions have ids and others none: who knows what belongs where
            given |= {str(http.headers[SESSION])} if SESSION in http.headers else set()
            continue
        if not given or not _after_an_id(http, given, read):
            continue
        session_id = header(http, SESSION)
        if session_id in given:
            yield Kept(http.request)
            continue
        what = "no session" if session_id is None else f"the session {quote(session_id)}"
        yield Finding(
            message=f"the {named(http)} names {what}, though sessions have ids",
            expected="the Mcp-Session-Id that the server has given",
            actual="no Mcp-Session-Id" if session_id is None else quote(session_id),
            events=http.evidence,
        )


@rule(
    "session-client-404-reinitializes",
    "MUST",
    PAGE,
    side="client",
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="no session was answered with 404, or the client had nothing more to do",
)
def not_found_reinitializes(read: Reading) -> Observations:
    """A client whose session is answered with 404 begins a new one, without a session id.

    Servers forget sessions, when they restart for instance; a client that goes on with the old id
    never gets anywhere again. Looked at: requests with a session id that got 404, other than
    DELETE, where no newer session was there already. That none was begun is told of clients that
    came to their own end and had more to do: that sent more, or were asked for more.
    """
    everything = at_endpoint(read)
    for http in everything:
        if http.status != NOT_FOUND or header(http, SESSION) is None or http.method == "DELETE":
            continue
        if _superseded(http, everything):
            continue
        again = [later for later in _after(http, everything) if method(later) == INITIALIZE]
        clean = [later for later in again if header(later, SESSION) is None]
        if clean:
            yield Kept(clean[0].request)
        elif again or (ended_by_itself(read) and _had_more_to_do(read, http, everything)):
            events = (*http.evidence, *(later.request for later in again))
            yield Finding(
                message=f"no new session was begun after the {named(http)} got 404",
                expected="`initialize` without a session id",
                actual="`initialize` with a session id" if again else "no `initialize`",
                events=events,
            )


@rule(
    "session-client-deletes",
    "SHOULD",
    PAGE,
    side="client",
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="no session had an id, or the client did not come to its own end",
)
def deletes(read: Reading) -> Observations:
    """A client that no longer needs its session ends it with an HTTP DELETE.

    Otherwise the server keeps what belongs to it until it gives up. Looked at: every session whose
    id the client used, when it ended by itself and well. One that the server has ended is left
    out, and so is one in which it let the client no longer in; what DELETE is answered with does
    not matter.
    """
    used: dict[str, HttpExchange] = {}
    last: dict[str, HttpExchange] = {}
    over: set[str] = set()
    for http in at_endpoint(read):
        session_id = header(http, SESSION)
        if session_id is None:
            continue
        used.setdefault(session_id, http)
        last[session_id] = http
        if http.method == "DELETE":
            over.add(session_id)
            yield Kept(http.request)
        elif http.status == NOT_FOUND:
            over.add(session_id)
    closed = ending(read)
    if not ended_by_itself(read) or closed is None or exit_code(read) not in (0, None):
        return
    for session_id, http in used.items():
        if session_id not in over and last[session_id].status not in NO_ENTRY:
            yield Finding(
                message="the client ended without ending its session",
                expected="HTTP DELETE with its Mcp-Session-Id",
                actual="no DELETE",
                events=(http.request, closed),
            )


def _after_an_id(http: HttpExchange, given: set[str], read: Reading) -> bool:
    """Whether a request comes when some session's id was there to be used."""
    return header(http, SESSION) in given or any(
        SESSION in each.headers
        and each.response is not None
        and each.response.seq < http.request.seq
        for each in at_endpoint(read)
    )


def _after(http: HttpExchange, everything: list[HttpExchange]) -> Iterator[HttpExchange]:
    seq = http.response.seq if http.response is not None else http.request.seq
    return (later for later in everything if later.request.seq > seq)


def _superseded(http: HttpExchange, everything: list[HttpExchange]) -> bool:
    """Whether another session was begun after this one, before the 404."""
    seq = http.response.seq if http.response is not None else http.request.seq
    begun = [
        str(each.headers[SESSION])
        for each in everything
        if SESSION in each.headers and each.request.seq < seq
    ]
    return bool(begun) and begun[-1] != header(http, SESSION)


def _had_more_to_do(read: Reading, http: HttpExchange, everything: list[HttpExchange]) -> bool:
    later = [
        each
        for each in _after(http, everything)
        if each.sent is not None and each.sent.sent.message.kind is Kind.REQUEST
    ]
    return bool(later) or len(told_after(read, http.response or http.request)) > 1
