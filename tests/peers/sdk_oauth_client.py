"""A client built on the official Python SDK that has to get authorized first.

It runs with the SDK's own interpreter. Its input is a JSON list of journeys: `url`, `mode` (the
era), `steps` (`list`, `expire` or a tool to call), optionally `client_metadata_url` or `client` (a
pre-registered one). Its output is one JSON object per line: what the steps gave, the error that
ended the journey, the scopes that the user was asked for each time, and the client's id.
"""

import asyncio
import json
import logging
import sys
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

REDIRECT = "http://localhost:3000/callback"
BOUND = 10.0
logging.disable()


class Memory:
    """Keeps tokens and the client's registration."""

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
    """Follows the redirect without a browser."""

    def __init__(self):
        self.asked = []
        self.answer = {}

    async def visit(self, url):
        query = parse_qs(urlsplit(url).query)
        self.asked.append(query.get("scope", [""])[0])
        async with httpx2.AsyncClient(trust_env=False) as browser:
            response = await browser.get(url)
        location = response.headers.get("location", "")
        self.answer = {
            name: values[0] for name, values in parse_qs(urlsplit(location).query).items()
        }

    async def come_back(self):
        return AuthorizationCodeResult(
            code=self.answer.get("code", ""),
            state=self.answer.get("state"),
            iss=self.answer.get("iss"),
        )


def leaf(error):
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


async def travel(journey):
    user = User()
    known = journey.get("client")
    memory = Memory(OAuthClientInformationFull(**known) if known else None)
    provider = OAuthClientProvider(
        journey["url"],
        OAuthClientMetadata(redirect_uris=[REDIRECT], client_name="sdk client"),
        memory,
        user.visit,
        user.come_back,
        client_metadata_url=journey.get("client_metadata_url"),
    )
    done, error = [], None
    try:
        async with (
            asyncio.timeout(BOUND),
            httpx2.AsyncClient(auth=provider, trust_env=False) as http,
        ):
            transport = streamable_http_client(journey["url"], http_client=http)
            async with Client(transport, mode=journey["mode"]) as client:
                for step in journey["steps"]:
                    if step == "expire":
                        provider.context.token_expiry_time = 1
                    elif step == "list":
                        done.append(len((await client.list_tools()).tools))
                    else:
                        done.append((await client.call_tool(step, {})).content[0].text)
    except Exception as problem:  # noqa: BLE001  # how a journey ends is what is told
        error = leaf(problem)
    client_id = memory.client.client_id if memory.client else None
    return {"done": done, "error": error, "asked": user.asked, "client_id": client_id}


async def main():
    for journey in json.load(sys.stdin):
        sys.stdout.write(f"{json.dumps(await travel(journey))}\n")


asyncio.run(main())
