"""`mcp-proof mock`: serve a contract file, or stand in front of a server."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from mcp_proof.cli.serve import announced, listening_address
from mcp_proof.cli.stream_faults import tell, tell_idle, visible
from mcp_proof.config import BY_NAME, Config
from mcp_proof.config.headers import headers_of
from mcp_proof.errors import UsageError
from mcp_proof_contracts.contract_file import ContractError, contract_schema
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.rule import TransportName, registry
from mcp_proof_mocks.contract_source import find_contract
from mcp_proof_mocks.fault_text import FaultTextError
from mcp_proof_mocks.http.connections import raise_file_limit
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.journal import Journal
from mcp_proof_mocks.loopback import is_loopback
from mcp_proof_mocks.missing_extra import MissingExtraError
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stdio_server import serve_stdio


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted, or over stdio until the input or the command ends.

    Raises:
        UsageError: an option, the contract or a fault is wrong.
        PeerError: a command or a real server cannot be started or reached.
    """
    if options.schema:
        sys.stdout.write(json.dumps(contract_schema(), indent=2) + "\n")
        return 0
    _check(options)
    if not _is_in_front(options):
        return _mock(options)
    from mcp_proof.cli import stand_before  # noqa: PLC0415  # most mocks stand before nobody

    return stand_before.run(options)


def _check(options: argparse.Namespace) -> None:
    """Refuse options that contradict each other."""
    if (options.command is None) == (options.served is None):
        raise UsageError(
            "give one thing to serve: a contract (mcp-proof mock everything), or a server to stand "
            "in front of, by its URL or by its command (mcp-proof mock --stdio -- npx my-server)"
        )
    if options.stdio:
        _leave_out(options, "port", "--stdio has neither --port nor --host")
        _leave_out(options, "host", "--stdio has neither --port nor --host")
        why = "--control is an HTTP endpoint on the mock's port: --stdio has none"
        _leave_out(options, "control", why)
    if options.command is not None and not options.stdio:
        raise UsageError("a command is spoken to over stdio: add --stdio")
    if options.command == ():
        raise UsageError("no command after `--`. Example: mcp-proof mock --stdio -- npx my-server")
    if options.command is None and _is_in_front(options) and options.stdio:
        raise UsageError("a URL is spoken to over HTTP: leave --stdio out, or give a command")
    if _is_in_front(options):
        _check_in_front(options)


def _check_in_front(options: argparse.Namespace) -> None:
    """Refuse options that a relay in front of a server would leave unused."""
    why = "is for a mock; in front of a server"
    _leave_out(options, "journal", f"--journal {why} nothing is kept")
    _leave_out(options, "control", f"--control {why} faults stay as they are")
    for name in ("header", "header-env"):
        _leave_out(options, name, f"--{name} {why} what clients send passes")


def _leave_out(options: argparse.Namespace, name: str, why: str) -> None:
    """Refuse an option that means nothing here; where it is only configured it gives way.

    Raises:
        UsageError: it was given on the command line.
    """
    config: Config = options.settings
    if config.is_typed(name):
        raise UsageError(why)
    setattr(options, BY_NAME[name].attribute, BY_NAME[name].unset)


def _is_in_front(options: argparse.Namespace) -> bool:
    """Whether to stand in front of a server: of a command, or of a URL in place of a contract."""
    return options.command is not None or "://" in options.served


def _mock(options: argparse.Namespace) -> int:
    try:
        dialect = None if options.dialect == "auto" else Dialect(options.dialect)
        journal = Journal(mask=options.mask)
        server = MockServer(options.served, options.fault, dialect=dialect, journal=journal)
    except FaultTextError as error:
        raise options.settings.wrong("fault", str(error)) from error
    except (ContractError, FileNotFoundError, MissingExtraError) as error:
        raise UsageError(str(error)) from error
    transport = _transport(server, options)
    _spare_contract(options)
    if options.no_stream_faults:
        server.stream_faults = []
    server.stream_faults = visible(server.stream_faults, transport, server.contract)
    if options.control and server.stream_faults and not is_loopback(listening_address(options)[0]):
        raise UsageError(
            "--control is for clients on this machine, and behind the relay of stream faults all "
            "look so: leave out --control, the stream faults or --host"
        )
    try:
        if options.stdio and server.stream_faults:
            return _behind_a_relay(server, options)
        _warn(server, transport)
        _tell_credentials(server, transport)
        asyncio.run(_serve(server, options))
    except MissingExtraError as error:
        raise UsageError(str(error)) from error
    finally:
        tell_idle(server.stream_faults)
    return 0


