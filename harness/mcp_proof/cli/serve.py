"""Serving over HTTP until somebody ends it."""

import argparse
import asyncio
import os
import signal
import sys
from contextlib import AbstractAsyncContextManager
from socket import gaierror
from typing import Final

from mcp_proof.errors import UsageError

LOOPBACK: Final = "127.0.0.1"


def listening_address(options: argparse.Namespace) -> tuple[str, int]:
    """Return host and port to listen on; port 0 takes a free one."""
    return options.host or LOOPBACK, options.port or 0


async def announced(
    served: AbstractAsyncContextManager[str],
    options: argparse.Namespace,
    stop: asyncio.Event | None = None,
) -> None:
    """Print the URL, and serve until SIGTERM: what was started must not outlive us.

    Args:
        served: gives the URL.
        options: where to listen.
        stop: ends it as well.

    Raises:
        UsageError: it cannot listen there.
    """
    host, port = listening_address(options)
    stop = stop or asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    try:
        async with served as url:
            sys.stdout.write(f"{url}\n")
            sys.stdout.flush()
            await stop.wait()
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    """Return why, without the address, which asyncio puts before it."""
    if error.errno is None or isinstance(error, gaierror):
        return error.strerror or str(error)
    return os.strerror(error.errno)
