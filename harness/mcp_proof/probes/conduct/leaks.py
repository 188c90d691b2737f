"""Stimuli that repeat one call."""

import time
from dataclasses import asdict
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.process_usage import usage
from mcp_proof.recorder import probe_label
from mcp_proof.sessions.session import Answer, Session
from mcp_proof.transports.stdio import StdioConnection
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.rules.conduct.leaks import EVERY, MOST, REPEATED
from mcp_proof_contracts.transcript import EventKind, Sender

BUDGET: Final = 2.0
"""Seconds for all of it."""
AT_ONCE: Final = 0.01
"""Seconds in which a tool answers that may be called so often: one that asks no other service."""
TRIED: Final = 3
"""How many tools are tried."""
TRIES: Final = 3
"""How often each is: the first call of a tool may have to load things."""


@probe(REPEATED, transport="stdio")
async def repeated_calls(driver: Driver) -> None:
    """Two hundred calls of a tool that answers at once, with looks at the process between.

    The process is one of its own, so that a limit which the calls reach harms no other probe.
    """
    if not driver.callable_tools():
        return
    async with driver.fresh() as session:
        connection = session.connection
        assert isinstance(connection, StdioConnection)
        if usage(connection.pid) is not None:
            await _repeat(driver, session, connection)


async def _repeat(driver: Driver, session: Session, connection: StdioConnection) -> None:
    params = await _quick(driver, session)
    deadline = time.monotonic() + BUDGET
    for calls in range(1, MOST + 1) if params is not None else ():
        answer = await session.request("tools/call", params)
        if not _succeeded(answer) or time.monotonic() > deadline:
            return
        if calls % EVERY == 0:
            _look(driver, connection, calls)


async def _quick(driver: Driver, session: Session) -> JsonObject | None:
    """Return the parameters of a call that succeeds at once."""
    for name, arguments in driver.callable_tools()[:TRIED]:
        params: JsonObject = {"name": name, "arguments": arguments}
        for _ in range(TRIES):
            started = time.monotonic()
            answer = await session.request("tools/call", params, case="first")
            seconds = time.monotonic() - started
            if not _succeeded(answer):
                break
            if seconds <= AT_ONCE:
                return params
    return None


def _succeeded(answer: Answer) -> bool:
    result = answer.result
    return result is not None and "content" in result and result.get("isError") is not True


def _look(driver: Driver, connection: StdioConnection, calls: int) -> None:
    seen = usage(connection.pid)
    if seen is None:
        return
    data: dict[str, Json] = {"calls": calls, **asdict(seen)}
    driver.recorder.record(
        EventKind.USAGE,
        session=connection.name,
        channel=f"usage-{calls}",
        sender=Sender.SERVER,
        probe=probe_label(""),
        data=data,
    )
