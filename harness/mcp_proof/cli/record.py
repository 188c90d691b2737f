"""`mcp-proof record`: stand between a client and a server, and keep all that passes."""

import argparse
import asyncio
import os
from pathlib import Path

from mcp_proof.config import Config
from mcp_proof.errors import PeerError, UsageError
from mcp_proof.record.cassette import Cassette
from mcp_proof.record.ending import told
from mcp_proof.record.recording import record_command
from mcp_proof.targets.command import CommandTarget
from mcp_proof.targets.configured import configured_targets
from mcp_proof.targets.target import Target, header_of
from mcp_proof_contracts.redaction import Redaction
from mcp_proof_contracts.redaction_rule import RedactionRule, redaction_rule
from mcp_proof_mocks.stream.stdio_relay import CannotStartError


def run(options: argparse.Namespace) -> int:
    """Record until the client or the server ends it, or somebody else does.

    Raises:
        UsageError: an option is wrong, or the file cannot be written.
        PeerError: a command cannot be started.
    """
    config: Config = options.settings
    target = _target(config)
    cassette = _cassette(options, target)
    try:
        if isinstance(target, CommandTarget):
            return told(cassette, _command(cassette, target))
    finally:
        cassette.close()
    raise UsageError("later")


def _target(config: Config) -> Target:
    targets = configured_targets(config)
    if len(targets) > 1:
        raise config.wrong("config", "it has several servers: choose one with --server")
    return targets[0]


def _cassette(options: argparse.Namespace, target: Target) -> Cassette:
    if not options.output:
        raise UsageError("say where it is written: mcp-proof record -o FILE TARGET")
    options.mask.hide(target.secrets.values)
    redaction = Redaction(mask=options.mask, rules=_rules(options.settings), strict=options.strict)
    given = frozenset(name.lower() for name in target.secrets.headers)
    return Cassette(Path(options.output), header_of(target), redaction, given=given)


def _rules(config: Config) -> list[RedactionRule]:
    try:
        return [redaction_rule(text) for text in config.texts("redact")]
    except ValueError as error:
        raise config.wrong("redact", str(error)) from error


def _command(cassette: Cassette, target: CommandTarget) -> int:
    env = {**os.environ, **target.env} if target.env else None
    try:
        return asyncio.run(record_command(cassette, target.command, env=env, cwd=target.cwd))
    except CannotStartError as error:
        raise PeerError(
            f"{error}. Check the command after `--`; it is looked up on PATH and runs without a "
            "shell."
        ) from error
