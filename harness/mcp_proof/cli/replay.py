"""`mcp-proof replay`: serve a cassette, and record what it lacks where that is wanted."""

import argparse
import asyncio
import math
import sys
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final

from mcp_proof.cli.serve import announced, listening_address
from mcp_proof.config import Config
from mcp_proof.configured_redaction import configured_redaction
from mcp_proof.errors import UsageError
from mcp_proof.replay import Misses, Mode, Replay, replaying
from mcp_proof.targets import CassetteTarget, Target
from mcp_proof.targets.configured import configured_targets
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_mocks.http.connections import raise_file_limit
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.missing_extra import MissingExtraError
from mcp_proof_mocks.replay.lines import CassetteError
from mcp_proof_mocks.replay.pace import AS_RECORDED, AT_ONCE, Pace
from mcp_proof_mocks.replay.tape import Order
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stdio_server import serve_stdio

NAMED: Final = {"zero": AT_ONCE, "recorded": AS_RECORDED}
SLOWEST: Final = 1000.0
"""Times the recorded time: more is nothing that anybody waits for."""


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted, or over stdio until the input ends.

    Raises:
        UsageError: an option or the cassette is wrong.
        PeerError: the real server cannot be started or reached.
    """
    if options.recording is None:
        raise UsageError("no cassette. Example: mcp-proof replay session.ndjson")
    if options.stdio and (options.settings.is_typed("port") or options.settings.is_typed("host")):
        raise UsageError("--stdio has neither --port nor --host")
    mode = Mode(options.mode or Mode.NONE)
    replay = Replay(
        file=Path(options.recording),
        mode=mode,
        target=_target(options.settings, mode),
        order=Order(options.order or Order.FREE),
        pace=_pace(options.settings),
        redaction=configured_redaction(options.settings, options.mask),
    )
    try:
        asyncio.run(_serve(replay, options))
    except MissingExtraError as error:
        raise UsageError(str(error)) from error
    except CassetteError as error:
        raise UsageError(f"{replay.file}: {error}") from error
    return 0


def _target(config: Config, mode: Mode) -> Target | None:
    """Return the real server.

    Raises:
        UsageError: there is one for nothing, or it is a recording.
    """
    if not (config.is_typed("url") or config.is_typed("command")):
        return None
    if mode is Mode.NONE:
        raise UsageError(
            "in mode none the cassette alone answers: leave out the server, or choose --mode once, "
            "new or all"
        )
    [target] = configured_targets(config)
    if isinstance(target, CassetteTarget):
        raise config.wrong("url", f"{target.label} is a recording itself: nothing can be asked")
    return target


def _pace(config: Config) -> Pace:
    text = config.text("timing") or "zero"
    if text in NAMED:
        return NAMED[text]
    try:
        factor = float(text)
    except ValueError:
        factor = math.nan
    if not 0 <= factor <= SLOWEST:
        raise config.wrong(
            "timing", f"expected zero, recorded or a factor up to {SLOWEST:.0f}, got {text!r}"
        )
    return Pace(factor)


async def _serve(replay: Replay, options: argparse.Namespace) -> None:
    if options.stdio:
        async with _replaying(replay, options) as server:
            if server.contract.dialect is not Dialect.MCP:
                raise UsageError(f"{server.contract.dialect} is not spoken over stdio")
            await serve_stdio(server)
        return
    raise_file_limit()
    await announced(_served(replay, options), options)


@asynccontextmanager
async def _replaying(replay: Replay, options: argparse.Namespace) -> AsyncGenerator[MockServer]:
    misses = Misses(lambda line: _tell(options.mask(line)))
    try:
        async with replaying(replay, _tell) as server:
            server.heed = misses
            yield server
    finally:
        misses.close()


@asynccontextmanager
async def _served(replay: Replay, options: argparse.Namespace) -> AsyncGenerator[str]:
    async with (
        _replaying(replay, options) as server,
        _shell(server, options) as url,
    ):
        yield url


def _shell(server: MockServer, options: argparse.Namespace) -> AbstractAsyncContextManager[str]:
    if server.contract.dialect is not Dialect.QUEUE:
        host, port = listening_address(options)
        return serving(server, host=host, port=port)
    from mcp_proof.cli.serve_queue import LOCAL, served_queue  # noqa: PLC0415  # few are queues

    return served_queue(server, options.redis or LOCAL)


def _tell(text: str) -> None:
    sys.stderr.write(f"mcp-proof replay: {text}\n")
