"""The official Python SDK as a client under test that gets itself authorized."""

import httpx2
from mcp.client import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata
from sdk_user import Memory, User

BY_HAND = {"list": lambda client, _: client.list_tools()}
BY_HAND["call"] = lambda client, wish: client.call_tool(wish["tool"], wish["arguments"])


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
