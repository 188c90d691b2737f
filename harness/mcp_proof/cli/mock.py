"""`mcp-proof mock`: serve a contract file."""

import argparse
import asyncio
import json
import sys

from mcp_proof.errors import UsageError
from mcp_proof_contracts.contract_file import ContractError, contract_schema
from mcp_proof_contracts.rule import registry
from mcp_proof_mocks.fault_text import FaultTextError
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stdio_server import serve_stdio

LOOPBACK = "127.0.0.1"


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted, or over stdio until the input ends."""
    if options.schema:
        sys.stdout.write(json.dumps(contract_schema(), indent=2) + "\n")
        return 0
    if options.contract is None:
        raise UsageError("nothing to serve: give a contract file, or the name of a bundled one")
    if options.stdio and (options.port is not None or options.host is not None):
        raise UsageError("--stdio has neither --port nor --host")
    if options.stdio and options.control:
        raise UsageError("--control is an HTTP endpoint on the mock's port: --stdio has none")
    try:
        server = MockServer(options.contract, options.fault)
    except (ContractError, FaultTextError, FileNotFoundError) as error:
        raise UsageError(str(error)) from error
    _warn(server, "stdio" if options.stdio else "http")
    asyncio.run(serve_stdio(server) if options.stdio else _serve(server, options))
    return 0


def _warn(server: MockServer, transport: str) -> None:
    """Say which faults nobody will see: a finding that stays out would puzzle the user."""
    offered = server.contract.revisions
    for fault in (each.fault for each in server.faults):
        rule = registry.get(fault.name)
        shows_over = fault.transport or (rule.transport if rule is not None else None)
        if shows_over not in (None, transport):
            sys.stderr.write(f"mcp-proof mock: {fault.name} shows over {shows_over} only\n")
        elif fault.revision is not None and fault.revision not in offered:
            sys.stderr.write(
                f"mcp-proof mock: {fault.name} shows at {fault.revision} only, "
                "which the contract does not offer\n"
            )


async def _serve(server: MockServer, options: argparse.Namespace) -> None:
    host, port = options.host or LOOPBACK, options.port or 0
    try:
        async with serving(server, host=host, port=port, control=options.control) as url:
            sys.stdout.write(f"{url}\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}") from error
