"""Serve a contract over stdio: `python -m mcp_proof_mocks NAME|FILE [FAULT ...]`."""

import asyncio
import sys

from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stdio_server import serve_stdio


def main(name: str, *fault_texts: str) -> None:
    """Build the server and serve it until its input ends."""
    asyncio.run(serve_stdio(MockServer(name, fault_texts)))


main(*sys.argv[1:])
