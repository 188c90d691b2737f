"""The stage that all scenarios of authorization share: a server that wants a token."""

from typing import Final

from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject

REDIRECT: Final = "http://localhost:3917/mcp-proof/callback"
DOCUMENT: Final = "https://client.example/oauth/client.json"
"""The metadata document of the client, which the mock knows without fetching it."""
HTTP: Final = ("http",)
WITH_DOCUMENT: Final[JsonObject] = {"client_metadata_url": DOCUMENT}
KNOWN: Final[JsonObject] = {"client_id": "registered-before", "client_secret": "Zq8mVt4Kx1Rw6Nd3"}
"""What a client has that somebody registered."""


def protect(
    stage: Stage,
    *variants: str,
    misbehave: tuple[str, ...] = (),
    known: JsonObject | None = None,
    **authorization: Json,
) -> None:
    """Let the server want a token, and the client list the tools and call one.

    Args:
        stage: what is set.
        variants: how the authorization server does things differently.
        misbehave: what it does wrong.
        known: what the client knows of itself besides its redirect URI.
        authorization: the contract's `authorization`, as far as it is another.
    """
    clients: list[Json] = [{"client_id": DOCUMENT, "redirect_uris": [REDIRECT]}]
    if known is not None and "client_id" in known:
        clients.append({**known, "redirect_uris": [REDIRECT]})
    stage.document["authorization"] = {
        "scheme": "oauth",
        "scopes": ["notes:read"],
        "clients": clients,
        "variants": list(variants),
        "misbehave": list(misbehave),
        **authorization,
    }
    stage.authorization |= {"redirect_uri": REDIRECT, **(known or {})}
    stage.tools(ECHO)
    stage.wish("list", what="tools")
    stage.wish("call", tool="echo", arguments={"message": "hello"})
