"""Stimuli about the headers that mirror a request: missing, differing, and written otherwise."""

import base64
from collections.abc import Callable, Mapping
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.streamable_http_stateless.good_requests import (
    GoodRequest,
    named_requests,
    plain_request,
)
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.headers import META_VERSION
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision

VERSION: Final = "MCP-Protocol-Version"
METHOD: Final = "Mcp-Method"
NAME: Final = "Mcp-Name"
NOBODYS_VERSION: Final = "1999-01-01"
OTHER_NAME: Final = "mcp-proof-other"

Headers = Mapping[str, str | None]


@probe("request-headers", since=Revision.R2026_07_28, transport="http")
async def request_headers(driver: Driver) -> None:
    """Good requests, each then sent again with one thing about its headers changed."""
    session = await driver.session()
    plain = plain_request(session)
    named = await named_requests(driver, session)
    for request in (plain, *named):
        await _send(session, request, "right")
    await _vary_version(session, plain)
    await _vary_method(session, plain)
    for request in named:
        await _vary_name(session, request)
    await _spell_otherwise(session, named[0] if named else plain)


async def _vary_version(session: Session, request: GoodRequest) -> None:
    await _send(session, request, "version-missing", {VERSION: None})
    await _send(session, request, "version-header", {VERSION: NOBODYS_VERSION})
    earlier = GoodRequest(request.method, {"_meta": {META_VERSION: str(LATEST_STATEFUL)}})
    await _send(session, earlier, "version-body", {VERSION: str(session.revision)})


async def _vary_method(session: Session, request: GoodRequest) -> None:
    other = "tools/list" if request.method == "server/discover" else "server/discover"
    await _send(session, request, "method-other", {METHOD: other})
    await _send(session, request, "method-missing", {METHOD: None})
    await _send(session, request, "method-upper", {METHOD: request.method.upper()})


async def _vary_name(session: Session, request: GoodRequest) -> None:
    right = request.headers(session).get(NAME, "")
    await _send(session, request, "name-other", {NAME: OTHER_NAME})
    await _send(session, request, "name-missing", {NAME: None})
    await _send(session, request, "name-encoded-other", {NAME: _encoded(OTHER_NAME)})
    if not right.startswith("=?base64?"):
        await _send(session, request, "name-encoded", {NAME: _encoded(right)})


async def _spell_otherwise(session: Session, request: GoodRequest) -> None:
    right = request.headers(session)
    await _send(session, request, "names-lower", _respelled(right, str.lower))
    await _send(session, request, "names-upper", _respelled(right, str.upper))
    padded = {name: f" \t{value} \t" for name, value in right.items()}
    await _send(session, request, "padded", padded)


async def _send(
    session: Session, request: GoodRequest, case: str, headers: Headers | None = None
) -> None:
    await session.request(request.method, request.params, case=case, headers=headers)


def _respelled(headers: Mapping[str, str], spell: Callable[[str], str]) -> dict[str, str | None]:
    gone: dict[str, str | None] = dict.fromkeys(headers)
    return {**gone, **{spell(name): value for name, value in headers.items()}}


def _encoded(text: str) -> str:
    return f"=?base64?{base64.b64encode(text.encode()).decode()}?="
