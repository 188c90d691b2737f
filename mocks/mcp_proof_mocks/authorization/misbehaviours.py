"""Rules broken on purpose: what a client has to notice, or a verification of the server."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.authorization.deviation import Deviation, putting, without
from mcp_proof_mocks.authorization.variants import (
    ADVERTISES_ISS,
    OFFLINE,
    listing_offline_access,
)

STRANGER: Final = "https://another.example"
"""A server that has nothing to do with this one."""


def _in_capitals(answer: dict[str, Json]) -> None:
    scheme, separator, rest = str(answer["iss"]).partition(":")
    answer["iss"] = f"{scheme.upper()}{separator}{rest}"


def _demands_offline_access(challenge: dict[str, Json]) -> None:
    challenge["scope"] = f"{challenge.get('scope', '')} {OFFLINE}".strip()


MISBEHAVIOURS: Final[Mapping[str, Deviation]] = {
    # The MCP server
    "no-challenge": Deviation("401 and 403 come without `WWW-Authenticate`"),
    "expiry-ignored": Deviation("Expired tokens are accepted"),
    "token-optional": Deviation("Requests that present nothing are let through"),
    "session-trusted": Deviation("Whoever names a session needs no token any more"),
    "scopes-literal": Deviation("A broader scope (`notes`) is not enough for one of its parts"),
    "signature-ignored": Deviation("Tokens are believed, whoever signed them"),
    "scopes-never-suffice": Deviation(
        "Every call of a tool is refused with insufficient_scope, whatever was granted"
    ),
    "any-audience": Deviation("Tokens for another audience are accepted"),
    "offline-access-challenged": Deviation(
        "The challenge and the resource metadata name offline_access",
        {"challenge": _demands_offline_access, "resource metadata": listing_offline_access},
    ),
    "resource-mismatch": Deviation(
        "The resource metadata is about a resource of another origin",
        {"resource metadata": putting(resource=f"{STRANGER}/mcp")},
    ),
    "no-authorization-servers": Deviation(
        "The resource metadata names no authorization server",
        {"resource metadata": without("authorization_servers")},
    ),
    # The authorization server's metadata
    "wrong-issuer": Deviation(
        "The metadata's issuer is not the one it was found by",
        {"server metadata": putting(issuer=STRANGER)},
    ),
    "no-pkce": Deviation(
        "The metadata does not advertise PKCE",
        {"server metadata": without("code_challenge_methods_supported")},
    ),
    # The redirect
    "iss-missing": Deviation(
        "The redirect has no `iss` though it is advertised", {"redirect": without("iss")}
    ),
    "iss-wrong": Deviation(
        "The redirect's `iss` is another server", {"redirect": putting(iss=STRANGER)}
    ),
    "iss-unadvertised": Deviation(
        "The redirect's `iss` is another server, and none is advertised",
        {"server metadata": without(ADVERTISES_ISS), "redirect": putting(iss=STRANGER)},
    ),
    "iss-equivalent": Deviation(
        "The redirect's `iss` equals the issuer only after normalization",
        {"redirect": _in_capitals},
    ),
    "state-wrong": Deviation(
        "The redirect has another `state` than the request",
        {"redirect": putting(state="a-state-nobody-sent")},
    ),
    "redirect-unchecked": Deviation("Redirect URIs that were not registered are accepted"),
    # Tokens
    "tokens-expired": Deviation(
        "Access tokens have expired when they are issued", {"access token": putting(exp=0)}
    ),
    "tokens-for-another": Deviation(
        "Access tokens are issued for another audience, and refused here",
        {"access token": putting(aud=f"{STRANGER}/mcp")},
    ),
    "refresh-not-rotated": Deviation("A refresh token stays the same and can be used again"),
}
