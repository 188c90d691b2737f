"""Transports, Streamable HTTP, Protocol Version Header: what clients send."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.negotiated import session_revisions
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.client.streamable_http.traffic import (
    INITIALIZE,
    INITIALIZED,
    SESSION,
    VERSION,
    at_endpoint,
    header,
    method,
    named,
)

PAGE: Final = "streamable-http#protocol-version-header"
ALONE: Final = "nothing was sent after initialization"


@rule(
    "http-client-version-header",
    "MUST",
    PAGE,
    side="client",
    since=Revision.R2025_06_18,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise=ALONE,
)
def version_header(read: Reading) -> Observations:
    """Every request after initialization has an `MCP-Protocol-Version` header.

    A server that gets none takes it for 2025-03-26. Looked at: every POST, GET and DELETE to the
    endpoint that names a session, and the initialized notification; where the server gives no
    sessions, all that comes after that. A new `initialize` needs none, nor does a client that is
    answered with a version that does not exist.
    """
    for http in _subsequent(read):
        if _agreed(read, http) is None:
            continue
        if header(http, VERSION) is not None:
            yield Kept(http.request)
        else:
            yield Finding(
                message=f"the {named(http)} has no MCP-Protocol-Version header",
                expected=f"MCP-Protocol-Version: {read.revision}",
                actual="no such header",
                events=http.evidence,
            )


@rule(
    "http-client-version-header-negotiated",
    "SHOULD",
    PAGE,
    side="client",
    since=Revision.R2025_06_18,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="no request after initialization had an MCP-Protocol-Version header",
)
def version_header_negotiated(read: Reading) -> Observations:
    """The `MCP-Protocol-Version` header names the version that was negotiated.

    Otherwise the server reads the request as one of another revision, or refuses it. Looked at:
    the header of every request after initialization, beside the version that the server answered
    there. Where sessions have no ids and agreed on different versions, nothing is judged.
    """
    for http in _subsequent(read):
        given, wanted = header(http, VERSION), _agreed(read, http)
        if given is None or wanted is None:
            continue
        if given == wanted:
            yield Kept(http.request)
        else:
            yield Finding(
                message=f"the {named(http)} names version {given}, which was not negotiated",
                expected=f"MCP-Protocol-Version: {wanted}",
                actual=f"MCP-Protocol-Version: {given}",
                events=http.evidence,
            )


def _agreed(read: Reading, http: HttpExchange) -> Revision | None:
    """The version that was negotiated for a request, as far as that is certain."""
    agreed = read.derived(_agreements)
    own = agreed.get(http.request.session)
    known = set(agreed.values())
    return own or (next(iter(known)) if len(known) == 1 else None)


def _agreements(read: Reading) -> dict[str, Revision]:
    found = session_revisions(read.transcript)
    return {session: revision for session, revision in found.items() if revision is not None}


def _subsequent(read: Reading) -> Iterator[HttpExchange]:
    """Yield the requests after an initialization, as far as that is certain."""
    sessions = any(SESSION in http.headers for http in at_endpoint(read))
    begun = False
    for http in at_endpoint(read):
        if method(http) == INITIALIZE:
            continue
        begun = begun or (method(http) == INITIALIZED and not sessions)
        if begun or header(http, SESSION) is not None or method(http) == INITIALIZED:
            yield http
