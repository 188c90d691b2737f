"""Servers whose metadata are at different places, or are not what they should be."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.authorization.protected import HTTP, protect
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.revision import Revision


@scenario(
    "auth-metadata-elsewhere",
    "auth-client-prm-from-header",
    since=Revision.R2025_06_18,
    transports=HTTP,
)
def elsewhere(stage: Stage) -> None:
    """The resource metadata are at a path that only the challenge tells."""
    protect(stage, "metadata-elsewhere")


@scenario(
    "auth-metadata-unnamed",
    "auth-client-prm-wellknown-order",
    since=Revision.R2025_11_25,
    transports=HTTP,
)
def unnamed(stage: Stage) -> None:
    """The challenge names no resource metadata, which are at both well-known places."""
    protect(stage, "metadata-not-in-challenge")


@scenario(
    "auth-metadata-at-root",
    "auth-client-prm-wellknown-order",
    since=Revision.R2025_11_25,
    transports=HTTP,
)
def at_root(stage: Stage) -> None:
    """The challenge names no resource metadata, which are at the root only."""
    protect(stage, "metadata-not-in-challenge", "metadata-at-root")


@scenario(
    "auth-openid-only",
    "auth-client-as-metadata",
    since=Revision.R2025_11_25,
    transports=HTTP,
)
def openid_only(stage: Stage) -> None:
    """The authorization server has an OpenID discovery document and no other."""
    protect(stage, "openid-only")


@scenario(
    "auth-issuer-with-path",
    "auth-client-as-metadata-order",
    since=Revision.R2025_11_25,
    transports=HTTP,
)
def issuer_with_path(stage: Stage) -> None:
    """The issuer has a path, and its metadata are at the last of the places."""
    protect(stage, "issuer-with-path", "openid-only")


@scenario(
    "auth-foreign-issuer",
    "auth-client-issuer-match",
    since=Revision.R2026_07_28,
    transports=HTTP,
)
def foreign_issuer(stage: Stage) -> None:
    """The authorization server's metadata bear another issuer."""
    protect(stage, misbehave=("wrong-issuer",))


@scenario(
    "auth-foreign-resource",
    "auth-client-resource-mismatch",
    since=Revision.R2025_06_18,
    transports=HTTP,
)
def foreign_resource(stage: Stage) -> None:
    """The resource metadata are about a server on another host."""
    protect(stage, "issuer-with-path", misbehave=("resource-mismatch",))


@scenario(
    "auth-no-pkce",
    "auth-client-pkce-required",
    since=Revision.R2025_11_25,
    transports=HTTP,
)
def no_pkce(stage: Stage) -> None:
    """The authorization server does not advertise PKCE."""
    protect(stage, misbehave=("no-pkce",))


@scenario(
    "auth-no-metadata",
    "auth-client-2503-default-paths",
    since=Revision.R2025_03_26,
    until=Revision.R2025_03_26,
    transports=HTTP,
)
def no_metadata(stage: Stage) -> None:
    """There are no metadata at all: the endpoints have the default paths."""
    protect(stage, "no-resource-metadata", "no-server-metadata")
