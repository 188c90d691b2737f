"""A real Redis on a free loopback port, which keeps nothing."""

import os
import select
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

REQUIRED = "MCP_PROOF_REDIS_REQUIRED"
"""Where this is set no test is skipped for want of a Redis."""
COMMAND = shutil.which("redis-server")
PATIENCE = 20.0
"""Seconds within which it listens, and in which it ends."""
TRIES = 5
READY = b"Ready to accept connections"

MISSING = "there is no redis-server; install it, as `apt-get install redis-server` does"


@contextmanager
def running_redis(port: int | None = None) -> Iterator[str]:
    """Run one while the block does, at this port or a free one; gives its URL."""
    assert COMMAND is not None, MISSING
    with tempfile.TemporaryDirectory() as folder:
        process, port = _started(COMMAND, folder, port)
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            try:
                process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


def _started(command: str, folder: str, wanted: int | None) -> tuple[subprocess.Popen[bytes], int]:
    """Start it; somebody may take the port that was free a moment ago, so this is tried again."""
    for _ in range(TRIES):
        port = wanted or _free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        options += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        process = subprocess.Popen(
            [command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if _is_ready(process):
            return process, port
        process.kill()
        process.communicate()
    raise AssertionError(f"redis-server does not listen, {TRIES} times")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _is_ready(process: subprocess.Popen[bytes]) -> bool:
    assert process.stdout is not None
    said = b""
    while READY not in said:
        readable, _, _ = select.select([process.stdout], [], [], PATIENCE)
        piece = os.read(process.stdout.fileno(), 1 << 16) if readable else b""
        if not piece:
            return False
        said += piece
    return True
