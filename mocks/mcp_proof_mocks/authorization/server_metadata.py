"""Authorization server metadata (RFC 8414, OpenID Connect Discovery 1.0)."""

from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.authorization.clients import CLIENT_CREDENTIALS, GRANTS
from mcp_proof_mocks.authorization.deviation import Deviations
from mcp_proof_mocks.authorization.domain import KEYS_PATH, Domain
from mcp_proof_mocks.authorization.variants import ADVERTISES_DOCUMENTS, ADVERTISES_ISS

OAUTH: Final = "/.well-known/oauth-authorization-server"
OPENID: Final = "/.well-known/openid-configuration"


def metadata_locations(path: str, deviations: Deviations) -> dict[str, bool]:
    """Return where the metadata of the issuer at `path` is, and whether it is OpenID's."""
    if "no-server-metadata" in deviations:
        return {}
    if "openid-only" in deviations:
        return {path + OPENID: True}
    return {OAUTH + path: False, OPENID + path: True, path + OPENID: True}


def server_metadata(domain: Domain, base_url: str, path: str, *, openid: bool) -> dict[str, Json]:
    """Return the metadata of the issuer at `path`."""
    issuer = base_url + path
    document: dict[str, Json] = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "registration_endpoint": f"{issuer}/register",
        "jwks_uri": base_url + KEYS_PATH,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [*GRANTS, CLIENT_CREDENTIALS],
        "token_endpoint_auth_methods_supported": list(domain.contract.client_authentication),
        "code_challenge_methods_supported": ["S256"],
        ADVERTISES_DOCUMENTS: True,
        ADVERTISES_ISS: True,
    }
    if domain.scopes.known:
        document["scopes_supported"] = list(domain.scopes.known)
    if openid:
        document["subject_types_supported"] = ["public"]
        document["id_token_signing_alg_values_supported"] = ["RS256"]
    return domain.deviations.edited("server metadata", document)
