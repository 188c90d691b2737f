"""The official Python SDK as a client under test that gets itself authorized."""

from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp.client import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import (
    AuthorizationCodeResult,
    OAuthClientInformationFull,
    OAuthClientMetadata,
)

BY_HAND = {"list": lambda client, _: client.list_tools()}
BY_HAND["call"] = lambda client, wish: client.call_tool(wish["tool"], wish["arguments"])


class Memory:
    """Keeps tokens, and what the client is registered as."""

    def __init__(self, client):
        self.tokens = None
        self.client = client

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class User:
    """Goes where the client sends it, and reads where it is sent back."""

    def __init__(self):
        self.answer = {}

    async def visit(self, url):
        async with httpx2.AsyncClient(trust_env=False) as browser:
            response = await browser.get(url)
        query = urlsplit(response.headers.get("location", "")).query
        self.answer = {name: values[0] for name, values in parse_qs(query).items()}

    async def come_back(self):
        return AuthorizationCodeResult(
            code=self.answer.get("code", ""),
            state=self.answer.get("state"),
            iss=self.answer.get("iss"),
        )


def provider_of(url, known):
    redirect = known["redirect_uri"]
    registered = None
    if "client_id" in known:
        registered = OAuthClientInformationFull(
            client_id=known["client_id"],
            client_secret=known["client_secret"],
            redirect_uris=[redirect],
            token_endpoint_auth_method="client_secret_basic",
        )
    user = User()
    return OAuthClientProvider(
        url,
        OAuthClientMetadata(
            redirect_uris=[redirect],
            client_name="sdk client",
            grant_types=["authorization_code", "refresh_token"],
        ),
        Memory(registered),
        user.visit,
        user.come_back,
        client_metadata_url=known.get("client_metadata_url"),
    )


async def sdk_client(approach, tell):
    asked = approach.asked
    provider = provider_of(approach.url, asked["authorization"])
    mode = "auto" if asked["revision"] >= "2026" else "legacy"
    number = 0
    try:
        async with httpx2.AsyncClient(auth=provider, trust_env=False) as http:
            transport = streamable_http_client(approach.url, http_client=http)
            async with Client(transport, mode=mode) as client:
                for number, wish in enumerate(asked["wishes"]):
                    await BY_HAND[wish["do"]](client, wish)
                    tell({"wish": number, "ok": True})
    except Exception as error:  # noqa: BLE001  # whatever it is, its user is told
        tell({"wish": number, "ok": False, "error": str(error)})
