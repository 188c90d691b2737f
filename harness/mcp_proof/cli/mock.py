"""`mcp-proof mock`: serve a contract file, or stand in front of a server, with faults."""

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from mcp_proof.cli.stream_faults import refuse_others, tell, tell_idle, told_apart, visible
from mcp_proof.errors import PeerError, UsageError
from mcp_proof_contracts.contract import ContractError
from mcp_proof_contracts.rule import TransportName, registry
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_mocks.fault import Fault, faults
from mcp_proof_mocks.http.server import EVERYWHERE, serving
from mcp_proof_mocks.server import MockServer, find_contract, mock_server
from mcp_proof_mocks.stdio_server import serve_stdio
from mcp_proof_mocks.stream.choice import ChosenFault
from mcp_proof_mocks.stream.stdio_relay import CannotStartError, relay_stdio
from mcp_proof_mocks.stream.stream_fault import stream_faults
from mcp_proof_mocks.stream.tcp_relay import plain_http, relayed

LOOPBACK = "127.0.0.1"


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted, or over stdio until the input or the command ends.

    Raises:
        UsageError: an option, the contract or a fault is wrong.
        PeerError: the command cannot be started.
    """
    _check(options)
    chosen, others = told_apart(options.fault)
    if options.command is not None:
        refuse_others(others)
        return _stand_before_command(options.command, chosen)
    if _is_url(options.served):
        refuse_others(others)
        return _stand_before_url(options, chosen)
    return _mock(options, chosen, others)


def _check(options: argparse.Namespace) -> None:
    """Refuse options that contradict each other."""
    if (options.command is None) == (options.served is None):
        raise UsageError(
            "give one thing to serve: a contract (mcp-proof mock everything), or a server to stand "
            "in front of, by its URL or by its command (mcp-proof mock --stdio -- npx my-server)"
        )
    if options.stdio and (options.port is not None or options.host is not None):
        raise UsageError("--stdio has neither --port nor --host")
    if options.command is not None and not options.stdio:
        raise UsageError("a command is spoken to over stdio: add --stdio")
    if options.command == []:
        raise UsageError("no command after `--`. Example: mcp-proof mock --stdio -- npx my-server")
    if options.served is not None and _is_url(options.served) and options.stdio:
        raise UsageError("a URL is spoken to over HTTP: leave --stdio out, or give a command")


def _is_url(served: str) -> bool:
    return "://" in served


def _stand_before_command(command: Sequence[str], chosen: Sequence[ChosenFault]) -> int:
    shown = visible(chosen, "stdio")
    try:
        return asyncio.run(relay_stdio(command, shown))
    except CannotStartError as error:
        raise PeerError(
            f"{error}. Check the command after `--`; it is looked up on PATH and runs without a "
            "shell."
        ) from error
    finally:
        tell_idle(shown)


def _stand_before_url(options: argparse.Namespace, chosen: Sequence[ChosenFault]) -> int:
    try:
        plain_http(options.served)
    except ValueError as error:
        raise UsageError(str(error)) from error
    shown = visible(chosen, "http")
    host, port = _address(options)
    try:
        _serve(relayed(options.served, shown, host=host, port=port, tell=tell), options)
    finally:
        tell_idle(shown)
    return 0


def _mock(options: argparse.Namespace, chosen: Sequence[ChosenFault], others: list[str]) -> int:
    try:
        server = mock_server(find_contract(options.served), [_fault(name) for name in others])
    except (ContractError, FileNotFoundError) as error:
        raise UsageError(str(error)) from error
    transport: TransportName = "stdio" if options.stdio else "http"
    shown = visible(chosen, transport, server.contract)
    if not (options.stdio and shown):  # then the mock behind the relay says so itself
        _warn(server, transport)
    try:
        if not options.stdio:
            _serve(_listening(server, shown, *_address(options)), options)
        elif shown:
            return asyncio.run(relay_stdio(_itself(options.served, others), shown))
        else:
            asyncio.run(serve_stdio(server))
    finally:
        tell_idle(shown)
    return 0


def _itself(contract: str, others: Sequence[str]) -> list[str]:
    """The command that serves a contract over stdio with other faults than those of the bytes."""
    command = [sys.executable, "-P", "-m", "mcp_proof", "mock", contract, "--stdio"]
    return command + [f"--fault={text}" for text in others]


def _warn(server: MockServer, transport: str) -> None:
    """Say which faults nobody will see: a finding that stays out would puzzle the user."""
    offered = server.contract.revisions
    for fault in server.faults:
        rule = registry.get(fault.name)
        shows_over = fault.transport or (rule.transport if rule is not None else None)
        if shows_over not in (None, transport):
            tell(f"{fault.name} shows over {shows_over} only")
        elif fault.revision is not None and fault.revision not in offered:
            tell(f"{fault.name} shows at {fault.revision} only, which the contract does not offer")


@asynccontextmanager
async def _listening(
    server: MockServer, chosen: Sequence[ChosenFault], host: str, port: int
) -> AsyncGenerator[str]:
    """Serve the mock; with faults on its bytes on a free port, behind a relay on the given one."""
    if not chosen:
        async with serving(server, host=host, port=port) as url:
            yield url
        return
    if not server.keeps("sec-bind-localhost"):
        host = EVERYWHERE
    async with (
        serving(server) as inner,
        relayed(inner, chosen, host=host, port=port, tell=tell) as url,
    ):
        yield url


def _serve(served: AbstractAsyncContextManager[str], options: argparse.Namespace) -> None:
    """Print the URL, and serve until interrupted."""
    asyncio.run(_announced(served, options))


async def _announced(served: AbstractAsyncContextManager[str], options: argparse.Namespace) -> None:
    host, port = _address(options)
    try:
        async with served as url:
            sys.stdout.write(f"{url}\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}") from error


def _address(options: argparse.Namespace) -> tuple[str, int]:
    return options.host or LOOPBACK, options.port or 0


def _fault(name: str) -> Fault:
    fault = faults.get(name)
    if fault is None:
        streams = [kind.name for kind in stream_faults]
        hint = did_you_mean(name, [*(known.name for known in faults), *streams])
        raise UsageError(
            f"there is no fault {name!r}.{hint} A fault is named after the rule that it breaks "
            f"(`mcp-proof rules` lists them), or disturbs the bytes: {', '.join(streams)}."
        )
    return fault
