"""`mcp-proof record`: stand between a client and a server, and keep all that passes."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from mcp_proof.cli.serve import announced, listening_address
from mcp_proof.config import Config
from mcp_proof.configured_redaction import configured_redaction
from mcp_proof.errors import McpProofError, PeerError, UsageError
from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof.record.ending import told
from mcp_proof.record.live_judge import LiveJudge
from mcp_proof.record.recording import Place, record_command, recording_url
from mcp_proof.targets import (
    CassetteTarget,
    CommandTarget,
    RedisTarget,
    Target,
    UrlTarget,
    header_of,
)
from mcp_proof.targets.configured import configured_targets
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.transcript import Transcript
from mcp_proof_mocks.http.connections import raise_file_limit
from mcp_proof_mocks.stream.connection import CutShort
from mcp_proof_mocks.stream.stdio_relay import CannotStartError


def run(options: argparse.Namespace) -> int:
    """Record until the client or the server ends it, or somebody else does.

    Raises:
        UsageError: an option is wrong, or the file cannot be written.
        PeerError: the server cannot be started.
    """
    target = _target(options.settings)
    _refuse_senseless(options.settings, target)
    cassette = _cassette(options, target)
    judge = LiveJudge(cassette, tell) if options.check else None
    judged = 0
    try:
        code = asyncio.run(_recorded(options, target, cassette, judge))
    except McpProofError:
        if cassette.discarded():  # or the next try would be refused
            judge = None
        raise
    finally:
        cassette.close()
        if judge is not None:
            judged = judge.finish()
    return told(cassette, code or judged)


def _target(config: Config) -> Target:
    targets = configured_targets(config, any_side=True)
    if len(targets) > 1:
        raise config.wrong("config", "it has several servers: choose one with --server")
    return targets[0]


def _refuse_senseless(config: Config, target: Target) -> None:
    """Refuse options that say where to listen, or what is spoken, to those who do not listen."""
    if not isinstance(target, CassetteTarget | CommandTarget):
        return
    for name in ("host", "port", "dialect"):
        if config.is_typed(name):
            what = "a command" if isinstance(target, CommandTarget) else "a recording"
            raise config.wrong(name, f"it has no meaning for {what}, only for a URL")


def _cassette(options: argparse.Namespace, target: Target) -> CassetteWriter:
    if not options.output:
        raise UsageError("say where it is written: mcp-proof record -o FILE TARGET")
    options.mask.hide(target.secrets.values)
    redaction = configured_redaction(options.settings, options.mask)
    given = frozenset(name.lower() for name in target.secrets.headers)
    header = target.transcript.header if isinstance(target, CassetteTarget) else header_of(target)
    return CassetteWriter(Path(options.output), header, redaction, given=given)


async def _recorded(
    options: argparse.Namespace, target: Target, cassette: CassetteWriter, judge: LiveJudge | None
) -> int:
    if isinstance(target, CassetteTarget):
        return _taken_over(target.transcript, cassette)
    watching = asyncio.create_task(judge.watch()) if judge is not None else None
    try:
        async with target.started() as reachable:
            if isinstance(reachable, CommandTarget):
                return await _command(cassette, reachable)
            if isinstance(reachable, UrlTarget):
                return await _url(options, cassette, reachable.url, reachable.headers)
            if isinstance(reachable, RedisTarget):
                return await _url(options, cassette, reachable.url, {})
    finally:
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
    raise UsageError(
        f"nobody can stand in front of {target.label}: give a URL, or a command after `--`"
    )


def _taken_over(transcript: Transcript, cassette: CassetteWriter) -> int:
    """Keep what another recording holds, of this tool or of another."""
    for event in transcript.events:
        cassette.take(event)
    with suppress(CutShort):  # what ended it is in `cassette.failure`
        cassette.flush()
    return 0


async def _command(cassette: CassetteWriter, target: CommandTarget) -> int:
    env = {**os.environ, **target.env} if target.env else None
    try:
        return await record_command(cassette, target.command, env=env, cwd=target.cwd)
    except CannotStartError as error:
        raise PeerError(
            f"{error}. Check the command after `--`; it is looked up on PATH and runs without a "
            "shell."
        ) from error


async def _url(
    options: argparse.Namespace, cassette: CassetteWriter, url: str, headers: Mapping[str, str]
) -> int:
    host, port = listening_address(options)
    raise_file_limit()
    served = recording_url(
        cassette,
        url,
        Place(host=host, port=port),
        headers=headers,
        dialect=None if options.dialect == "auto" else Dialect(options.dialect),
        tell=tell,
    )
    stop = asyncio.Event()
    cassette.failed = stop.set
    # Ctrl-C is how such a recording ends, so what was judged is told.
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    await announced(served, options, stop)
    return 0


def tell(text: str) -> None:
    """Say something beside what is served."""
    sys.stderr.write(f"mcp-proof record: {text}\n")
