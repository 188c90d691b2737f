"""Streamable HTTP, Schema Extension: the tools that clients do not offer."""

from collections.abc import Callable
from typing import Final

from mcp_proof_contracts.client_run import ended_by_itself, told
from mcp_proof_contracts.client_tools import (
    arguments_of,
    called_unasked,
    known_when_called,
    listings,
    offers,
)
from mcp_proof_contracts.error_codes import HEADER_MISMATCH
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.header_annotations import Flaw, are_clear, flaws_of
from mcp_proof_contracts.headers import parameter_headers, standard_headers
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Check, Finding, Kept, Observations, rule
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_object, quote

SINCE: Final = Revision.R2026_07_28
PAGE: Final = "streamable-http#schema-extension"
NOT_SEEN: Final = (
    "no tool with such an annotation was listed, or the client did not tell its user which tools "
    "there are"
)


def _exclusion(rule_id: str) -> Callable[[Check], Check]:
    """Register a rule about the tools that a client leaves out for one flaw."""
    return rule(
        rule_id,
        "MUST",
        PAGE,
        side="client",
        since=SINCE,
        transport="http",
        otherwise=NOT_SEEN,
    )


@_exclusion("xmcp-client-rejects-empty-name")
def rejects_empty_name(read: Reading) -> Observations:
    """A tool with an empty `x-mcp-header` is not offered.

    Its header would have no name of its own, and the call could not be sent as the server wants
    it. Looked at: the list of tools that the client's user gets, and calls that nobody asked
    for, where the server lists a tool with this flaw and no other.
    """
    yield from _excluded(read, Flaw.EMPTY)


@_exclusion("xmcp-client-rejects-non-token")
def rejects_non_token(read: Reading) -> Observations:
    """A tool whose `x-mcp-header` is no token of HTTP is not offered.

    A space, a colon or a line break in a header's name breaks the request, or smuggles in
    another header. Looked at: the list of tools that the client's user gets, and calls that
    nobody asked for, where the server lists a tool with this flaw and no other.
    """
    yield from _excluded(read, Flaw.NOT_A_NAME)


@_exclusion("xmcp-client-rejects-duplicates")
def rejects_duplicates(read: Reading) -> Observations:
    """A tool with the same `x-mcp-header` twice, but for its case, is not offered.

    Names of headers have no case: one argument would overwrite the other. Looked at: the list
    of tools that the client's user gets, and calls that nobody asked for, where the server
    lists a tool with this flaw and no other.
    """
    yield from _excluded(read, Flaw.DUPLICATE)


@_exclusion("xmcp-client-rejects-non-primitive")
def rejects_non_primitive(read: Reading) -> Observations:
    """A tool with `x-mcp-header` on an object, an array or null is not offered.

    Such values have no form that a header could carry. Looked at: the list of tools that the
    client's user gets, and calls that nobody asked for, where the server lists a tool with this
    flaw and no other.
    """
    yield from _excluded(read, Flaw.NO_PRIMITIVE)


@_exclusion("xmcp-client-rejects-number")
def rejects_number(read: Reading) -> Observations:
    """A tool with `x-mcp-header` on a parameter of type `number` is not offered.

    Fractions are written in as many ways as there are languages, so that nobody could compare
    them. Looked at: the list of tools that the client's user gets, and calls that nobody asked
    for, where the server lists a tool with this flaw and no other.
    """
    yield from _excluded(read, Flaw.NUMBER)


@_exclusion("xmcp-client-rejects-unreachable")
def rejects_unreachable(read: Reading) -> Observations:
    """A tool with `x-mcp-header` where not only `properties` lead is not offered.

    Below `items`, `oneOf`, `if` or `$ref` there may be many such values or none. Looked at: the
    list of tools that the client's user gets, and calls that nobody asked for, where the server
    lists a tool with this flaw and no other.
    """
    yield from _excluded(read, Flaw.UNREACHABLE)


@rule(
    "xmcp-client-keeps-valid-tools",
    "MUST",
    PAGE,
    side="client",
    since=SINCE,
    transport="http",
    otherwise="no list had both good tools and one with an `x-mcp-header` that is not valid, or "
    "the client did not come to its own end",
)
def keeps_valid_tools(read: Reading) -> Observations:
    """A tool whose `x-mcp-header` is not valid takes no other tool with it.

    One bad tool would make a whole server useless. Looked at: what the client's user gets when a
    list has both; a finding is an error, or a list without any of the good tools, though the server
    answered every request for the list. A call of a good tool shows that the list was used.
    """
    flawed = [name for name in listings(read) if _flaws(read, name)]
    good = _good(read)
    if not flawed or not good:
        return
    used = [call for call in read.counterpart.exchanges("tools/call") if _knew(read, call, good)]
    whole = all(exchange.served for exchange in read.counterpart.exchanges("tools/list"))
    listed = tuple(listings(read)[name][0].event for name in (flawed[0], min(good)))
    if used:
        yield Kept(used[0].sent.event)
    for each in told(read, "list"):
        if each.asked.get("what") == "tools" and not each.ok and whole and ended_by_itself(read):
            yield _lost(f"the client failed: {each.error}", (*listed, each.event))
    for offer in offers(read):
        if good & set(offer.tools):
            yield Kept(offer.told.event)
        elif whole and ended_by_itself(read):
            yield _lost(f"it offers {quote(sorted(offer.tools))}", (*listed, offer.told.event))


