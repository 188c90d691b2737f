"""Stimuli of two clients at once."""

import asyncio
from collections.abc import Sequence
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.jsonrpc.echo import call_of, find_echo
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.rules.conduct.clients import CLIENTS, TEXTS

FIRST_ID: Final = 700_001
"""From here on ids are those of both clients: no other request of a session has them."""
NOT_ASKED: Final = "resources/templates/list"
"""What a server with resources may not have, so that its answer tells little."""
Asked = tuple[str, JsonObject | None]


@probe(CLIENTS)
async def two_clients(driver: Driver) -> None:
    """Two connections: different requests under the same ids at once, then a few one by one."""
    first = await driver.session()
    lists: list[Asked] = [(method, None) for method in first.lists if method != NOT_ASKED]
    lists.append((driver.revision.control_method, None))
    found = await find_echo(driver, first)
    second = await driver.elsewhere()
    if not second.server and not driver.stateless:
        return
    calls = {case: [_echo(found, text)] if found else [] for case, text in TEXTS.items()}
    # Each asks first what the other asks last, so that no two at the same place are alike.
    await asyncio.gather(
        _ask(first, "first", [*lists, *calls["first"]]),
        _ask(second, "second", [*lists[1:], *lists[:1], *calls["second"]]),
    )
    await _ask(second, "second", [*lists, *calls["second"]], later=True)
    await _ask(first, "first", [*lists, *calls["first"]], later=True)


def _echo(found: tuple[str, str], text: str) -> Asked:
    return "tools/call", call_of(*found, text)


async def _ask(session: Session, case: str, asked: Sequence[Asked], *, later: bool = False) -> None:
    if later:
        for method, params in asked:
            await session.request(method, params, case=case)
    else:
        await asyncio.gather(
            *(
                session.request(method, params, case=case, request_id=FIRST_ID + number)
                for number, (method, params) in enumerate(asked)
            )
        )
