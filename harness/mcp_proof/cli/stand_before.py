"""`mcp-proof mock URL` and `mock -- COMMAND`: faults on the bytes of a real server."""

import argparse
import asyncio
from collections.abc import Sequence

from mcp_proof.cli.serve import announced, listening_address
from mcp_proof.cli.stream_faults import stream_faults_of, tell, tell_idle, visible
from mcp_proof.errors import PeerError, UsageError
from mcp_proof_mocks.stream.stdio_relay import CannotStartError, relay_stdio
from mcp_proof_mocks.stream.tcp_relay import plain_http, relayed


def stand_before_command(command: Sequence[str], faults: Sequence[str]) -> int:
    """Stand between a command and our own standard streams until one of them ends.

    Raises:
        PeerError: the command cannot be started.
    """
    shown = visible(stream_faults_of(faults), "stdio")
    try:
        return asyncio.run(relay_stdio(command, shown))
    except CannotStartError as error:
        raise PeerError(
            f"{error}. Check the command after `--`; it is looked up on PATH and runs without a "
            "shell."
        ) from error
    finally:
        tell_idle(shown)


def stand_before_url(options: argparse.Namespace) -> int:
    """Relay to a URL until interrupted.

    Raises:
        UsageError: nobody can stand in front of the URL, or listen at the address.
    """
    try:
        plain_http(options.served)
    except ValueError as error:
        raise UsageError(str(error)) from error
    shown = visible(stream_faults_of(options.fault), "http")
    host, port = listening_address(options)
    relay = relayed(options.served, shown, host=host, port=port, tell=tell)
    try:
        asyncio.run(announced(relay, options))
    finally:
        tell_idle(shown)
    return 0
