"""Streamable HTTP, Request Metadata: the headers of a client's requests."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.headers import META_VERSION, decode_value, encode_value
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.client.streamable_http.traffic import (
    VERSION,
    fell_back,
    header,
    method,
    posts,
)
from mcp_proof_contracts.wire import Kind, as_object, quote

STANDARD: Final = "streamable-http#standard-request-headers"
PROTOCOL_VERSION: Final = "streamable-http#protocol-version-header"
ENCODING: Final = "streamable-http#value-encoding"
METHOD: Final = "mcp-method"
NAME: Final = "mcp-name"
NAMED_BY: Final = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
SENTINEL: Final = "=?base64?"
NOTHING: Final = "the client sent no request of this revision"


@rule(
    "h26-client-version-header",
    "MUST",
    PROTOCOL_VERSION,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise=NOTHING,
)
def client_version_header(read: Reading) -> Observations:
    """Every request has an `MCP-Protocol-Version` header.

    What stands between client and server reads no bodies, and the server refuses what has none.
    Looked at: every request, but those of a client that has fallen back to `initialize`. For
    notifications no header is defined.
    """
    for http in _requests(read):
        if header(http, VERSION) is not None:
            yield Kept(http.request)
        else:
            yield _missing(http, "MCP-Protocol-Version", str(read.revision))


@rule(
    "h26-client-version-header-matches",
    "MUST",
    PROTOCOL_VERSION,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise="no request had both the header and the member of `_meta`",
)
def client_version_header_matches(read: Reading) -> Observations:
    """The `MCP-Protocol-Version` header says what the `_meta` of the request says.

    A server refuses what contradicts itself. Looked at: every request that has both.
    """
    for http in _requests(read):
        given, claimed = header(http, VERSION), _claimed(http)
        if given is None or not isinstance(claimed, str):
            continue
        if given == claimed:
            yield Kept(http.request)
        else:
            yield _differs(http, "MCP-Protocol-Version", given, claimed)


@rule(
    "h26-client-mcp-method",
    "MUST",
    STANDARD,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise=NOTHING,
)
def client_mcp_method(read: Reading) -> Observations:
    """Every request has an `Mcp-Method` header, which is its method.

    Gateways route by it. Looked at: every request, but those of a client that has fallen back to
    `initialize`; upper and lower case differ.
    """
    for http in _requests(read):
        given = header(http, METHOD)
        if given == method(http):
            yield Kept(http.request)
        elif given is None:
            yield _missing(http, "Mcp-Method", method(http))
        else:
            yield _differs(http, "Mcp-Method", given, method(http))


@rule(
    "h26-client-mcp-name",
    "MUST",
    STANDARD,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise="the client called no tool, read no resource and got no prompt",
)
def client_mcp_name(read: Reading) -> Observations:
    """A request for one tool, prompt or resource has an `Mcp-Name` header: its name or its URI.

    Gateways route by it. Looked at: every request of tools/call, prompts/get and resources/read.
    A value in Base64 stands for what it decodes to; how one has to be written that is not safe in
    a header is for `h26-client-mcp-name-encoded`.
    """
    for http, name in _named_requests(read):
        given = header(http, NAME)
        if given is None:
            yield _missing(http, "Mcp-Name", encode_value(name))
        elif _is_unsafe(name) or name in (given, decode_value(given)):
            yield Kept(http.request)
        else:
            yield _differs(http, "Mcp-Name", given, name)


@rule(
    "h26-client-mcp-name-encoded",
    "MUST",
    ENCODING,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise="no name was one that is not safe in a header",
)
def client_mcp_name_encoded(read: Reading) -> Observations:
    """A name that is not safe in a header is sent in Base64, between `=?base64?` and `?=`.

    Otherwise it arrives changed, or breaks the request apart. Looked at: names and URIs with
    characters beyond ASCII, control characters or whitespace at their ends, and those that look
    like Base64 themselves; a request without the header is for `h26-client-mcp-name`.
    """
    for http, name in _named_requests(read):
        given = header(http, NAME)
        if given is None or not _is_unsafe(name):
            continue
        if given.startswith(SENTINEL) and decode_value(given) == name:
            yield Kept(http.request)
        else:
            yield _differs(http, "Mcp-Name", given, name, encode_value(name))


def _requests(read: Reading) -> Iterator[HttpExchange]:
    """Yield the requests of this revision: once the client fell back, those that claim it."""
    for http in posts(read):
        if http.sent is None or http.sent.sent.message.kind is not Kind.REQUEST or not method(http):
            continue
        if not fell_back(read, http) or _claimed(http) == read.revision:
            yield http


def _named_requests(read: Reading) -> Iterator[tuple[HttpExchange, str]]:
    for http in _requests(read):
        member = NAMED_BY.get(method(http))
        assert http.sent is not None
        name = http.sent.sent.message.params.get(member) if member is not None else None
        if isinstance(name, str):
            yield http, name


def _is_unsafe(name: str) -> bool:
    return encode_value(name) != name


def _claimed(http: HttpExchange) -> Json:
    assert http.sent is not None
    return as_object(http.sent.sent.message.params.get("_meta")).get(META_VERSION)


def _missing(http: HttpExchange, name: str, expected: str) -> Finding:
    return Finding(
        message=f"{method(http)} was sent without {name}",
        expected=f"{name}: {expected}",
        actual="no such header",
        events=http.evidence,
    )


def _differs(http: HttpExchange, name: str, given: str, value: str, expected: str = "") -> Finding:
    return Finding(
        message=f"the {name} of {method(http)} does not stand for {quote(value)}",
        expected=f"{name}: {expected or value}",
        actual=f"{name}: {given}",
        events=http.evidence,
    )
