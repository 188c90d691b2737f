"""Authorization: what clients ask tokens for, and how they use them."""

from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.authorization_steps import (
    AUTHORIZATION,
    FLOW,
    REGISTRATION,
    REQUEST,
    RESOURCE_METADATA,
    TOKEN,
    Step,
    after,
    authorization_of,
    redemptions,
    refused,
    servers_in,
    steps,
)
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.hosts import same_server
from mcp_proof_contracts.json_value import JsonArray
from mcp_proof_contracts.opening import OPENINGS
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Kept, Observations, rule
from mcp_proof_contracts.rules.client.authorization.findings import (
    NO_STEP,
    finding,
    server_before,
    shown,
)
from mcp_proof_contracts.statuses import CLIENT_ERRORS
from mcp_proof_contracts.wire import as_list, quote

RESOURCE: Final = "authorization/scopes#resource-parameter-implementation"
REQUIREMENTS: Final = "authorization/scopes#token-requirements"
METHODS: Final = ("POST", "GET", "DELETE")
"""What requests of the protocol are made with."""
UNPRESENTED: Final = "the client presented no token"


@rule(
    "auth-client-resource-param",
    "MUST",
    RESOURCE,
    side="client",
    since=Revision.R2025_06_18,
    transport="http",
    otherwise=NO_STEP,
)
def resource_param(read: Reading) -> Observations:
    """Authorization requests and token requests name the `resource` that the token is for.

    So the token is good for this MCP server only (RFC 8707). Looked at: all of them, those that
    refresh a token, too, whether the authorization server knows the parameter or not.
    """
    for step in steps(read, AUTHORIZATION, TOKEN):
        if step.parameter("resource"):
            yield Kept(step.event)
        else:
            yield finding(
                step,
                message=f"the {step.kind} request has no resource",
                expected="the URI of the MCP server as resource",
                actual=", ".join(step.parameters) or "no parameters",
            )


@rule(
    "auth-client-resource-canonical",
    "MUST",
    f"{RESOURCE.partition('#')[0]}#canonical-server-uri",
    side="client",
    since=Revision.R2025_06_18,
    transport="http",
    otherwise=f"no request named a resource, or {NO_STEP}",
)
def resource_canonical(read: Reading) -> Observations:
    """`resource` is the URI of the MCP server: absolute, without a fragment, always the same.

    Looked at: the values of authorization and token requests. One above the endpoint on the same
    host is taken for the server's, and so is the one in its own metadata; so is a slash at the end.
    """
    endpoints = [step.url for step in steps(read, REQUEST)]
    told = [step.answer.get("resource") for step in steps(read, RESOURCE_METADATA) if step.found]
    for step in steps(read, AUTHORIZATION, TOKEN):
        resource = step.parameter("resource")
        if not resource or not endpoints:
            continue
        own = resource in told and same_server(resource, endpoints[0])
        if own or any(_means(resource, endpoint) for endpoint in endpoints[:1]):
            yield Kept(step.event)
        else:
            yield finding(
                step,
                message="resource is not the URI of the MCP server",
                expected=endpoints[0],
                actual=resource,
            )
    for step in redemptions(read):
        asked = authorization_of(read, step)
        first = asked.parameter("resource") if asked is not None else ""
        resource = step.parameter("resource")
        if asked is None or not first or not resource or _same(first, resource):
            continue
        message = "the token request names another resource than the authorization request"
        yield finding(asked, step, message=message, expected=first, actual=resource)


@rule(
    "auth-client-bearer-header",
    "MUST",
    REQUIREMENTS,
    side="client",
    since=Revision.R2025_03_26,
    transport="http",
    otherwise=UNPRESENTED,
)
def bearer_header(read: Reading) -> Observations:
    """Tokens are presented as `Authorization: Bearer`, and never in the URL.

    URLs are logged and passed on. Looked at: every request to the MCP endpoint with a token that
    was issued before.
    """
    issued = [step.answer.get("access_token") for step in steps(read, TOKEN)]
    for step in steps(read, REQUEST):
        wrong = step.token in issued and step.text("scheme") != "bearer"
        if step.text("token_in_query") or wrong:
            yield finding(
                step,
                message="a token was presented in another way than Authorization: Bearer",
                expected="Authorization: Bearer, and no token in the URL",
                actual="a token in the query of the URL"
                if step.text("token_in_query")
                else f"Authorization: {step.text('scheme')}",
            )
        elif step.token in issued:
            yield Kept(step.event)


