"""How the drivers of both majors of the official Python SDK get themselves authorized."""

import asyncio
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlsplit

from driving import ASKED
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

KNOWN = ASKED.get("authorization", {})
"""What the client knows of itself; empty where no server demands authorization."""


class Memory:
    """Keeps tokens, and what the client is registered as, as long as it runs."""

    def __init__(self, client: OAuthClientInformationFull | None) -> None:
        self._tokens: OAuthToken | None = None
        self._client = client

    async def get_tokens(self) -> OAuthToken | None:
        """Return the tokens."""
        return self._tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        """Keep tokens."""
        self._tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        """Return what the client is registered as."""
        return self._client

    async def set_client_info(self, client: OAuthClientInformationFull) -> None:
        """Keep what the client is registered as."""
        self._client = client


class User:
    """Goes where the client sends it, and reads where it is sent back: nobody listens there."""

    def __init__(self, returned: Callable[[dict[str, str]], Any]) -> None:
        self._returned = returned
        self._answer: dict[str, str] = {}

    async def visit(self, url: str) -> None:
        """Ask the authorization server, which lets the client in at once."""
        location = await asyncio.to_thread(_location, url)
        query = parse_qs(urlsplit(location).query)
        self._answer = {name: values[0] for name, values in query.items()}

    async def come_back(self) -> Any:  # noqa: ANN401  # either major's
        """Return what the client is sent back with."""
        return self._returned(self._answer)


def _location(url: str) -> str:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        return connection.getresponse().headers.get("Location", "")
    finally:
        connection.close()


def provider(returned: Callable[[dict[str, str]], Any]) -> OAuthClientProvider | None:
    """Return what authorizes requests; `None` where that is not asked for.

    `returned` makes what the SDK wants of the parameters that the user comes back with.
    """
    if not KNOWN or not ASKED["url"]:
        return None
    redirects = [KNOWN["redirect_uri"]]
    registered = None
    if "client_id" in KNOWN:
        registered = OAuthClientInformationFull.model_validate(
            {
                "client_id": KNOWN["client_id"],
                "client_secret": KNOWN["client_secret"],
                "redirect_uris": redirects,
                "token_endpoint_auth_method": "client_secret_basic",
            }
        )
    metadata = {
        "redirect_uris": redirects,
        "client_name": "driver of the Python SDK",
        "grant_types": ["authorization_code", "refresh_token"],
    }
    user = User(returned)
    return OAuthClientProvider(
        ASKED["url"],
        OAuthClientMetadata.model_validate(metadata),
        Memory(registered),
        user.visit,
        user.come_back,
        client_metadata_url=KNOWN.get("client_metadata_url"),
    )
