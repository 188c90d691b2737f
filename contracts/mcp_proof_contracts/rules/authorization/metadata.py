"""Authorization: the documents by which clients find out where to get a token."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.hosts import is_local, same_server
from mcp_proof_contracts.no_entry import NO_ENTRY
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observation, Observations, Untested, rule
from mcp_proof_contracts.rules.authorization.traffic import (
    ELSEWHERE,
    FOREIGN,
    LOCATIONS,
    METADATA,
    NAMED,
    UNPROTECTED,
    Document,
    absent,
    document_of,
    documents,
    is_oauth,
    metadata,
    names_metadata,
    unauthorized,
)
from mcp_proof_contracts.transcript import Event, EventKind
from mcp_proof_contracts.wire import as_list, quote

SINCE = Revision.R2025_06_18
ONLY_2503 = Revision.R2025_03_26
DEFAULTS: Final = "authorization-defaults"
LOCATION: Final = "authorization/discovery#authorization-server-location"
MISSING: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
UNFOUND: Final = "no resource metadata were found on this server"
NAMELESS: Final = (
    "the server goes by another name than the one by which it was asked on this machine"
)


@rule(
    "auth-prm-served",
    "MUST",
    LOCATION,
    since=SINCE,
    transport="http",
    probes=(METADATA,),
    otherwise=UNPROTECTED,
)
def prm_served(read: Reading) -> Observations:
    """A protected server serves the metadata that its challenge names (RFC 9728).

    They tell where to get a token; without them no client can ask for one. Looked at: the URL in
    `resource_metadata`, and the well-known paths of the same server; one JSON object will do.
    Where nothing names them and they are at neither path, they cannot be found at all: that is
    auth-www-authenticate-metadata's.
    """
    if not unauthorized(read):
        return
    named = list(read.http(METADATA, NAMED))
    if documents(read):
        for document in documents(read).values():
            yield Kept(document.exchange.request)
    elif not names_metadata(read):
        yield Untested("nothing names resource metadata, and none are at the well-known paths")
    elif not named:
        yield Untested(ELSEWHERE)
    elif all(absent(exchange) for exchange in _fetched(read)):
        yield Finding(
            message="the resource metadata that the challenge names are not there",
            expected="200 and a JSON object",
            actual=_shown(named[0]),
            events=(*unauthorized(read)[0].evidence, *_evidence(read)),
        )


@rule(
    "auth-prm-authorization-servers",
    "MUST",
    LOCATION,
    since=SINCE,
    transport="http",
    probes=(METADATA,),
    otherwise=UNPROTECTED,
)
def prm_authorization_servers(read: Reading) -> Observations:
    """The resource metadata name at least one authorization server.

    A client has nowhere else to learn whose tokens the server takes. RFC 9728 leaves the member
    out; MCP demands it.
    """
    document = metadata(read)
    if document is None:
        yield from _untested(read)
        return
    named = document.value.get("authorization_servers")
    if as_list(named) and all(isinstance(each, str) for each in as_list(named)):
        yield Kept(document.exchange.request)
    else:
        yield _finding(
            document,
            f"authorization_servers is {quote(named)}"
            if "authorization_servers" in document.value
            else "the resource metadata have no authorization_servers",
            "a list of at least one issuer",
        )


@rule(
    "auth-prm-resource-identity",
    "MUST",
    LOCATION,
    since=SINCE,
    transport="http",
    probes=(METADATA,),
    otherwise=UNPROTECTED,
)
def prm_resource_identity(read: Reading) -> Observations:
    """`resource` in the metadata is the server that they were asked of (RFC 9728, section 3.3).

    A client must not use metadata of another resource: it would send the token of one server to
    another. A URI for more than this endpoint, such as the origin, and a slash at the end are
    accepted. A server that was asked on this machine may be known by its public name.
    """
    document = metadata(read)
    if document is None:
        yield from _untested(read)
        return
    resource = document.value.get("resource")
    asked = _endpoint(read)
    expected = f"{asked}, or a URI that stands for more than this endpoint"
    if not isinstance(resource, str):
        yield _finding(document, f"resource is {quote(resource)}", expected)
    elif "#" in resource:
        yield _finding(document, f"resource {quote(resource)} has a fragment", expected)
    elif not same_server(resource, asked):
        if is_local(asked):
            yield Untested(NAMELESS)
        else:
            yield _finding(document, f"resource is another server, {quote(resource)}", expected)
    elif _covers(urlsplit(resource).path, urlsplit(asked).path):
        yield Kept(document.exchange.request)
    else:
        yield _finding(document, f"resource is another endpoint, {quote(resource)}", expected)


@rule(
    "auth-2503-metadata-or-defaults",
    "MUST",
    "authorization#fallbacks-for-servers-without-metadata-discovery",
    since=ONLY_2503,
    until=ONLY_2503,
    transport="http",
    probes=(METADATA, DEFAULTS),
    otherwise=UNPROTECTED,
)
def metadata_or_defaults(read: Reading) -> Observations:
    """A server without authorization server metadata has its endpoints at the default paths.

    They are `/authorize` and `/token` below the origin. `/register` need not be there, for servers
    need not let clients register. A server that names resource metadata, as later revisions have
    it, may leave all this to another one.
    """
    if not unauthorized(read):
        return
    [*served] = read.http(METADATA, "server")
    asked = [*read.http(DEFAULTS)]
    missing = [each for each in asked if each.status in MISSING]
    if any(document_of(each) is not None for each in served):
        yield Kept(served[0].request)
    elif names_metadata(read) or documents(read):
        yield Untested("the server leaves it to an authorization server that its metadata name")
    elif not served or not all(map(absent, served)) or not asked:
        yield Untested("nothing tells whether there are authorization server metadata")
    elif asked[0].status in NO_ENTRY:
        yield Untested("every path of the server demands a credential")
    elif not missing and all(each.status is not None for each in asked):
        yield Kept(asked[0].request)
    elif missing and (is_oauth(read) or len(missing) < len(asked)):
        yield Finding(
            message=f"there are no authorization server metadata, and {missing[0].case} is not "
            "there",
            expected="metadata, or the default endpoints",
            actual=_shown(missing[0]),
            events=tuple(event for each in (*served, *missing) for event in each.evidence),
        )
    else:
        yield Untested(FOREIGN)


def _untested(read: Reading) -> Iterator[Observation]:
    """Why there are no metadata to look at, where the server is protected."""
    if not unauthorized(read):
        return
    away = names_metadata(read) and not list(read.http(METADATA, NAMED))
    yield Untested(ELSEWHERE if away else UNFOUND)


def _fetched(read: Reading) -> Iterator[HttpExchange]:
    for where in LOCATIONS:
        yield from read.http(METADATA, where)


def _evidence(read: Reading) -> tuple[Event, ...]:
    return tuple(event for exchange in _fetched(read) for event in exchange.evidence)


def _shown(exchange: HttpExchange) -> str:
    """What came for a document, in words."""
    kind = exchange.content_type or "no content type"
    return f"HTTP {exchange.status}, {kind}" if exchange.status is not None else exchange.outcome


def _finding(document: Document, message: str, expected: str) -> Finding:
    exchange = document.exchange
    return Finding(
        message=message, expected=expected, actual=_shown(exchange), events=exchange.evidence
    )


def _endpoint(read: Reading) -> str:
    """The URL of the endpoint that was asked."""
    session = unauthorized(read)[0].request.session if unauthorized(read) else ""
    opened = (event for event in read.events(EventKind.OPEN) if event.session == session)
    return next((str(event.data.get("target", "")) for event in opened), "")


def _covers(resource: str, endpoint: str) -> bool:
    """Whether the path of a resource is that of the endpoint, or one above it."""
    above, path = resource.rstrip("/"), endpoint.rstrip("/")
    return path == above or path.startswith(f"{above}/")
