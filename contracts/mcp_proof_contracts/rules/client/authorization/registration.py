"""Authorization: how clients get to be known to an authorization server."""

from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.authorization_steps import (
    AUTHORIZATION,
    REGISTRATION,
    RESOURCE_METADATA,
    TOKEN,
    Step,
    after,
    before,
    given,
    steps,
)
from mcp_proof_contracts.hosts import is_local
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Kept, Observations, rule
from mcp_proof_contracts.rules.client.authorization.findings import (
    NO_STEP,
    finding,
    server_before,
    shown,
)
from mcp_proof_contracts.wire import as_list, as_object, quote

PAGE: Final = "authorization/registration"
DOCUMENTS: Final = "client_id_metadata_document_supported"
OFFLINE: Final = "offline_access"
REFRESH: Final = "refresh_token"


@rule(
    "auth-client-registration-order",
    "SHOULD",
    f"{PAGE}#client-registration",
    side="client",
    since=Revision.R2025_11_25,
    transport="http",
    otherwise="the client was given no id of its own, or did not use what it was given",
)
def registration_order(read: Reading) -> Observations:
    """A client uses the id that it has, then its metadata document, and registers only then.

    Registration is deprecated, and every one leaves a client behind that nobody removes. Looked at:
    clients that were given an id or the URL of a metadata document, and use the redirect URI that
    they were given with it; a document counts where the authorization server supports them.
    """
    known = given(read)
    for step in steps(read, REGISTRATION, AUTHORIZATION)[:1]:
        best = _best_of(known, server_before(read, step))
        if not best or not _uses(step, known.get("redirect_uri")):
            continue
        if step.kind == AUTHORIZATION and step.parameter("client_id") == best:
            yield Kept(step.event)
        elif step.kind == REGISTRATION:
            yield finding(
                step,
                message="the client registered although it had an id",
                expected=f"an authorization request with the client_id {best}",
                actual=shown(step),
            )


@rule(
    "auth-client-cimd-document",
    "MUST",
    f"{PAGE}#implementation-requirements",
    side="client",
    since=Revision.R2025_11_25,
    transport="http",
    otherwise="the client's id was no URL",
)
def cimd_document(read: Reading) -> Observations:
    """A client id that is a URL has the scheme https and a path.

    The authorization server fetches the client's metadata from there, and takes its address for
    proof. Looked at: client ids of authorization requests that are URLs; on this machine http is
    taken for a test's. What the document holds is not looked at: the client's host serves it.
    """
    for step in steps(read, AUTHORIZATION):
        client_id = step.parameter("client_id")
        if "://" not in client_id or (is_local(client_id) and client_id.startswith("http:")):
            continue
        parts = urlsplit(client_id)
        if parts.scheme == "https" and parts.netloc and parts.path.strip("/"):
            yield Kept(step.event)
        else:
            yield finding(
                step,
                message="the URL of the client's metadata is not https, or has no path",
                expected="https://HOST/PATH",
                actual=client_id,
            )


@rule(
    "auth-client-application-type",
    "MUST",
    f"{PAGE}#application-type-and-redirect-uri-constraints",
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise="the client did not register",
)
def application_type(read: Reading) -> Observations:
    """A registration names an `application_type`.

    Without one OpenID Connect takes the client for a web application, which may not be redirected
    to this machine. Looked at: every registration; `native` and `web` are the types there are.
    """
    for step in steps(read, REGISTRATION):
        kind = step.parameters.get("application_type")
        if kind in ("native", "web"):
            yield Kept(step.event)
        else:
            yield finding(
                step,
                message="the registration names no application_type",
                expected='"native" or "web"',
                actual=quote(kind) if kind is not None else "no application_type",
            )


@rule(
    "auth-client-redirect-uri",
    "MUST",
    "authorization/security#communication-security",
    side="client",
    since=Revision.R2025_03_26,
    transport="http",
    otherwise=NO_STEP,
)
def redirect_uri(read: Reading) -> Observations:
    """Redirect URIs are on this machine or use https.

    Codes travel by them, and whoever listens in between can take one. Looked at: the redirect URIs
    of registrations and authorization requests. A scheme of an application's own is neither.
    """
    for step in steps(read, REGISTRATION, AUTHORIZATION):
        listed = as_list(step.parameters.get("redirect_uris"))
        for uri in [*listed, step.parameters.get("redirect_uri")]:
            if not isinstance(uri, str):
                continue
            if is_local(uri) or urlsplit(uri).scheme == "https":
                yield Kept(step.event)
            else:
                yield finding(
                    step,
                    message="a redirect URI is neither on this machine nor https",
                    expected="localhost, or the scheme https",
                    actual=uri,
                )


