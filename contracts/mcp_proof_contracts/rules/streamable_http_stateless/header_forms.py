"""Streamable HTTP, Value Encoding and Case Sensitivity: how headers may and may not be written."""

from typing import Final

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Observations, rule
from mcp_proof_contracts.rules.streamable_http_stateless.comparison import (
    accepted,
    rejected,
    variants,
)
from mcp_proof_contracts.rules.streamable_http_stateless.header_validation import (
    NOT_SERVED,
    NOTHING_NAMED,
    PROBE,
)

SINCE: Final = Revision.R2026_07_28


@rule(
    "h26-server-name-decoded",
    "MUST",
    "streamable-http#value-encoding",
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NOTHING_NAMED,
)
def name_decoded(read: Reading) -> Observations:
    """An `Mcp-Name` in the form `=?base64?...?=` is decoded before it is compared.

    Names outside ASCII can only be sent so. Looked at: the right name encoded, which is served,
    and another name encoded, which is refused; a plain name may be encoded too.
    """
    for exchange in variants(read, PROBE, "name-encoded"):
        yield from accepted(exchange, "with its right Mcp-Name in Base64")
    for exchange in variants(read, PROBE, "name-encoded-other"):
        yield from rejected(exchange, "with another Mcp-Name in Base64")


@rule(
    "h26-header-name-case-insensitive",
    "MUST",
    "streamable-http#case-sensitivity",
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NOT_SERVED,
)
def name_case_insensitive(read: Reading) -> Observations:
    """Header names count whatever their case: `mcp-method` and `MCP-METHOD` are `Mcp-Method`.

    Proxies and HTTP/2 change the case of names. Looked at: a good request with all its MCP
    headers in lower and in upper case.
    """
    for case, spelling in (("names-lower", "lower"), ("names-upper", "upper")):
        for exchange in variants(read, PROBE, case):
            yield from accepted(exchange, f"with its header names in {spelling} case")


@rule(
    "h26-header-value-case-sensitive",
    "MUST",
    "streamable-http#case-sensitivity",
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NOT_SERVED,
)
def value_case_sensitive(read: Reading) -> Observations:
    """Header values count with their case: `TOOLS/LIST` does not mirror `tools/list`.

    Method names are case-sensitive in the body, so a header in another case names nothing that
    the server has. Looked at: a list request with its `Mcp-Method` in upper case.
    """
    for exchange in variants(read, PROBE, "method-upper"):
        yield from rejected(exchange, "with its Mcp-Method in upper case")


@rule(
    "h26-header-edge-whitespace",
    "implied",
    "streamable-http#request-metadata",
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=NOT_SERVED,
)
def edge_whitespace(read: Reading) -> Observations:
    """Spaces and tabs around a header's value are no part of it (RFC 9110 section 5.5).

    HTTP takes them away before anybody compares. Looked at: a good request with whitespace
    around the values of all its MCP headers.
    """
    for exchange in variants(read, PROBE, "padded"):
        yield from accepted(exchange, "with whitespace around its header values")
