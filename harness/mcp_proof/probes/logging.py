"""Stimuli about log messages: levels, and requests that log."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.listening import listening
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.headers import META_LOG_LEVEL
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.log_messages import LEVELS, SET_LEVEL
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.wire import as_object

USUAL: Final = "info"
"""The level that is left behind."""
UNKNOWN: Final = "loud"


@probe("log-levels", until=LATEST_STATEFUL)
async def log_levels(driver: Driver) -> None:
    """Every level once."""
    session = await driver.session()
    if "logging" in session.capabilities:
        for level in (*(each for each in LEVELS if each != USUAL), USUAL):
            await session.request(SET_LEVEL, {"level": level})


@probe("log-threshold", until=LATEST_STATEFUL)
async def log_threshold(driver: Driver) -> None:
    """A request that logs, when all is wanted, and when next to nothing is."""
    occasion, session = driver.occasion("logging"), await driver.session()
    if occasion is None or "logging" not in session.capabilities:
        return
    for case, level in (("all", LEVELS[0]), ("few", LEVELS[-1])):
        await session.request(SET_LEVEL, {"level": level}, case=case)
        await session.barrier()
        await session.call(occasion.method, occasion.params, case=case)
    await session.request(SET_LEVEL, {"level": USUAL}, case="end")


@probe("invalid-log-level")
async def invalid_log_level(driver: Driver) -> None:
    """A level that does not exist."""
    session = await driver.session()
    if "logging" not in session.capabilities:
        return
    if not driver.stateless:
        await session.request(SET_LEVEL, {"level": UNKNOWN})
        return
    method = next(iter(session.lists), "server/discover")
    await session.request(method, {"_meta": {META_LOG_LEVEL: UNKNOWN}})


@probe("request-scoped", since=Revision.R2026_07_28)
async def request_scoped(driver: Driver) -> None:
    """Requests that log, and that report progress, while a subscription is open besides."""
    session = await driver.session()
    logging, progress = driver.occasion("logging"), driver.occasion("progress")
    if logging is None and progress is None:
        return
    async with _beside_a_subscription(session):
        if logging is not None:
            for case, level in (("all", LEVELS[0]), ("few", LEVELS[-1])):
                await _use(session, logging, {META_LOG_LEVEL: level}, case)
            await _use(session, logging, {}, "none")
        if progress is not None:
            await _use(session, progress, {"progressToken": "request-scoped"}, "progress")
        await session.barrier()


async def _use(session: Session, occasion: Occasion, meta: JsonObject, case: str) -> None:
    await session.call(occasion.method, {**occasion.params, "_meta": meta}, case=case)


@asynccontextmanager
async def _beside_a_subscription(session: Session) -> AsyncGenerator[None]:
    """Listen to changes of lists, where the server tells of any."""
    wanted: dict[str, Json] = {
        f"{capability}ListChanged": True
        for capability, _, _ in LISTS
        if as_object(session.capabilities.get(capability)).get("listChanged") is True
    }
    if not wanted:
        yield
        return
    async with listening(session, wanted):
        yield