@rule(
    "auth-client-as-binding",
    "MUST NOT",
    f"{PAGE}#authorization-server-binding",
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise="the client had to do with one authorization server only, or did not register",
)
def as_binding(read: Reading) -> Observations:
    """What one authorization server issued is not sent to another one.

    A client that sends its id, secret or refresh token to whatever server the metadata name gives
    them away. Looked at: the authorization servers that register the client and those that it asks;
    an id that is the URL of a metadata document goes with all of them.
    """
    issuers: dict[str, str] = {}
    first = ""
    for step in steps(read, REGISTRATION, AUTHORIZATION, TOKEN):
        first = first or step.issuer
        foreign = [
            value
            for name in ("client_id", "client_secret", REFRESH)
            if issuers.get(value := step.parameter(name), step.issuer) != step.issuer
        ]
        if foreign:
            yield finding(
                step,
                message=f"the client sent {foreign[0]} to another authorization server",
                expected=f"a registration at {step.issuer}, and what it gave",
                actual=f"{foreign[0]}, which {issuers[foreign[0]]} issued",
            )
        elif step.issuer != first and step.parameter("client_id") in issuers:
            yield Kept(step.event)
        issued = (step.answer.get(name) for name in ("client_id", "client_secret", REFRESH))
        issuers |= {str(value): step.issuer for value in issued if value}


@rule(
    "auth-client-refresh-metadata",
    "SHOULD",
    "authorization/scopes#refresh-tokens",
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise="the client did not register, and did not ask for offline_access",
)
def refresh_metadata(read: Reading) -> Observations:
    """A client that wants refresh tokens says so, in the ways that the server offers.

    It registers for the grant type `refresh_token`; without it many servers issue none. It asks for
    the scope `offline_access` only where the server's metadata list it: elsewhere the request may
    be refused. Looked at: registrations of clients that ask for that scope or refresh a token, and
    authorization requests with a scope that nobody named.
    """
    for step in steps(read, REGISTRATION):
        if REFRESH in as_list(step.parameters.get("grant_types")):
            yield Kept(step.event)
        elif _wants_refreshing(read, step):
            yield finding(
                step,
                message="the client wants refresh tokens, and did not register for them",
                expected='grant_types with "refresh_token"',
                actual=quote(step.parameters.get("grant_types")),
            )
    for step in steps(read, AUTHORIZATION):
        server = server_before(read, step)
        if OFFLINE not in step.scopes() or server is None:
            continue
        if OFFLINE in as_list(server.answer.get("scopes_supported")):
            yield Kept(step.event)
        elif not _named(read, step):
            yield finding(
                step,
                server,
                message="the client asked for offline_access, which the server does not list",
                expected="the scopes that were named",
                actual=step.parameter("scope"),
            )


def _best_of(known: JsonObject, server: Step | None) -> str:
    """Return the id that the client has for a server; "" for none."""
    if known.get("client_id"):
        return str(known["client_id"])
    supported = server is not None and server.answer.get(DOCUMENTS) is True
    return str(known.get("client_metadata_url") or "") if supported else ""


def _uses(step: Step, redirect: object) -> bool:
    """Whether the redirect URI is the one that the client was given."""
    uris = [*as_list(step.parameters.get("redirect_uris")), step.parameters.get("redirect_uri")]
    return redirect is not None and redirect in uris


def _wants_refreshing(read: Reading, registration: Step) -> bool:
    later = list(after(registration, steps(read, AUTHORIZATION, TOKEN)))
    asked = any(OFFLINE in step.scopes() for step in later if step.kind == AUTHORIZATION)
    return asked or any(step.parameter("grant_type") == REFRESH for step in later)


def _named(read: Reading, step: Step) -> bool:
    """Whether a challenge or the resource metadata named the scope before."""
    earlier = list(before(step, steps(read)))
    challenged = (str(each.challenge.get("scope", "")).split() for each in earlier)
    listed = (
        as_list(as_object(each.answer).get("scopes_supported"))
        for each in earlier
        if each.kind == RESOURCE_METADATA
    )
    return any(OFFLINE in scopes for scopes in (*challenged, *listed))
