"""`mcp-proof mock`: serve a contract file."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from mcp_proof.errors import UsageError
from mcp_proof_contracts.contract_file import ContractError
from mcp_proof_contracts.rule import registry
from mcp_proof_mocks.fault_text import FaultTextError
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.journal import Journal
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stdio_server import serve_stdio

LOOPBACK = "127.0.0.1"


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted, or over stdio until the input ends."""
    if options.stdio and (options.port is not None or options.host is not None):
        raise UsageError("--stdio has neither --port nor --host")
    if options.stdio and options.control:
        raise UsageError("--control is an HTTP endpoint on the mock's port: --stdio has none")
    journal = _journal(options)
    try:
        server = MockServer(options.contract, options.fault, journal=journal)
    except (ContractError, FaultTextError, FileNotFoundError) as error:
        raise UsageError(str(error)) from error
    _warn(server, "stdio" if options.stdio else "http")
    asyncio.run(_serve(server, options))
    return 0


def _journal(options: argparse.Namespace) -> Journal | None:
    if options.journal is None:
        return None
    transport = "stdio" if options.stdio else "http"
    try:
        return Journal(Path(options.journal), peer=options.contract, transport=transport)
    except OSError as error:
        raise UsageError(f"--journal: cannot write {options.journal}: {error.strerror}") from error


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
    if server.contract.pass_through is None and not (options.header or options.header_env):
        await _listen(server, options)
        return
    # Most contracts need no connection, and it takes some time to load.
    from mcp_proof.cli.target import headers_of  # noqa: PLC0415
    from mcp_proof.pass_through import passing_through  # noqa: PLC0415

    async with passing_through(server, headers_of(options)):
        await _listen(server, options)


async def _listen(server: MockServer, options: argparse.Namespace) -> None:
    await (serve_stdio(server) if options.stdio else _serve_http(server, options))


async def _serve_http(server: MockServer, options: argparse.Namespace) -> None:
    """Serve until SIGTERM comes: what a real server has started must not outlive us."""
    host, port = options.host or LOOPBACK, options.port or 0
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    try:
        async with serving(server, host=host, port=port, control=options.control) as url:
            sys.stdout.write(f"{url}\n")
            sys.stdout.flush()
            await stop.wait()
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}") from error
