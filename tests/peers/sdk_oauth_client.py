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

import httpx2
from mcp.client import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata
from sdk_user import Memory, User

REDIRECT = "http://localhost:3000/callback"
BOUND = 10.0
logging.disable()


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
