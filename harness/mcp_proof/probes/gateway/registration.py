"""Stimuli at `POST /servers`: only where the user allows them, and removed again."""

from http import HTTPStatus
from secrets import token_hex
from typing import Final

from mcp_proof.dialects.gateway import GatewayServer, at
from mcp_proof.dialects.over_http import HttpAnswer
from mcp_proof.probe import probe
from mcp_proof.probes.gateway.calls import GATEWAY, UNKNOWN_SERVER
from mcp_proof.tool_server import UNKNOWN_TOOL
from mcp_proof.transports.connection import Headers
from mcp_proof_contracts.dialects.gateway import SERVERS
from mcp_proof_contracts.json_value import Json, JsonObject

NOWHERE: Final = "http://127.0.0.1:9/mcp"
"""An address on the gateway's machine where nothing answers: the port of `discard`."""
BAD: Final[dict[str, JsonObject]] = {
    "no name": {"name": None},
    "no url": {"url": None},
    "a url that is none": {"url": "nowhere"},
    "an unknown transport": {"transport": "carrier-pigeon"},
    "an authentication that is a text": {"authentication": "text"},
}
"""Members that replace good ones; `None` leaves one out."""
TOKENS: Final[dict[str, Headers]] = {
    "without a token": {"Authorization": None},
    "with a wrong token": {"Authorization": "Bearer mcp-proof-wrong-token"},
}


@probe("gateway-registration", dialects=GATEWAY)
async def registration(server: GatewayServer) -> None:
    """A server that is down: registered, listed, registered again, asked, called and removed."""
    if not server.may_register:
        return
    good = _good()
    name = str(good["name"])
    answer = await server.request("POST", SERVERS, good, case="good")
    if not _taken(answer):
        return
    try:
        await server.request("GET", SERVERS, case="listed")
        await server.request("POST", SERVERS, good, case="duplicate")
        await server.request("GET", at(name, "tools"), case="tools of a server that is down")
        call: Json = {"tool": UNKNOWN_TOOL, "params": {}}
        await server.call_at(name, call, case="call of a server that is down")
    finally:
        removal = await server.remove(name, case="removal")
    if _taken(removal):
        await server.request("GET", SERVERS, case="after removal")


@probe("gateway-bad-registration", dialects=GATEWAY)
async def bad_registration(server: GatewayServer) -> None:
    """Registrations that are no JSON, or wrong in one respect."""
    if not server.may_register:
        return
    await server.request("POST", SERVERS, content=b'{"name": ', case="no JSON")
    for case, members in BAD.items():
        changed = {**_good(), **members}
        body = {member: value for member, value in changed.items() if value is not None}
        await _tried(server, body, case=case)


@probe("gateway-token", dialects=GATEWAY)
async def token(server: GatewayServer) -> None:
    """Requests that present no token, or a wrong one, to a gateway that is used with one."""
    if not server.presents_token:
        return
    for case, headers in TOKENS.items():
        await server.request("GET", SERVERS, headers=headers, case=case)
        path, call = at(UNKNOWN_SERVER, "call"), {"tool": UNKNOWN_TOOL}
        await server.request("POST", path, call, headers=headers, case=case)
        if server.may_register:
            await _tried(server, _good(), case=case, headers=headers)


def _good() -> JsonObject:
    """A registration under a name that nobody else has."""
    return {
        "name": f"mcp-proof-{token_hex(4)}",
        "url": NOWHERE,
        "transport": "http",
        "authentication": {"type": "bearer", "token": f"made-up-{token_hex(8)}"},
    }


async def _tried(
    server: GatewayServer, body: JsonObject, *, case: str, headers: Headers | None = None
) -> None:
    """Send a registration that must be refused; remove what is taken all the same."""
    answer = await server.request("POST", SERVERS, body, headers=headers, case=case)
    if _taken(answer) and "name" in body:
        await server.remove(str(body["name"]), case=case)


def _taken(answer: HttpAnswer) -> bool:
    return answer.status is not None and answer.status < HTTPStatus.MULTIPLE_CHOICES
