"""What a client without a token reads: the challenge, and the documents that it leads to."""

import asyncio
from http import HTTPStatus
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx2

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.authorization.asking import NOTHING, knock, own_token
from mcp_proof.recorder import probe_label
from mcp_proof.transports.connection import Headers
from mcp_proof.transports.streamable_http import HttpConnection
from mcp_proof_contracts.authorization_metadata import RESOURCE, SERVER, named_metadata
from mcp_proof_contracts.hosts import same_server
from mcp_proof_contracts.revision import Revision

ONLY = Revision.R2025_03_26
DOCUMENT: Final[Headers] = {**NOTHING, "Accept": "application/json"}
FORM: Final[Headers] = {**NOTHING, "Content-Type": "application/x-www-form-urlencoded"}
PATIENCE: Final = 5.0


@probe("authorization-metadata", since=ONLY, transport="http")
async def metadata(driver: Driver) -> None:
    """The documents that a challenge names, and those at well-known paths of the same server.

    No other server is asked, whatever the challenge names.
    """
    session = await driver.session()
    connection = session.connection
    if not own_token(session) or not isinstance(connection, HttpConnection):
        return
    challenged = await knock(driver, "challenge", NOTHING)
    if challenged.status != HTTPStatus.UNAUTHORIZED:
        return
    endpoint = urlsplit(connection.url)
    path = endpoint.path.rstrip("/")
    named = named_metadata(challenged.headers.get("www-authenticate", ""))
    if same_server(named, connection.url):
        await _get(connection, named, "named")
    if path:
        await _get(connection, _at(endpoint, RESOURCE + path), "path")
    await _get(connection, _at(endpoint, RESOURCE), "root")
    await _get(connection, _at(endpoint, SERVER), "server")


@probe("authorization-defaults", since=ONLY, until=ONLY, transport="http")
async def defaults(driver: Driver) -> None:
    """The default endpoints of a server that is its own authorization server; nothing is granted.

    The request for a token is empty, so that it cannot be served.
    """
    session = await driver.session()
    connection = session.connection
    if not own_token(session) or not isinstance(connection, HttpConnection):
        return
    endpoint = urlsplit(connection.url)
    await _get(connection, _at(endpoint, "/authorize"), "/authorize")
    await _get(connection, _at(endpoint, "/token"), "/token", method="POST", headers=FORM)


def _at(endpoint: SplitResult, path: str) -> str:
    return endpoint._replace(path=path, query="", fragment="").geturl()


async def _get(
    connection: HttpConnection,
    url: str,
    case: str,
    *,
    method: str = "GET",
    headers: Headers = DOCUMENT,
) -> None:
    """Ask for one document, and stop listening to what does not end."""
    try:
        sending = connection.request(
            method, url=url, headers=headers, probe=probe_label(case), document=True
        )
    except httpx2.InvalidURL:  # what a challenge names may be anything
        return
    await asyncio.wait([sending.ended], timeout=PATIENCE)
    if not sending.ended.done():
        sending.close()
        await asyncio.wait([sending.ended], timeout=PATIENCE)
