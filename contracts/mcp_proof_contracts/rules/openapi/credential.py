"""OpenAPI, Credentials: what the document demands of a request is demanded."""

from http import HTTPStatus

from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.no_entry import NO_ENTRY
from mcp_proof_contracts.openapi.described import credential_headers, jsonrpc_operation
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.openapi.traffic import OPENAPI, document, document_in
from mcp_proof_contracts.statuses import CLIENT_ERRORS

PAGE = "openapi-jsonrpc#credentials"
PROBES = ("openapi-credential",)
NO_PROBE = "nobody asked without a credential"
NONE_DEMANDED = "the document demands no credential"
WITHOUT = {
    "without": "without a credential",
    "wrong": "with a credential of nobody",
}


@rule(
    "openapi-credential-demanded",
    "MUST",
    PAGE,
    dialects=OPENAPI,
    probes=PROBES,
    otherwise=NO_PROBE,
)
def credential_demanded(read: Reading) -> Observations:
    """Where the document demands a credential, a request without one, or with a wrong one, fails.

    Otherwise the tools are everybody's, though the document says that they are not. Looked at:
    `tools/list` without the header that the document names (`X-API-Key`, or `Authorization` for
    bearer and OAuth 2.0), and with a value that nobody was given. Any refusal will do, a JSON-RPC
    error under status 200 as well.
    """
    demanded = _demanded(read)
    if not demanded:
        yield Untested(NONE_DEMANDED)
    for exchange in read.http("openapi-credential") if demanded else ():
        if exchange.status in NO_ENTRY or (_refused(exchange) and _let_in(read)):
            yield Kept(exchange.request)
        elif "result" not in document_in(exchange):
            yield Untested("nothing tells that a request failed for want of a credential")
        else:
            yield Finding.about(
                exchange,
                message=f"a request {WITHOUT[exchange.case]} was let in, "
                "though the document demands one",
                expected="401",
            )


@rule(
    "openapi-credential-401",
    "SHOULD",
    PAGE,
    dialects=OPENAPI,
    probes=PROBES,
    otherwise=NO_PROBE,
)
def credential_401(read: Reading) -> Observations:
    """Who presents no credential, or a wrong one, is refused with 401 and not with 403.

    Clients renew a token upon 401; 403, or any other refusal, tells them that renewing does not
    help.
    """
    told = _demanded(read) and _let_in(read)
    asked = read.http("openapi-credential")
    refused = [e for e in asked if e.status in NO_ENTRY or (told and _refused(e))]
    if not refused:
        yield Untested("nobody was refused")
    for exchange in refused:
        if exchange.status == HTTPStatus.UNAUTHORIZED:
            yield Kept(exchange.request)
        else:
            message = f"a request {WITHOUT[exchange.case]} was refused with {exchange.status}"
            yield Finding.about(exchange, message=message, expected="401")


@rule(
    "openapi-security-described",
    "SHOULD",
    PAGE,
    dialects=OPENAPI,
    probes=PROBES,
    otherwise=NO_PROBE,
)
def security_described(read: Reading) -> Observations:
    """Where a request is refused for want of a credential, the document says which it takes.

    A client that was made from the document would not send any. Looked at: `security` of the POST,
    or of the whole document.
    """
    refused = [e for e in read.http("openapi-credential", "without") if e.status in NO_ENTRY]
    if not refused:
        yield Untested("nobody was refused")
    operation = jsonrpc_operation(document(read))
    for exchange in refused if operation is not None else ():
        if operation is not None and operation.credentials:
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message="a request without a credential is refused, and the document names none",
                expected="`security` in the document",
            )


def _refused(exchange: HttpExchange) -> bool:
    """Whether a request was refused for a reason of its own, and not by a server in trouble."""
    if exchange.status == HTTPStatus.OK:
        return "error" in document_in(exchange)
    return exchange.status in CLIENT_ERRORS and exchange.status != HTTPStatus.TOO_MANY_REQUESTS


def _let_in(read: Reading) -> bool:
    """Whether the same request is served with the credential that was given."""
    listings = read.exchanges("tools/list")
    return any(e.served for e in listings if e.probe != "openapi-credential")


def _demanded(read: Reading) -> bool:
    operation = jsonrpc_operation(document(read))
    return operation is not None and bool(credential_headers(operation))
