"""Lawful ways of doing things differently, which a client has to cope with."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_list
from mcp_proof_mocks.authorization.deviation import Deviation, putting, without

OFFLINE: Final = "offline_access"
ADVERTISES_ISS: Final = "authorization_response_iss_parameter_supported"
ADVERTISES_DOCUMENTS: Final = "client_id_metadata_document_supported"


def _scope_only_for_step_up(challenge: dict[str, Json]) -> None:
    if challenge.get("error") != "insufficient_scope":
        challenge.pop("scope", None)


def listing_offline_access(metadata: dict[str, Json]) -> None:
    """Name `offline_access` among the scopes of a metadata document."""
    metadata["scopes_supported"] = [*as_list(metadata.get("scopes_supported")), OFFLINE]


VARIANTS: Final[Mapping[str, Deviation]] = {
    # How a client finds out
    "metadata-not-in-challenge": Deviation(
        "The challenge does not say where the resource metadata is; the well-known forms are there",
        {"challenge": without("resource_metadata")},
    ),
    "metadata-at-root": Deviation(
        "The resource metadata is at the root well-known form only, and describes the origin"
    ),
    "metadata-elsewhere": Deviation(
        "The resource metadata is at a path that only the challenge tells"
    ),
    "no-resource-metadata": Deviation(
        "There is no resource metadata (2025-03-26: the server is its own authorization server)"
    ),
    "openid-only": Deviation(
        "The authorization server has an OpenID discovery document and no RFC 8414 one"
    ),
    "issuer-with-path": Deviation("The issuer is a URL with a path"),
    "no-server-metadata": Deviation(
        "The authorization server has no metadata (2025-03-26: its endpoints have default paths)",
        {"redirect": without("iss")},  # which would have to be advertised
    ),
    "server-moves": Deviation(
        "After the first request that was let through, another authorization server is in charge"
    ),
    # Scopes
    "scope-not-in-challenge": Deviation(
        "The 401 challenge names no scope; the resource metadata does",
        {"challenge": _scope_only_for_step_up},
    ),
    "no-scopes-supported": Deviation(
        "The resource metadata names no scopes", {"resource metadata": without("scopes_supported")}
    ),
    # Registration
    "no-client-documents": Deviation(
        "Client id metadata documents are not supported",
        {"server metadata": without(ADVERTISES_DOCUMENTS)},
    ),
    "no-registration": Deviation(
        "Clients cannot register", {"server metadata": without("registration_endpoint")}
    ),
    "registration-refused": Deviation("Every registration is refused"),
    "openid-registration": Deviation(
        "A registration without `application_type: native` cannot have loopback redirect URIs"
    ),
    # Authorization and tokens
    "access-denied": Deviation("The user does not consent: the redirect says access_denied"),
    "no-iss": Deviation(
        "The redirect has no `iss`, and none is advertised",
        {"server metadata": without(ADVERTISES_ISS), "redirect": without("iss")},
    ),
    "no-refresh-tokens": Deviation(
        "No refresh tokens are issued",
        {"server metadata": putting(grant_types_supported=["authorization_code"])},
    ),
    "offline-access": Deviation(
        "Refresh tokens are issued to those only who ask for the scope offline_access",
        {"server metadata": listing_offline_access},
    ),
    "refresh-refused": Deviation("Every refresh is refused: the client has to start again"),
}
