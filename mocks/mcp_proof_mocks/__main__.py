"""Serve a contract over stdio: `python -m mcp_proof_mocks NAME|FILE [FAULT ...]`."""

import asyncio
import sys

from mcp_proof_mocks.fault import faults
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stdio_server import serve_stdio


def main(name: str, *fault_names: str) -> None:
    """Build the server and serve it until its input ends."""
    chosen = [fault for fault in map(faults.get, fault_names) if fault is not None]
    asyncio.run(serve_stdio(MockServer(name, chosen)))


main(*sys.argv[1:])
