"""The requests of the mock client to an authorization server, and what it knows of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote_plus

import httpx2

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object, parse


@dataclass(slots=True, kw_only=True)
class AuthorizationServer:
    """What the client found out about one, and what it is there."""

    issuer: str
    metadata: JsonObject = field(default_factory=dict[str, Json])
    client_id: str = ""
    client_secret: str = ""
    method: str = "none"
    """How the client authenticates."""


class Web:
    """Documents and forms over HTTP; nothing is followed."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def document(self, url: str) -> JsonObject | None:
        """Get a JSON object; `None` where there is none."""
        response = await self._http.get(url, headers={"Accept": "application/json"})
        if response.status_code != HTTPStatus.OK:
            return None
        return as_object(parse(response.content).value) or None

    async def location(self, url: str, parameters: Mapping[str, str]) -> str:
        """Ask for authorization as a browser does; return where it is sent."""
        response = await self._http.get(url, params=dict(parameters))
        return response.headers.get("location", "")

    async def form(
        self, url: str, parameters: Mapping[str, str], basic: tuple[str, str] | None
    ) -> JsonObject | None:
        """Send a form; return the JSON object that comes, or `None`."""
        auth = httpx2.BasicAuth(*map(quote_plus, basic)) if basic is not None else httpx2.Auth()
        response = await self._http.post(url, data=dict(parameters), auth=auth)
        return as_object(parse(response.content).value) if response.is_success else None

    async def post(self, url: str, document: JsonObject) -> JsonObject | None:
        """Send a JSON object; return that which comes, or `None`."""
        response = await self._http.post(url, json=document)
        return as_object(parse(response.content).value) if response.is_success else None
