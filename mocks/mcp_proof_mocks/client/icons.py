"""The icons that the mock client fetches (basic, icons)."""

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx2

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_list, as_object

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

SAFE: Final = ("http", "https")


async def fetch_icons(client: "MockClient", items: list[Json]) -> None:
    """Fetch what stands beside the names in a user interface."""
    icons = [icon for item in items for icon in as_list(as_object(item).get("icons"))]
    if client.revision < Revision.R2025_11_25 or not icons:
        return
    careless = not client.keeps("sec-icon-scheme-client")
    async with httpx2.AsyncClient(trust_env=False, follow_redirects=careless) as http:
        if not client.keeps("sec-icon-fetch-no-credentials"):
            http.headers["Authorization"] = "Bearer of-the-user"
        for icon in icons:
            uri = urlsplit(str(as_object(icon).get("src")))
            if uri.scheme in SAFE or careless:
                await _fetched(http, uri._replace(scheme="http").geturl())


async def _fetched(http: httpx2.AsyncClient, url: str) -> None:
    try:
        await http.get(url)
    except httpx2.HTTPError:
        return
