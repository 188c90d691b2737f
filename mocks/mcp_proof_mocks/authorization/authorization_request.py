"""What a client asks for at the authorization endpoint."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mcp_proof_mocks.authorization.domain import Domain
from mcp_proof_mocks.authorization.responses import OAuthError
from mcp_proof_mocks.authorization.uris import canonical
from mcp_proof_mocks.authorization.variants import OFFLINE

CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""An S256 code challenge (RFC 7636 section 4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """What is granted when the user consents."""

    scopes: tuple[str, ...]
    resource: str
    challenge: str
    """Empty where a client asks in its own name."""

    def check_resource(self, resource: str | None) -> None:
        """Check the resource of a token request (RFC 8707 section 2.2); without one it is the same.

        Raises:
            OAuthError: it is another one.
        """
        if resource is not None and canonical(resource) != self.resource:
            raise OAuthError("invalid_target", "The resource is not the one that was granted.")


def read_request(
    parameters: Mapping[str, str], domain: Domain, base_url: str
) -> AuthorizationRequest:
    """Read the parameters of a request.

    Raises:
        OAuthError: one is missing or wrong.
    """
    if parameters.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "Expected response_type=code.")
    challenge = parameters.get("code_challenge", "")
    if parameters.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(challenge):
        raise OAuthError("invalid_request", "Expected a code challenge made with S256 (PKCE).")
    return AuthorizationRequest(
        scopes=_scopes(parameters.get("scope"), domain),
        resource=_resource(parameters.get("resource"), domain, base_url),
        challenge=challenge,
    )


def read_own_request(
    parameters: Mapping[str, str], domain: Domain, base_url: str
) -> AuthorizationRequest:
    """Read what a client asks for in its own name (client credentials).

    Raises:
        OAuthError: there is no such scope, or no such resource.
    """
    return AuthorizationRequest(
        scopes=_scopes(parameters.get("scope"), domain),
        resource=_resource(parameters.get("resource"), domain, base_url),
        challenge="",
    )


def _scopes(scope: str | None, domain: Domain) -> tuple[str, ...]:
    """Return the scopes that are granted: those asked for that there are (RFC 6749 section 3.3)."""
    if scope is None:
        return domain.contract.scopes
    offered = {*domain.scopes.known}
    if "offline-access" in domain.deviations:
        offered.add(OFFLINE)
    asked = dict.fromkeys(scope.split())
    granted = tuple(name for name in asked if name in offered)
    if not granted:
        raise OAuthError("invalid_scope", "None of these scopes exists here.")
    return granted


def _resource(resource: str | None, domain: Domain, base_url: str) -> str:
    """Return the resource that tokens are for (RFC 8707); clients before 2025-06-18 name none."""
    known = domain.resources(base_url)
    if resource is None:
        return known[0]
    if canonical(resource) not in known:
        raise OAuthError("invalid_target", "This resource is not protected here.")
    return canonical(resource)
