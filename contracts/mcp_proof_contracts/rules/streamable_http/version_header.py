"""Transports, Streamable HTTP: the Protocol Version Header of the stateful era."""

from http import HTTPStatus

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule

PAGE = "streamable-http#protocol-version-header"


@rule(
    "http-version-header-invalid-400",
    "MUST",
    PAGE,
    since=Revision.R2025_06_18,
    until=Revision.R2025_11_25,
    transport="http",
    probes=("version-header",),
    otherwise="no request with a wrong version was answered",
)
def version_header_invalid_400(read: Reading) -> Observations:
    """A request with an invalid or unsupported `MCP-Protocol-Version` is answered by status 400.

    A server that guesses instead may answer in a shape the client does not understand. Looked at:
    a correct request with `banana` and with a date no revision has.
    """
    for exchange in read.stimuli("version-header"):
        if exchange.case not in ("invalid", "unsupported"):
            continue
        if exchange.status == HTTPStatus.BAD_REQUEST:
            yield Kept(exchange.sent.event)
        elif exchange.status is not None:
            yield Finding.about(
                exchange,
                message=f"a request with an {exchange.case} version was not refused with 400",
                expected="HTTP 400",
            )


@rule(
    "http-version-header-absent-accepted",
    "SHOULD",
    PAGE,
    since=Revision.R2025_06_18,
    until=Revision.R2025_11_25,
    transport="http",
    probes=("version-header",),
    otherwise="the server does not speak 2025-03-26",
)
def version_header_absent_accepted(read: Reading) -> Observations:
    """A request without `MCP-Protocol-Version` is taken as one of 2025-03-26.

    That revision has no such header, and its clients are still about. Looked at: a client that
    agreed on 2025-03-26 and sends a correct request. A server that does not speak that revision
    has nothing to assume, and one that knows the version otherwise may use what it knows.
    """
    for exchange in read.stimuli("version-header", "absent"):
        if exchange.sent.revision is not Revision.R2025_03_26:
            continue
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.refused:
            yield Finding.about(
                exchange,
                message="a request of 2025-03-26, without version header, was refused",
                expected="a result, as for a request of 2025-03-26",
            )
        else:
            yield Untested("the request without version header was not answered")
