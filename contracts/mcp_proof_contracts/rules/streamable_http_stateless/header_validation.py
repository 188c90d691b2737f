"""Streamable HTTP, Request Metadata: headers that do not mirror the message are refused."""

from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.error_codes import HEADER_MISMATCH, UNSUPPORTED_VERSION
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.streamable_http_stateless.comparison import (
    rejected,
    variants,
)
from mcp_proof_contracts.rules.streamable_http_stateless.other_eras import (
    legacy_revisions,
)

SINCE: Final = Revision.R2026_07_28
PROBE: Final = "request-headers"
NOT_SERVED: Final = "no request with right headers was served to compare with"
NOTHING_NAMED: Final = (
    "no tool call, resource or prompt could be requested with the right Mcp-Name to compare with"
)


@rule(
    "h26-server-version-mismatch",
    "MUST",
    "streamable-http#protocol-version-header",
    since=SINCE,
    transport="http",
    probes=(PROBE, "earlier-revisions"),
    otherwise=NOT_SERVED,
)
def version_mismatch(read: Reading) -> Observations:
    """A request whose `MCP-Protocol-Version` differs from its `_meta` is refused: 400 and -32020.

    Gateways route by the header, servers act by the body: a server that lets them differ can be
    reached past the gateway's rules. Looked at: a header naming a version that nobody has, and a
    `_meta` naming an earlier revision beside the right header. Each also asks for a version the
    server may lack, so -32022 is as good. A server that serves earlier revisions too may refuse
    an unknown header by their rules, with 400 and any body.
    """
    for exchange in variants(read, PROBE, "version-body"):
        yield from _mismatch(exchange, "whose _meta names another version than its header")
    for exchange in variants(read, PROBE, "version-header"):
        if (
            exchange.status == HTTPStatus.BAD_REQUEST
            and not _named(exchange)
            and legacy_revisions(read)
        ):
            yield Untested("the request was refused by the rules of an earlier revision")
        else:
            yield from _mismatch(exchange, "whose MCP-Protocol-Version differs from its _meta")


@rule(
    "h26-server-version-header-missing",
    "MUST",
    "streamable-http#protocol-version-header",
    since=SINCE,
    transport="http",
    probes=(PROBE, "earlier-revisions"),
    otherwise=NOT_SERVED,
)
def version_header_missing(read: Reading) -> Observations:
    """A request without `MCP-Protocol-Version` is refused: 400 and -32020.

    Without it nobody on the way knows whether the other headers can be trusted. A server that
    serves clients from before 2025-06-18, which had no such header, may take the request as
    theirs: whatever such a server answers is tolerated.
    """
    legacy = legacy_revisions(read)
    for exchange in variants(read, PROBE, "version-missing"):
        if legacy is None:
            yield Untested("whether the server serves earlier revisions could not be seen")
        elif legacy and min(legacy) < Revision.R2025_06_18:
            yield Untested("the server also serves clients that do not know the header")
        elif exchange.status == HTTPStatus.BAD_REQUEST and exchange.error_code != HEADER_MISMATCH:
            yield _other_code(exchange, "without MCP-Protocol-Version")
        else:
            yield from rejected(exchange, "without MCP-Protocol-Version")


@rule(
    "h26-server-method-header-mismatch",
    "MUST",
    "streamable-http#server-validation",
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NOT_SERVED,
)
def method_header_mismatch(read: Reading) -> Observations:
    """A request whose `Mcp-Method` names another method than its body is refused with 400.

    Otherwise a gateway that admits harmless methods by the header lets any other pass. Looked at:
    a list request under the header of another existing method; the code is judged by
    `h26-server-mismatch-error-code`.
    """
    for exchange in variants(read, PROBE, "method-other"):
        yield from rejected(exchange, "whose Mcp-Method names another method")


@rule(
    "h26-server-method-header-missing",
    "MUST",
    "streamable-http#server-validation",
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NOT_SERVED,
)
def method_header_missing(read: Reading) -> Observations:
    """A request without `Mcp-Method` is refused with 400.

    The header is required of every request; a server that does without it lets clients pass by
    whatever a gateway decides from it.
    """
    for exchange in variants(read, PROBE, "method-missing"):
        yield from rejected(exchange, "without Mcp-Method")


@rule(
    "h26-server-name-header-mismatch",
    "MUST",
    "streamable-http#server-validation",
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NOTHING_NAMED,
)
def name_header_mismatch(read: Reading) -> Observations:
    """A request whose `Mcp-Name` names another tool, prompt or resource is refused with 400.

    Otherwise a gateway that admits one tool by the header lets a call of any other pass. Looked
    at: a call of a read-only tool, a read and a prompt, as far as the server has them.
    """
    for exchange in variants(read, PROBE, "name-other"):
        yield from rejected(exchange, "whose Mcp-Name differs from its body")


@rule(
    "h26-server-name-header-missing",
    "MUST",
    "streamable-http#server-validation",
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NOTHING_NAMED,
)
def name_header_missing(read: Reading) -> Observations:
    """A tools/call, resources/read or prompts/get without `Mcp-Name` is refused with 400.

    For these three the header is required; other methods have none.
    """
    for exchange in variants(read, PROBE, "name-missing"):
        yield from rejected(exchange, "without Mcp-Name")


@rule(
    "h26-server-mismatch-error-code",
    "MUST",
    "streamable-http#server-validation",
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise="no request was refused for its Mcp-Method or Mcp-Name",
)
def mismatch_error_code(read: Reading) -> Observations:
    """A refusal for a missing or differing header carries a JSON-RPC error with code -32020.

    Clients tell by the code that the request can be mended, and that the server is a modern one.
    Looked at: the refusals of wrong and missing `Mcp-Method` and `Mcp-Name`; requests that are
    served are judged by the rules of those headers.
    """
    for case in ("method-other", "method-missing", "name-other", "name-missing"):
        for exchange in variants(read, PROBE, case):
            if exchange.status != HTTPStatus.BAD_REQUEST:
                continue
            if exchange.error_code == HEADER_MISMATCH:
                yield Kept(exchange.sent.event)
            else:
                yield _other_code(exchange, f"with a bad header ({case})")


def _named(exchange: Exchange) -> bool:
    return exchange.error_code in (HEADER_MISMATCH, UNSUPPORTED_VERSION)


def _mismatch(exchange: Exchange, defect: str) -> Observations:
    if exchange.status == HTTPStatus.BAD_REQUEST and not _named(exchange):
        yield _other_code(exchange, defect)
    else:
        yield from rejected(exchange, defect)


def _other_code(exchange: Exchange, defect: str) -> Finding:
    return Finding.about(
        exchange,
        message=f"the refusal of a request {defect} does not say HeaderMismatch",
        expected="HTTP 400 with error -32020 (HeaderMismatch)",
    )
