"""Requests as a client sends them that presents another token, or none."""

import asyncio
from dataclasses import replace
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.sessions.session import Session
from mcp_proof.sessions.stateful import StatefulSession
from mcp_proof.targets import AsgiTarget, UrlTarget
from mcp_proof.transports.connection import Headers, Sending
from mcp_proof.transports.streamable_http import HttpConnection
from mcp_proof_contracts.json_value import JsonObject

NOTHING: Final[Headers] = {"Authorization": None}
SESSION_ID: Final = "mcp-session-id"


def own_token(session: Session) -> str:
    """The token that the run presents in `Authorization`; "" for none."""
    connection = session.connection
    if not isinstance(connection, HttpConnection):
        return ""
    scheme, _, token = connection.given("authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def harmless(driver: Driver, session: Session) -> list[str]:
    """Requests that every client may send: one for control, one for a list where there is one."""
    control = driver.revision.control_method
    return [control, *[method for method in session.lists if method != control][:1]]


async def ask(
    session: Session, method: str, params: JsonObject | None, case: str, headers: Headers
) -> Sending:
    """Send a request, and wait until nothing more comes for it: also where it is turned away."""
    message = session.envelope(method, params, session.new_id())
    sending = await session.send(message, case=case, headers=headers)
    await asyncio.wait([sending.ended], timeout=session.timeout)
    return sending


async def knock(driver: Driver, case: str, headers: Headers) -> Sending:
    """Begin as a new client does: by `initialize`, or in 2026-07-28 by any request."""
    async with driver.fresh(start=False) as session:
        if not isinstance(session, StatefulSession):
            return await ask(session, driver.revision.control_method, None, case, headers)
        opening: JsonObject = {
            "protocolVersion": str(driver.revision),
            "capabilities": driver.profile.declared(driver.revision),
            "clientInfo": driver.profile.info,
        }
        sending = await ask(session, "initialize", opening, case, headers)
        session.session_id = sending.headers.get(SESSION_ID)  # so that it is closed in order
        return sending


def presenting(driver: Driver, credentials: Headers | None) -> Driver | None:
    """Return a client with another token; `None` where there is none, or no header for it."""
    target = driver.target
    token = credentials["Authorization"] if credentials is not None else None
    if not isinstance(target, UrlTarget | AsgiTarget) or token is None:
        return None
    own = {name: text for name, text in target.headers.items() if name.lower() != "authorization"}
    other = driver.beside()
    other.target = replace(target, headers={**own, "Authorization": token})
    return other