@rule(
    "auth-client-every-request",
    "MUST",
    REQUIREMENTS,
    side="client",
    since=Revision.R2025_03_26,
    transport="http",
    otherwise=UNPRESENTED,
)
def every_request(read: Reading) -> Observations:
    """Every request to the MCP server carries the token, within a session, too.

    A session's id is no credential. Looked at: requests after one whose token was accepted. One
    without a token is held against a client in a session that it has used with one; outside of
    sessions only if it asks for no other token afterwards. What opens a connection may be another
    instance's, and a token that was refused meanwhile need not be sent again.
    """
    accepted = False
    sessions = set[str]()
    for step in steps(read, REQUEST):
        session = step.text("session")
        if step.text("method") not in METHODS:
            continue
        if step.token or step.text("token_in_query"):
            if refused(step):
                accepted, sessions = False, set[str]()
            elif step.status not in CLIENT_ERRORS:
                accepted = True
                sessions.add(session)
                yield Kept(step.event)
        elif step.text("message") in OPENINGS or not accepted:
            continue
        elif (session and session in sessions) or _goes_without(read, step, session):
            yield finding(
                step,
                message=f"a {step.text('method')} request carries no token",
                expected="the token that was accepted before",
                actual=shown(step),
            )


@rule(
    "auth-client-token-origin",
    "MUST NOT",
    "authorization/scopes#token-handling",
    side="client",
    since=Revision.R2025_06_18,
    transport="http",
    otherwise=UNPRESENTED,
)
def token_origin(read: Reading) -> Observations:
    """Only tokens of the authorization server in charge are sent to the MCP server.

    A token of another one gives that one's user away. Looked at: tokens whose issuing was seen,
    beside the resource metadata that the client fetched last. A token of the server before is held
    against it once it has used one of the new server.
    """
    issuers = {
        str(step.answer["access_token"]): step.issuer
        for step in steps(read, TOKEN)
        if step.answer.get("access_token")
    }
    named: list[str] = []
    used: set[str] = set()
    for step in steps(read, RESOURCE_METADATA, REQUEST):
        if step.kind == RESOURCE_METADATA:
            named = servers_in(step) if step.found else named
            continue
        issuer = issuers.get(step.token)
        if issuer is None or not named:
            continue
        if issuer in named:
            used.add(issuer)
            yield Kept(step.event)
        elif used.intersection(named):
            yield finding(
                step,
                message="the client presented a token of a server that is no longer in charge",
                expected=f"a token of {', '.join(named)}",
                actual=f"a token of {issuer}",
            )


@rule(
    "auth-client-token-endpoint-auth",
    "implied",
    "authorization/registration#dynamic-client-registration",
    side="client",
    since=Revision.R2025_06_18,
    transport="http",
    otherwise="no client with a secret, or that registered, asked for a token",
)
def token_endpoint_auth(read: Reading) -> Observations:
    """At the token endpoint the client authenticates in a way that the server supports.

    A server refuses every other one. Looked at: the method that a registration gave the client; of
    a client with a secret that is known otherwise, those that the metadata list.
    """
    registered = {
        str(step.answer.get("client_id")): step.answer.get("token_endpoint_auth_method")
        for step in steps(read, REGISTRATION)
    }
    for step in steps(read, TOKEN):
        used, client_id = step.parameter("authentication"), step.parameter("client_id")
        server = server_before(read, step)
        allowed: JsonArray
        if isinstance(registered.get(client_id), str):
            allowed = [registered[client_id]]
        elif step.parameter("client_secret") and server is not None:
            allowed = as_list(server.answer.get("token_endpoint_auth_methods_supported"))
        else:
            continue
        if used in allowed:
            yield Kept(step.event)
        elif allowed:
            yield finding(
                step,
                message="the client authenticates in a way that was not agreed upon",
                expected=" or ".join(quote(each) for each in allowed),
                actual=quote(used),
            )


def _means(resource: str, endpoint: str) -> bool:
    """Whether a resource is the endpoint, or what it is part of."""
    path = urlsplit(resource).path.rstrip("/")
    whole = urlsplit(endpoint).path
    below = whole == path or whole.startswith(f"{path}/")
    return "#" not in resource and same_server(resource, endpoint) and below


def _same(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")


def _goes_without(read: Reading, step: Step, session: str) -> bool:
    """Whether a request outside of sessions has no token because the client does without."""
    return not session and ended_by_itself(read) and not any(after(step, steps(read, *FLOW)))
