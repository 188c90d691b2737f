"""Stimuli about the framing of standard input, and about how a process ends."""

import asyncio
from collections.abc import Sequence
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.exit_grace import exit_grace
from mcp_proof.probe import probe
from mcp_proof.recorder import probe_label
from mcp_proof.sessions.session import Session
from mcp_proof.transports.stdio import StdioConnection
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode

BURST: Final = 5
PIECES: Final = 7
MEBIBYTE: Final = 1 << 20
FILLER: Final = "io.github.mcp-proof/filler"


@probe("stdio-framing", transport="stdio")
async def framing(driver: Driver) -> None:
    """Several lines in one write, one line in several writes, and a line of a mebibyte."""
    method = driver.revision.control_method
    session = await driver.session()
    methods = [*session.lists, *[method] * BURST][:BURST]
    messages = [_message(session, name, f"burst-{i}", "") for i, name in enumerate(methods)]
    whole = b"".join(encode(message) + b"\n" for message in messages)
    await _write(session, messages, [whole], "burst")

    session = await driver.session()
    message = _message(session, method, "split", "é" * PIECES)
    line = json_line(message)
    size = len(line) // PIECES + 1
    pieces = [line[start : start + size] for start in range(0, len(line), size)]
    await _write(session, [message], pieces, "split")

    session = await driver.session()
    message = _message(session, method, "large", "x" * MEBIBYTE)
    await _write(session, [message], [json_line(message)], "large")


@probe("stdio-shutdown", transport="stdio")
async def shutdown(driver: Driver) -> None:
    """Close the input of the main session, which is at rest; send SIGTERM to another process."""
    await asyncio.gather(_close_input(driver), _terminate(driver))


async def _close_input(driver: Driver) -> None:
    session = await driver.session()
    await _stdio(session).shut_down("eof", exit_grace(driver), probe=probe_label("eof"))


async def _terminate(driver: Driver) -> None:
    session = await driver.elsewhere()
    if session.alive and session.server:
        await _stdio(session).shut_down("sigterm", exit_grace(driver), probe=probe_label("sigterm"))


def json_line(message: JsonObject) -> bytes:
    """Return a message as it goes over the pipe."""
    return encode(message) + b"\n"


def _message(session: Session, method: str, request_id: str, filler: str) -> JsonObject:
    given: JsonObject | None = {"_meta": {FILLER: filler}} if filler else None
    return session.envelope(method, given, request_id)


async def _write(
    session: Session, messages: Sequence[JsonObject], pieces: Sequence[bytes], case: str
) -> None:
    sending = _stdio(session).send_in_pieces(
        [encode(message) for message in messages], pieces, probe=probe_label(case)
    )
    await session.answers([message["id"] for message in messages], sending)


def _stdio(session: Session) -> StdioConnection:
    assert isinstance(session.connection, StdioConnection)
    return session.connection
