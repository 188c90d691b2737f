"""Authorization: how clients protect authorization codes, and from whom they take them."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.authorization_steps import (
    AUTHORIZATION,
    SERVED,
    SERVER_METADATA,
    Step,
    after,
    authorization_of,
    redemptions,
    steps,
)
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Kept, Observations, rule
from mcp_proof_contracts.rules.client.authorization.discovery import issuer_of
from mcp_proof_contracts.rules.client.authorization.findings import (
    NO_STEP,
    answered_with_code,
    discarded,
    finding,
    redemption_of,
    server_before,
    shown,
)
from mcp_proof_contracts.wire import quote

PROTECTION: Final = "authorization/security#authorization-code-protection"
VALIDATION: Final = "authorization/scopes#authorization-response-validation"
ADVERTISED: Final = "authorization_response_iss_parameter_supported"
METHODS: Final = "code_challenge_methods_supported"
NOT_SEEN: Final = "no redirect was of this kind, or the client did not come to its own end"


@rule(
    "auth-client-pkce",
    "MUST",
    PROTECTION,
    side="client",
    since=Revision.R2025_03_26,
    transport="http",
    otherwise=NO_STEP,
)
def pkce(read: Reading) -> Observations:
    """Every code is asked for with a challenge, and redeemed with its verifier (PKCE).

    So a code that somebody else gets hold of is worth nothing. Looked at: `code_challenge` of every
    authorization request, and whether the `code_verifier` of the token request answers it.
    """
    for step in steps(read, AUTHORIZATION):
        if not step.parameter("code_challenge"):
            yield finding(
                step,
                message="the authorization request has no code_challenge",
                expected="a code_challenge",
                actual=", ".join(step.parameters) or "no parameters",
            )
    for step in redemptions(read):
        asked = authorization_of(read, step)
        if asked is None or not asked.parameter("code_challenge"):
            continue
        plain = asked.parameter("code_challenge_method") in ("", "plain")
        answered = step.parameter("repeats" if plain else "verifies")
        if answered == asked.parameter("code_challenge"):
            yield Kept(step.event)
        else:
            verifier = step.parameter("code_verifier")
            yield finding(
                asked,
                step,
                message="the token request does not prove who asked for the code",
                expected=f"the code_verifier of {asked.parameter('code_challenge')}",
                actual=f"{verifier}, of another challenge" if verifier else "no code_verifier",
            )


@rule(
    "auth-client-pkce-s256",
    "MUST",
    PROTECTION,
    side="client",
    since=Revision.R2025_11_25,
    transport="http",
    otherwise=NO_STEP,
)
def pkce_s256(read: Reading) -> Observations:
    """The code challenge is made with S256.

    A plain challenge is the verifier itself, for everybody to read in the URL. Looked at: the
    method of every authorization request that has a challenge; none named means plain.
    """
    for step in steps(read, AUTHORIZATION):
        method = step.parameter("code_challenge_method")
        if not step.parameter("code_challenge"):
            continue
        if method == "S256":
            yield Kept(step.event)
        else:
            yield finding(
                step,
                message="the code challenge is not made with S256",
                expected="code_challenge_method=S256",
                actual=f"code_challenge_method={method}" if method else "no method: plain",
            )


@rule(
    "auth-client-pkce-required",
    "MUST",
    PROTECTION,
    side="client",
    since=Revision.R2025_11_25,
    transport="http",
    otherwise=f"every authorization server advertised {METHODS}, or {NO_STEP}",
)
def pkce_required(read: Reading) -> Observations:
    """With a server that does not advertise PKCE, authorization does not go on.

    It would pass the challenge over, and the code be unprotected. Looked at: metadata without
    `code_challenge_methods_supported`, and authorization requests by them.
    """
    found = [step for step in steps(read, SERVER_METADATA) if step.found]
    for step in found:
        if METHODS in step.answer:
            continue
        went_on = [
            each
            for each in after(step, steps(read, AUTHORIZATION))
            if server_before(read, each) == step
        ]
        if went_on:
            yield finding(
                step,
                went_on[0],
                message="the client went on though the server does not advertise PKCE",
                expected=f"no authorization request: the metadata have no {METHODS}",
                actual=shown(went_on[0]),
            )
        elif step == found[-1] and ended_by_itself(read):
            yield Kept(step.event)


@rule(
    "auth-client-state",
    "SHOULD",
    "authorization/security#open-redirection",
    side="client",
    since=Revision.R2025_06_18,
    transport="http",
    otherwise=f"every redirect had the right state, or {NO_STEP}",
)
def state(read: Reading) -> Observations:
    """Authorization requests have a `state`, and what comes back with another one is discarded.

    So nobody can pass the user a code of somebody else. Looked at: authorization requests without a
    state, and codes that came with another state than was sent, or with none.
    """
    for step in steps(read, AUTHORIZATION):
        sent = step.parameter("state")
        if not sent:
            yield finding(
                step,
                message="the authorization request has no state",
                expected="a state",
                actual=", ".join(step.parameters) or "no parameters",
            )
        elif step.answer.get("code") and step.answer.get("state") != sent:
            yield from discarded(
                read,
                step,
                "the client redeemed a code that came with another state",
                f"no use of what does not come with {sent}",
            )


@rule(
    "auth-client-iss-compare",
    "MUST",
    VALIDATION,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise=NOT_SEEN,
)
def iss_compare(read: Reading) -> Observations:
    """A code that comes from another issuer than was asked is not redeemed.

    A server that the client asked for a code may send the user on to another one, and get that
    one's code. Looked at: redirects with an `iss` that is not the issuer of the metadata, whether
    the metadata advertise it or not.
    """
    for step, issuer in _with_issuer(read):
        iss = step.answer.get("iss")
        if iss is None or iss == issuer or _normal(str(iss)) == _normal(issuer):
            continue
        message = f"the client redeemed a code of {iss}"
        yield from discarded(read, step, message, f"no use of codes of others than {issuer}")


@rule(
    "auth-client-iss-no-normalization",
    "MUST NOT",
    VALIDATION,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise=NOT_SEEN,
)
def iss_no_normalization(read: Reading) -> Observations:
    """`iss` is compared with the issuer character by character.

    What a client takes for the same another one may not. Looked at: redirects whose `iss` differs
    from the issuer in the case of scheme or host or in a slash at its end only.
    """
    for step, issuer in _with_issuer(read):
        iss = step.answer.get("iss")
        if iss is None or iss == issuer or _normal(str(iss)) != _normal(issuer):
            continue
        message = f"the client redeemed a code of {iss}"
        yield from discarded(read, step, message, f"no use of codes of others than {issuer}")


@rule(
    "auth-client-iss-missing",
    "MUST",
    VALIDATION,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise=NOT_SEEN,
)
def iss_missing(read: Reading) -> Observations:
    """Where the server advertises `iss`, a code that comes without it is not redeemed.

    Whoever can take it away would get past every comparison. Looked at: redirects without `iss` by
    servers whose metadata have `authorization_response_iss_parameter_supported`.
    """
    for step, _ in _with_issuer(read):
        if step.answer.get("iss") is None and _advertises(read, step):
            yield from discarded(
                read, step, "the client redeemed a code that came without iss", "no use of it"
            )


@rule(
    "auth-client-iss-not-required",
    "implied",
    VALIDATION,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise=NOT_SEEN,
)
def iss_not_required(read: Reading) -> Observations:
    """Where the server does not advertise `iss`, a code that comes without it is redeemed.

    Many authorization servers do not send it yet. Looked at: redirects without `iss`, with the
    right state, by servers whose metadata do not advertise it.
    """
    for step, _ in _with_issuer(read):
        same_state = step.answer.get("state") in (None, step.parameters.get("state"))
        if step.answer.get("iss") is not None or _advertises(read, step) or not same_state:
            continue
        if redemption_of(read, step) is not None:
            yield Kept(step.event)
        elif ended_by_itself(read):
            yield finding(
                step,
                message="the client discarded a code that came without iss",
                expected="a token request: iss is not advertised",
                actual=f"none, of {', '.join(SERVED)}",
            )


def _with_issuer(read: Reading) -> Iterator[tuple[Step, str]]:
    """Yield the redirects with a code, and the issuer that was asked for it."""
    for step in answered_with_code(read):
        server = server_before(read, step)
        issuer = server.answer.get("issuer") if server is not None else None
        if server is not None and isinstance(issuer, str) and issuer == issuer_of(server.url):
            yield step, issuer  # metadata with another issuer are not to be used at all


def _advertises(read: Reading, step: Step) -> bool:
    server = server_before(read, step)
    return server is not None and server.answer.get(ADVERTISED) is True


def _normal(issuer: str) -> str:
    return quote(issuer).lower().strip('"').rstrip("/")