@rule(
    "xmcp-client-refresh-after-mismatch",
    "SHOULD",
    "streamable-http#client-behavior",
    side="client",
    since=SINCE,
    transport="http",
    otherwise="no call was refused for its Mcp-Param headers, or the client did not come to its "
    "own end",
)
def refresh_after_mismatch(read: Reading) -> Observations:
    """After a refusal for its `Mcp-Param-*` headers the client lists the tools, and calls again.

    The tool has got another annotation since it was listed; only a new list tells which. Looked at:
    calls refused with -32020 whose other headers are right. That it calls again is asked for where
    the new list leads to headers that the refused call did not have.
    """
    for call in read.counterpart.exchanges("tools/call"):
        if call.error_code != HEADER_MISMATCH or not _is_right_otherwise(call):
            continue
        after = call.reply.event.seq if call.reply is not None else 0
        lists = [e for e in read.counterpart.exchanges("tools/list") if e.sent.event.seq > after]
        again = [e for e in read.counterpart.exchanges("tools/call") if _repeats(call, e, after)]
        if lists and (again or not _changed(read, call, after)):
            yield Kept(lists[0].sent.event)
        elif ended_by_itself(read) and not _is_a_repetition(read, call):
            what = "did not call again" if lists else "did not list the tools again"
            yield Finding.about(
                call,
                message=f"after a refusal for its Mcp-Param headers the client {what}",
                expected="tools/list, then the call with the headers that the list asks for",
            )


def _excluded(read: Reading, flaw: Flaw) -> Observations:
    """Judge that the tools with this flaw alone are neither offered nor called."""
    flawed = {name for name in listings(read) if _flaws(read, name) == frozenset({flaw})}
    good = _good(read)
    for name in sorted(flawed):
        listed = listings(read)[name][0].event
        for offer in offers(read):
            if name in offer.tools:
                yield Finding(
                    message=f"the tool {name!r} is offered, though {flaw.value}",
                    expected="the list of tools without it",
                    actual=f"it offers {quote(sorted(offer.tools))}",
                    events=(listed, offer.told.event),
                )
            elif good & set(offer.tools):
                yield Kept(offer.told.event)
        for call in called_unasked(read, name):
            yield Finding.about(
                call,
                message=f"the tool {name!r} is called, though {flaw.value}",
                expected="no call: the tool is to be left out of the list",
            )


def _good(read: Reading) -> set[str]:
    """Return the tools that no client drops for their annotations."""
    return {
        name
        for name, known in listings(read).items()
        if all(are_clear(as_object(each.tool.get("inputSchema"))) for each in known)
    }


def _flaws(read: Reading, name: str) -> frozenset[Flaw]:
    """Return the flaws of a tool; none where it was ever listed without."""
    known = [flaws_of(as_object(each.tool.get("inputSchema"))) for each in listings(read)[name]]
    return known[0] if all(known) else frozenset()


def _knew(read: Reading, call: Exchange, names: set[str]) -> bool:
    known = known_when_called(read, call) is not None
    return known and call.sent.message.params.get("name") in names


def _lost(actual: str, events: tuple[Event, ...]) -> Finding:
    return Finding(
        message="a tool with an invalid x-mcp-header took the good tools with it",
        expected="the list of the good tools",
        actual=actual,
        events=events,
    )


def _is_right_otherwise(call: Exchange) -> bool:
    """Whether the headers that every request has say what its body says."""
    if call.http is None:
        return False
    given = call.http.request_headers
    expected = standard_headers(call.sent.message.members)
    return all(given.get(name.lower()) == value for name, value in expected.items())


def _repeats(call: Exchange, later: Exchange, after: int) -> bool:
    return later.sent.event.seq > after and _asks(later) == _asks(call)


def _asks(call: Exchange) -> tuple[str, JsonObject]:
    return str(call.sent.message.params.get("name")), arguments_of(call)


def _is_a_repetition(read: Reading, call: Exchange) -> bool:
    """Whether the same call was refused before: to call again once is enough."""
    before = (e for e in read.counterpart.exchanges("tools/call") if e is not call)
    return any(
        earlier.sent.event.seq < call.sent.event.seq
        and earlier.error_code == HEADER_MISMATCH
        and _asks(earlier) == _asks(call)
        for earlier in before
    )


def _changed(read: Reading, call: Exchange, after: int) -> bool:
    """Whether a list after a refusal leads to headers that the refused call did not have."""
    name, arguments = _asks(call)
    later = [each for each in listings(read).get(name, ()) if each.event.seq > after]
    if not later or call.http is None:
        return False
    schema = as_object(later[-1].tool.get("inputSchema"))
    headers = parameter_headers(schema, arguments) if are_clear(schema) else {}
    given = call.http.request_headers
    return any(given.get(header.lower()) != value for header, value in headers.items())
