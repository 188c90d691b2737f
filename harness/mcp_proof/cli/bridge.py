"""`mcp-proof bridge`: serve the tools of a server as an OpenAPI application."""

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

from mcp_proof.approach import approach
from mcp_proof.bridge.bridge import Bridge
from mcp_proof.bridge.serving import serving_bridge
from mcp_proof.cli.serve import announced, listening_address
from mcp_proof.config import Config
from mcp_proof.configured_options import configured_options
from mcp_proof.errors import InternalError, PeerError, UsageError
from mcp_proof.recorder import Recorder
from mcp_proof.runner import VerifyOptions
from mcp_proof.targets import CassetteTarget, Target, header_of
from mcp_proof.targets.configured import configured_targets
from mcp_proof_contracts.excerpt import printable_lines
from mcp_proof_contracts.openapi.tools import DOCUMENT
from mcp_proof_contracts.revision import published
from mcp_proof_mocks.http.connections import raise_file_limit


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted.

    Raises:
        UsageError: an option is wrong.
        PeerError: the server cannot be started or reached, or lists no tool.
    """
    config: Config = options.settings
    target = _target(config)
    chosen = configured_options(config, published(config.text("revision")))
    faults: list[str] = []
    raise_file_limit()
    try:
        asyncio.run(announced(_served(target, chosen, faults, options), options))
    finally:
        sys.stderr.writelines(printable_lines(fault) for fault in faults)
    if faults:
        raise InternalError("the faults above are of mcp-proof itself, not of the server")
    return 0


def _target(config: Config) -> Target:
    if config.text("revision") == "all":
        raise config.wrong("revision", "a bridge speaks one: name it, or leave it at auto")
    targets = configured_targets(config)
    if len(targets) > 1:
        raise config.wrong("config", "it has several servers: choose one with --server")
    if isinstance(targets[0], CassetteTarget):
        raise config.wrong("url", f"{targets[0].label} is a recording: nothing in it can be called")
    return targets[0]


@asynccontextmanager
async def _served(
    target: Target, chosen: VerifyOptions, faults: list[str], options: argparse.Namespace
) -> AsyncGenerator[str]:
    host, port = listening_address(options)
    async with AsyncExitStack() as stack:
        reachable = await stack.enter_async_context(target.started())
        recorder = Recorder(header_of(target), secrets=target.secrets, mask=options.mask)
        recorder.faults = faults
        server = await approach(reachable, recorder, chosen.spoken, chosen.timeout)
        stack.push_async_callback(server.close)
        server.allowed = frozenset(chosen.tools)
        everything = bool(options.allow_destructive)
        bridge = await Bridge.over(server, chosen.timeout, allow_all=everything)
        _tell(bridge, target, chosen)
        yield await stack.enter_async_context(serving_bridge(bridge, faults, host=host, port=port))


def _tell(bridge: Bridge, target: Target, chosen: VerifyOptions) -> None:
    """Say which tools are not served.

    Raises:
        UsageError: a tool is allowed that the server does not have.
        PeerError: there is none that could be served.
    """
    unknown = [name for name in chosen.tools if name not in bridge.listed]
    if unknown:
        names = ", ".join(bridge.listed) or "none"
        raise UsageError(f"--tool {unknown[0]}: the server lists no such tool; it has {names}")
    told = list(_left_out(bridge))
    if not bridge.offered:
        why = "\n".join(told) or "it lists none"
        raise PeerError(f"{target.label} has no tool that may be called:\n{why}")
    if told:
        text = "\n".join((f"mcp-proof: not in {DOCUMENT}:", *told, ""))
        sys.stderr.write(printable_lines(text))


def _left_out(bridge: Bridge) -> Iterator[str]:
    """Yield which tools are not served, by the reasons why."""
    for reason in dict.fromkeys(bridge.left_out.values()):
        names = [name for name, why in bridge.left_out.items() if why == reason]
        yield f"{', '.join(names)}: {reason}"
