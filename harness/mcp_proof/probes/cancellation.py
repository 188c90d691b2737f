"""Stimuli about cancellation: of slow work, of what is over, at the very moment, by the server."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.exit_grace import exit_grace
from mcp_proof.occasions_seen import bare_params
from mcp_proof.probe import probe
from mcp_proof.recorder import probe_label
from mcp_proof.sessions.listening import Listening
from mcp_proof.sessions.session import Session
from mcp_proof.transports.stdio import StdioConnection
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.reading import ORDINARY, Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.wire import Message

LONGEST: Final = 3.5
"""Seconds of a request that is still waited for when the user has named it."""
LONGEST_UNNAMED: Final = 1.5
HEAD_START: Final = 0.3
"""The part of its usual time after which a request is called off."""
ENOUGH: Final = 1.3
"""After so many times its usual time it would surely be over."""
GRACE: Final = 0.2
PATIENCE: Final = 3.0
"""Seconds in which a server that is not answered may give up."""
FOREVER: Final = 60.0
CANCELLED: Final = "notifications/cancelled"


@probe("cancellation")
async def cancellation(driver: Driver) -> None:
    """A slow request that is cancelled on its way; before it the same to its end, if that shows."""
    if driver.stateless and driver.transport == "http":
        return  # there a client cancels by closing the stream
    work, effect = driver.occasion("side_effect"), driver.occasion("effect")
    named = driver.hints.occasions.get("slow", ())
    if work is not None and effect is not None:
        await ask(driver, effect, "before", "before")
        await ask(driver, work, "control")
        await ask(driver, effect, "after-control")
        await _cancel(driver, work, "work")
        await ask(driver, effect, "after-cancel")
    elif named:
        await _cancel(driver, named[0], "named")
    elif (seen := driver.occasion("slow")) is not None:
        await _cancel(driver, seen, "seen")


async def ask(driver: Driver, occasion: Occasion, *cases: str) -> None:
    """Send an ordinary request, once for each case."""
    for case in cases:
        session = await driver.session()
        await session.request(occasion.method, occasion.params, case=case)


def usual_seconds(driver: Driver, occasion: Occasion, longest: float = LONGEST) -> float | None:
    """How long a request took to be answered; `None` when that was not seen, or was too long."""
    read = Reading(driver.recorder.transcript, driver.revision)
    for exchange in read.results(occasion.method):
        same = bare_params(exchange.sent.message.params) == occasion.params
        if same and exchange.probe in ORDINARY and exchange.answer is not None:
            seconds = exchange.answer.event.at - exchange.sent.event.at
            return seconds if seconds <= longest else None
    return None


def with_token(occasion: Occasion, token: str) -> JsonObject:
    """Return the params of a request that may report progress."""
    return {**occasion.params, "_meta": {"progressToken": token}}


async def _cancel(driver: Driver, occasion: Occasion, case: str) -> None:
    """Send a request, cancel it on its way, and wait until it would have been over."""
    longest = LONGEST_UNNAMED if case == "seen" else LONGEST
    seconds = usual_seconds(driver, occasion, longest)
    if seconds is None:
        return
    session = await driver.session()
    request_id = f"mcp-proof-cancelled-{case}"
    over = asyncio.get_running_loop().time() + seconds * ENOUGH + GRACE
    params = with_token(occasion, request_id)
    sending = await session.send(session.envelope(occasion.method, params, request_id), case=case)
    await asyncio.sleep(seconds * HEAD_START)
    await _call_off(session, request_id, "cancel")
    await session.request(driver.revision.control_method, case="then")
    await asyncio.sleep(max(0.0, over - asyncio.get_running_loop().time()))
    await session.request(driver.revision.control_method, case="end")
    if not sending.shared:
        sending.close()


async def _call_off(session: Session, request_id: str, case: str) -> None:
    params = session.dress({"requestId": request_id, "reason": "mcp-proof wants to see"})
    await session.arrival(await session.notify(CANCELLED, params, case=case))


@probe("odd-cancellations")
async def odd_cancellations(driver: Driver) -> None:
    """Cancellations that mean nothing, each followed by an ordinary request."""
    if driver.stateless and driver.transport == "http":
        return  # nothing is said there of such notifications
    finished = "mcp-proof-finished"
    session = await driver.session()
    await session.request(driver.revision.control_method, request_id=finished, case="finished-once")
    odd: dict[str, JsonObject | None] = {
        "unknown": {"requestId": "mcp-proof-never-sent"},
        "finished": {"requestId": finished},
        "malformed": {"requestId": {"id": 1}, "reason": 7},
        "empty": {},
    }
    for case, params in odd.items():
        session = await driver.session()
        sending = await session.notify(CANCELLED, session.dress(params), case=case)
        await session.settle(sending)  # what comes before the barrier's answer is an answer to it
        await session.request(driver.revision.control_method, case=f"{case}-then")


@probe("cancel-race")
async def cancel_race(driver: Driver) -> None:
    """A request that is called off in the same moment, and one right after its answer."""
    method, by_closing = driver.revision.control_method, driver.transport == "http"
    session = await driver.session()
    request_id = "mcp-proof-at-once"
    sending = await session.send(session.envelope(method, None, request_id), case="at-once")
    if driver.stateless and by_closing:
        await asyncio.sleep(0)
        sending.close()
    else:
        await _call_off(session, request_id, "at-once")
    await session.request(method, case="at-once-then")
    if driver.stateless and by_closing:
        return
    session = await driver.session()
    request_id = "mcp-proof-answered"
    await session.request(method, request_id=request_id, case="after")
    await _call_off(session, request_id, "after")
    await session.request(method, case="after-then")


@probe("listen-teardown", since=Revision.R2026_07_28, transport="stdio")
async def listen_teardown(driver: Driver) -> None:
    """A server is told to terminate while a subscription is open; its input stays open."""
    session = await driver.elsewhere()
    if not (session.alive and session.server):
        return
    wanted: JsonObject = {"toolsListChanged": True}
    await Listening.open(session, "mcp-proof-subscription", wanted, case="listen")
    await session.barrier()
    assert isinstance(session.connection, StdioConnection)
    await session.connection.shut_down("sigterm", exit_grace(driver), probe=probe_label(""))


@probe("unanswered", since=Revision.R2025_03_26, until=LATEST_STATEFUL)
async def unanswered(driver: Driver) -> None:
    """What the server asks during a request gets no answer, until it gave up; then a late one."""
    occasion = driver.occasion("impatient")
    if occasion is None:
        return
    session = await driver.session()
    usual, given_up = session.profile, asyncio.Event()

    async def late(message: Message) -> JsonObject:
        await asyncio.wait_for(given_up.wait(), FOREVER)
        answer = usual.answer(message)
        return await answer if isinstance(answer, Awaitable) else answer

    session.profile = replace(usual, answer=late, probe=probe_label("late"))
    try:
        await session.request(occasion.method, occasion.params, case="call", timeout=PATIENCE)
        given_up.set()
        await session.barrier()
    finally:
        given_up.set()
        session.profile = usual
    await session.request(driver.revision.control_method, case="late-then")
