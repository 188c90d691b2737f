"""`mcp-proof mock URL` and `mock -- COMMAND`: faults on the bytes of a real server."""

import argparse
import asyncio

from mcp_proof.cli.serve import announced, listening_address
from mcp_proof.cli.stream_faults import stream_faults_of, tell, tell_idle, visible
from mcp_proof.errors import PeerError, UsageError
from mcp_proof_mocks.stream.stdio_relay import CannotStartError, relay_stdio, with_faults
from mcp_proof_mocks.stream.tcp_relay import plain_http, relayed


def run(options: argparse.Namespace) -> int:
    """Relay until interrupted, or to a command until it or the input ends.

    Raises:
        UsageError: a fault is wrong, or nobody can stand in front of the URL.
        PeerError: the command cannot be started.
    """
    if options.command is None:
        return _before_url(options)
    return _before_command(options)


def _before_command(options: argparse.Namespace) -> int:
    shown = visible(stream_faults_of(options.settings), "stdio")
    try:
        return asyncio.run(relay_stdio(options.command, with_faults(shown)))
    except CannotStartError as error:
        raise PeerError(
            f"{error}. Check the command after `--`; it is looked up on PATH and runs without a "
            "shell."
        ) from error
    finally:
        tell_idle(shown)


def _before_url(options: argparse.Namespace) -> int:
    try:
        plain_http(options.served)
    except ValueError as error:
        raise UsageError(str(error)) from error
    shown = visible(stream_faults_of(options.settings), "http")
    host, port = listening_address(options)
    relay = relayed(options.served, shown, host=host, port=port, tell=tell)
    try:
        asyncio.run(announced(relay, options))
    finally:
        tell_idle(shown)
    return 0
