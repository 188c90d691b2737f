"""Streamable HTTP, Server Behavior for Custom Headers: what mirrors arguments is checked."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.error_codes import HEADER_MISMATCH
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.streamable_http_stateless.comparison import (
    accepted,
    rejected,
    unjudged,
)

SINCE: Final = Revision.R2026_07_28
CUSTOM: Final = "streamable-http#server-behavior-for-custom-headers"
PROBE: Final = "parameter-headers"
NONE_CALLED: Final = (
    "no tool that may be called has a parameter with x-mcp-header of the type that this takes, "
    "or its call was not served"
)


@rule(
    "xmcp-server-decodes-base64",
    "MUST",
    "streamable-http#value-encoding",
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NONE_CALLED,
)
def decodes_base64(read: Reading) -> Observations:
    """An `Mcp-Param-*` value in the Base64 form is decoded before it is compared.

    Values that no header can carry come in this form, so that a server that compares it as it
    stands refuses every call with an accent in it. Looked at: the right value of an argument,
    written in the Base64 form, where the same call is served with the value as it is.
    """
    for exchange in _variants(read, "encoded"):
        yield from accepted(exchange, "whose Mcp-Param header is in the Base64 form")


@rule(
    "xmcp-server-rejects-mismatch",
    "MUST",
    CUSTOM,
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NONE_CALLED,
)
def rejects_mismatch(read: Reading) -> Observations:
    """A call whose `Mcp-Param-*` header differs from its argument is refused: 400 and -32020.

    Gateways route and count by the header, the tool runs by the argument. Looked at: a header
    with another value of the same type, as it is and in the Base64 form.
    """
    for exchange in _variants(read, "other", "encoded-other"):
        if exchange.status == HTTPStatus.BAD_REQUEST and exchange.error_code != HEADER_MISMATCH:
            yield Finding.about(
                exchange,
                message="the refusal of a call whose Mcp-Param header differs from its argument "
                "does not say HeaderMismatch",
                expected="HTTP 400 with error -32020 (HeaderMismatch)",
            )
        else:
            yield from rejected(exchange, "whose Mcp-Param header differs from its argument")


@rule(
    "xmcp-server-rejects-missing",
    "MUST",
    CUSTOM,
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NONE_CALLED,
)
def rejects_missing(read: Reading) -> Observations:
    """A call with an annotated argument and without its `Mcp-Param-*` header is refused with 400.

    Otherwise a client passes by whatever a gateway decides from the header, by leaving it out.
    """
    for exchange in _variants(read, "missing"):
        yield from rejected(exchange, "without the Mcp-Param header of an argument")


@rule(
    "xmcp-server-rejects-bad-encoding",
    "MUST",
    CUSTOM,
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NONE_CALLED,
)
def rejects_bad_encoding(read: Reading) -> Observations:
    """A call whose `Mcp-Param-*` header holds broken Base64 is refused with 400.

    What one reader skips another reads: a value that is decoded leniently here may be another one
    to the gateway. Looked at: the right value in the Base64 form with a character in it that
    Base64 does not have, so that only a lenient reader finds it right; and text that is no Base64
    at all.
    """
    for exchange in _variants(read, "stray-character", "no-base64"):
        yield from rejected(exchange, "whose Mcp-Param header is broken Base64")


@rule(
    "xmcp-server-not-expect-null",
    "MUST NOT",
    CUSTOM,
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise="no tool that may be called has a parameter with x-mcp-header that can be left out",
)
def not_expect_null(read: Reading) -> Observations:
    """No `Mcp-Param-*` header is expected for an argument that is null or not there.

    Clients leave the header out then, as they must. Looked at: calls of a tool without an
    annotated argument that its schema does not require, or with null for it where the schema
    allows that, each without the header; only a refusal as HeaderMismatch is a finding, for others
    may be about the argument.
    """
    for exchange in _variants(read, "absent", "null"):
        unclear = unjudged(exchange)
        if unclear is not None:
            yield unclear
        elif exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.error_code == HEADER_MISMATCH:
            yield Finding.about(
                exchange,
                message="a call is refused for the header of an argument that it does not have",
                expected="a result, without the Mcp-Param header",
            )


@rule(
    "xmcp-server-integer-numeric-compare",
    "SHOULD",
    "streamable-http#server-validation",
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NONE_CALLED,
)
def integer_numeric_compare(read: Reading) -> Observations:
    """An integer argument and its header are compared as numbers: 42.0 is 42.

    Not every language writes a number as the next one does. Looked at: the right integer with
    `.0` behind it in the header.
    """
    for exchange in _variants(read, "numeric"):
        yield from accepted(exchange, "whose Mcp-Param header writes the integer with .0")


def _variants(read: Reading, *cases: str) -> Iterator[Exchange]:
    """The varied calls of tools that were served when nothing was varied."""
    right = (e for e in read.stimuli(PROBE, "right") if e.served)
    served = [e.sent.message.params.get("name") for e in right]
    for case in cases:
        for exchange in read.stimuli(PROBE, case):
            if exchange.sent.message.params.get("name") in served:
                yield exchange
