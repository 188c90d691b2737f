"""Servers that want a token, and have nothing out of the way."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.authorization.protected import (
    HTTP,
    KNOWN,
    WITH_DOCUMENT,
    protect,
)
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.revision import Revision


@scenario(
    "auth-plain",
    "auth-client-application-type",
    "auth-client-as-metadata",
    "auth-client-bearer-header",
    "auth-client-every-request",
    "auth-client-pkce",
    "auth-client-pkce-s256",
    "auth-client-redirect-uri",
    "auth-client-resource-canonical",
    "auth-client-resource-param",
    "auth-client-scope-from-challenge",
    "auth-client-uses-prm",
    "auth-client-2503-base-url",
    since=Revision.R2025_03_26,
    transports=HTTP,
)
def plain(stage: Stage) -> None:
    """The server wants a token, and the client registers to get one."""
    protect(stage, "no-client-documents")


@scenario(
    "auth-client-with-id",
    "auth-client-registration-order",
    "auth-client-token-endpoint-auth",
    since=Revision.R2025_06_18,
    transports=HTTP,
)
def with_id(stage: Stage) -> None:
    """The client has an id and a secret, and the server would register it as well."""
    protect(stage, known=KNOWN)


@scenario(
    "auth-client-with-document",
    "auth-client-registration-order",
    "auth-client-cimd-document",
    since=Revision.R2025_11_25,
    transports=HTTP,
)
def with_document(stage: Stage) -> None:
    """The client has a metadata document, and the server would register it as well."""
    protect(stage, known=WITH_DOCUMENT)


@scenario(
    "auth-secret-in-header",
    "auth-client-token-endpoint-auth",
    since=Revision.R2025_06_18,
    transports=HTTP,
)
def secret_in_header(stage: Stage) -> None:
    """Clients have to authenticate with a secret, by `client_secret_basic`."""
    protect(stage, "no-client-documents", client_authentication=["client_secret_basic"])


@scenario(
    "auth-secret-in-form",
    "auth-client-token-endpoint-auth",
    since=Revision.R2025_06_18,
    transports=HTTP,
)
def secret_in_form(stage: Stage) -> None:
    """Clients have to authenticate with a secret, by `client_secret_post`."""
    protect(stage, "no-client-documents", client_authentication=["client_secret_post"])


@scenario(
    "auth-offline-access",
    "auth-client-refresh-metadata",
    since=Revision.R2026_07_28,
    transports=HTTP,
)
def offline_access(stage: Stage) -> None:
    """Refresh tokens are issued to those only who ask for the scope `offline_access`."""
    protect(stage, "no-client-documents", "offline-access")
