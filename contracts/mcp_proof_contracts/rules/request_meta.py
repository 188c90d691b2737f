"""Overview, `_meta`: the metadata that every 2026-07-28 request must carry."""

from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.error_codes import HEADER_MISMATCH, INVALID_PARAMS, UNSUPPORTED_VERSION
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule

PAGE: Final = "basic#meta"
SINCE: Final = Revision.R2026_07_28

MISSING: Final = {
    "no-meta": "without `_meta`",
    "no-version": "without a protocol version in `_meta`",
    "no-capabilities": "without client capabilities in `_meta`",
}
ILL_TYPED: Final = {
    "version-number": "whose protocol version is a number",
    "capabilities-string": "whose client capabilities are a string",
    "capabilities-null": "whose client capabilities are null",
}
UNMIRRORED: Final = ("no-meta", "no-version", "version-number")
"""The cases in which the header says a version that the message does not."""


@rule(
    "meta-missing-rejected",
    "MUST",
    PAGE,
    since=SINCE,
    probes=("request-meta", "legacy-opening"),
    otherwise="no request without its metadata was answered",
)
def meta_missing_rejected(read: Reading) -> Observations:
    """A request without `_meta`, or without one of its required members, is refused with -32602.

    The era has no other place where version and capabilities could come from. Looked at:
    `server/discover`, which no other era has. Over HTTP the missing version is at odds with the
    header too, so -32020 is as good; and a server that also serves `initialize` may take a
    request without a version for a legacy one and refuse it in its own way.
    """
    for case, what in MISSING.items():
        for exchange in read.stimuli("request-meta", case):
            yield from _refused(read, exchange, what, [INVALID_PARAMS])


@rule(
    "meta-missing-http-400",
    "MUST",
    PAGE,
    since=SINCE,
    transport="http",
    probes=("request-meta",),
    otherwise="no request was refused for its missing metadata",
)
def meta_missing_http_400(read: Reading) -> Observations:
    """A request that lacks required metadata is refused with HTTP status 400.

    Status and code together tell a client that the server is modern and the request malformed.
    """
    for case, what in MISSING.items():
        for exchange in read.stimuli("request-meta", case):
            if exchange.error_code not in (INVALID_PARAMS, HEADER_MISMATCH):
                continue
            if exchange.status == HTTPStatus.BAD_REQUEST:
                yield Kept(exchange.sent.event)
            else:
                yield Finding.about(
                    exchange,
                    message=f"a request {what} was refused with status {exchange.status}",
                    expected="HTTP 400",
                )


@rule(
    "meta-ill-typed-rejected",
    "MUST",
    PAGE,
    since=SINCE,
    probes=("request-meta", "legacy-opening"),
    otherwise="no request with ill-typed metadata was answered",
)
def meta_ill_typed_rejected(read: Reading) -> Observations:
    """A request whose version or capabilities have the wrong type is refused with -32602.

    A number is no version and a string is no set of capabilities: what is not understood is as
    good as missing. A version that is no string may also be called unsupported (-32022), or over
    HTTP at odds with its header (-32020). The HTTP status is not judged: the text sets it for
    missing members only.
    """
    for case, what in ILL_TYPED.items():
        codes = [INVALID_PARAMS]
        if case == "version-number":
            codes.append(UNSUPPORTED_VERSION)
        for exchange in read.stimuli("request-meta", case):
            yield from _refused(read, exchange, what, codes)


@rule(
    "meta-client-info-not-required",
    "implied",
    PAGE,
    since=SINCE,
    probes=("request-meta",),
    otherwise="no request without clientInfo was answered",
)
def meta_client_info_not_required(read: Reading) -> Observations:
    """A request without `clientInfo` is served.

    Clients SHOULD name themselves, so they need not; the name is for display only.
    """
    for exchange in read.stimuli("request-meta", "no-client-info"):
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.refused and read.introduction is not None:
            yield Finding.about(
                exchange, message="a request without clientInfo was refused", expected="a result"
            )


def serves_initialize(read: Reading) -> bool:
    """Whether the server was seen to serve the handshake of the stateful era as well."""
    return any(exchange.served for exchange in read.stimuli("legacy-opening", "initialize"))


def _refused(read: Reading, exchange: Exchange, what: str, codes: list[int]) -> Observations:
    """Judge the refusal; one by a server that does not have server/discover at all says nothing."""
    unmirrored = exchange.case in UNMIRRORED
    if unmirrored and read.transport == "http":
        codes = [*codes, HEADER_MISMATCH]
    if exchange.error_code in codes:
        yield Kept(exchange.sent.event)
    elif exchange.refused and unmirrored and serves_initialize(read):
        yield Untested("a server of both eras may take such a request for a legacy one")
    elif exchange.served or (exchange.refused and read.introduction is not None):
        yield Finding.about(
            exchange,
            message=f"a request {what} was {'served' if exchange.served else 'refused otherwise'}",
            expected=" or ".join(f"error {code}" for code in codes),
        )