def _transport(server: MockServer, options: argparse.Namespace) -> TransportName:
    """Return what the mock is reached over; refuse the options of the others."""
    if server.contract.dialect is not Dialect.QUEUE:
        _leave_out(options, "redis", "--redis is for a queue; others listen by themselves")
        over: TransportName = (
            "websocket" if server.contract.dialect is Dialect.WEBSOCKET else "http"
        )
        if options.stdio and server.contract.dialect is not Dialect.MCP:
            raise UsageError(
                f"{server.contract.dialect} is not spoken over stdio: leave out --stdio"
            )
        return "stdio" if options.stdio else over
    why = "a queue is served through a Redis, and listens nowhere: leave out --{}"
    for name in ("port", "host", "stdio", "control"):
        _leave_out(options, name, why.format(name))
    return "redis"


def _behind_a_relay(server: MockServer, options: argparse.Namespace) -> int:
    """Serve over stdio as a command of our own, with faults on its bytes."""
    from mcp_proof_mocks.stream.stdio_relay import (  # noqa: PLC0415  # seldom needed
        relay_stdio,
        with_faults,
    )

    if options.header:
        raise UsageError("--header would show among the processes here; use --header-env")
    command = [sys.executable, "-P", "-m", "mcp_proof", "mock", options.served, "--stdio"]
    command += ["--no-stream-faults", *(f"--fault={text}" for text in options.fault)]
    command += [f"--header-env={text}" for text in options.header_env]
    if options.journal is not None:
        command.append(f"--journal={options.journal}")
    return asyncio.run(relay_stdio(command, with_faults(server.stream_faults)))


def _spare_contract(options: argparse.Namespace) -> None:
    """Refuse to write the journal over the contract."""
    if options.journal is None or not (file := Path(options.journal)).exists():
        return
    if file.samefile(find_contract(options.served)):
        raise options.settings.wrong(
            "journal", f"{options.journal} is the contract; name another file"
        )


def _keep_journal(server: MockServer, options: argparse.Namespace) -> None:
    """Open the journal that was asked for, which empties the file."""
    if options.journal is None:
        return
    transport = _transport(server, options)
    try:
        server.journal = Journal(
            Path(options.journal),
            peer=options.served,
            transport=transport,
            dialect=server.contract.dialect,
            mask=server.journal.mask,
        )
    except OSError as error:
        what = f"cannot write {options.journal}: {error.strerror}"
        raise options.settings.wrong("journal", what) from error


def _warn(server: MockServer, transport: str) -> None:
    """Say which faults nobody will see: a finding that stays out would puzzle the user."""
    offered = server.contract.revisions
    for fault in (each.fault for each in server.faults):
        rule = registry.get(fault.name)
        shows_over = fault.transport or (rule.transport if rule is not None else None)
        if shows_over not in (None, transport):
            tell(f"{fault.name} shows over {shows_over} only")
        elif fault.revision is not None and fault.revision not in offered:
            tell(f"{fault.name} shows at {fault.revision} only, which the contract does not offer")


def _tell_credentials(server: MockServer, transport: TransportName) -> None:
    """Say what a request must present where it was made at the start and is known to nobody."""
    contract = server.contract.authorization
    if server.authorization is None or contract is None:
        return
    if transport != "http":
        tell(f"`authorization` holds over HTTP only; over {transport} everybody may call")
    elif contract.scheme != "oauth" and not (contract.keys or contract.secret):
        for name, value in server.authorization.headers().items():
            tell(f"requests may pass with the header {name}: {value}")


async def _serve(server: MockServer, options: argparse.Namespace) -> None:
    if server.contract.pass_through is None and not (options.header or options.header_env):
        await _listen(server, options)
        return
    from mcp_proof.pass_through import passing_through  # noqa: PLC0415  # slow to load, seldom needed

    async with passing_through(server, headers_of(options.settings), tell):
        await _listen(server, options)


async def _listen(server: MockServer, options: argparse.Namespace) -> None:
    if options.stdio:
        _keep_journal(server, options)
        await serve_stdio(server)
        return
    raise_file_limit()
    await announced(_serving(server, options), options)


@asynccontextmanager
async def _serving(server: MockServer, options: argparse.Namespace) -> AsyncGenerator[str]:
    async with _served(server, options) as url:
        # Not before the port is ours: the mock that has it may be writing to the same file.
        _keep_journal(server, options)
        yield url


def _served(server: MockServer, options: argparse.Namespace) -> AbstractAsyncContextManager[str]:
    host, port = listening_address(options)
    if server.contract.dialect is not Dialect.QUEUE:
        return serving(server, host=host, port=port, control=options.control)
    from mcp_proof.cli.serve_queue import LOCAL, served_queue  # noqa: PLC0415  # few are queues

    return served_queue(server, options.redis or LOCAL)
