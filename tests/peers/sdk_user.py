"""Who stands behind a client of the official Python SDK 2 that gets authorized, with no browser."""

from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp.shared.auth import AuthorizationCodeResult


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
    """Goes where the client sends it, and notes which scopes it was asked for."""

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
