"""Stimuli for a tool that echoes its one argument, where the server has such a tool."""

import asyncio
import json
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.rules.jsonrpc.echoes import echoes
from mcp_proof_contracts.wire import as_list, as_object

PLAIN: Final = "mcp-proof says hello"
ANOTHER: Final = "mcp-proof says goodbye"
UNICODE: Final = "Zoë, e\u0301, 日本語, \U0001f600, \u2028end"
TOGETHER: Final = ("mcp-proof alpha", "mcp-proof bravo", "mcp-proof charlie", "mcp-proof delta")
TRIED: Final = 4
"""How many tools are tried."""
CONSTRAINTS: Final = frozenset({"enum", "const", "format", "pattern", "maxLength"})


@probe("echo")
async def echo(driver: Driver) -> None:
    """Find a tool that echoes plain text; send it other texts, and several together."""
    session = await driver.session()
    found = await find_echo(driver, session)
    if found is None:
        return
    tool, name = found
    await session.request("tools/call", call_of(tool, name, ANOTHER), case="another")
    await session.request("tools/call", call_of(tool, name, UNICODE), case="unicode")
    await _escaped(session, call_of(tool, name, UNICODE))
    await asyncio.gather(
        *(
            session.request("tools/call", call_of(tool, name, text), case="concurrent")
            for text in TOGETHER
        )
    )


async def find_echo(driver: Driver, session: Session) -> tuple[str, str] | None:
    """Return a tool that echoes its one argument, and the name of that."""
    candidates = [
        (tool, name)
        for tool, _ in driver.callable_tools()
        if (name := free_argument(as_object(driver.tools[tool].get("inputSchema")))) is not None
    ]
    for tool, name in candidates[:TRIED]:
        answer = await session.request("tools/call", call_of(tool, name, PLAIN), case="plain")
        if answer.result is not None and echoes(answer.result, PLAIN):
            return tool, name
    return None


def free_argument(schema: JsonObject) -> str | None:
    """The one string argument that is enough for a call and may hold any text."""
    properties = as_object(schema.get("properties"))
    names = [str(name) for name in as_list(schema.get("required"))] or list(properties)
    if len(names) != 1:
        return None
    declared = as_object(properties.get(names[0]))
    free = declared.get("type") == "string" and not CONSTRAINTS & set(declared)
    return names[0] if free else None


async def _escaped(session: Session, params: JsonObject) -> None:
    """Call with every character beyond ASCII escaped on the wire, which is the same JSON."""
    request_id = "escaped"
    message = session.envelope("tools/call", params, request_id)
    raw = json.dumps(message, ensure_ascii=True).encode()
    sending = session.send_raw(raw, case="escaped", headers={**session.headers(message)})
    await session.answers([request_id], sending)


def call_of(tool: str, name: str, text: str) -> JsonObject:
    """Return the parameters of a call that gives a tool one text."""
    return {"name": tool, "arguments": {name: text}}
