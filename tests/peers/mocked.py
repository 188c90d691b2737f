"""Verify a mock in this process or as a child process (stdio), with faults or without."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from unittest.mock import patch

from mcp_proof.events import RunEvent, RunFinished, VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import (
    AsgiTarget,
    CommandTarget,
    MemoryTarget,
    RedisTarget,
    Target,
    UrlTarget,
    WebSocketTarget,
)
from mcp_proof_contracts.rule import Verdict
from mcp_proof_contracts.transcript import Transcript
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.dialects.queue import serving_queue
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

KEYS = {
    "MCP_PROOF_OTHER_USER": "7c3e9a50d2184b6f",  # of task_users
    "MCP_PROOF_MOCKS_OTHER_USER": "key-of-the-other-user",  # of two_users
}
"""The fixed keys of contracts of the library, by the variables that they name."""
BOUND = 60.0
"""Seconds within which every single verification ends."""


def verified(
    contract: str, transport: str, fault: str | None, options: VerifyOptions
) -> tuple[dict[str, Verdict], Transcript]:
    """Verify; return the verdicts by rule id, and all that was said.

    Args:
        contract: a contract of the library.
        transport: a `TransportName`, "asgi", or the URL of a Redis.
        fault: what breaks the mock.
        options: what to verify, and how.
    """
    events = asyncio.run(_events(contract, transport, fault, options))
    verdicts = [event.verdict for event in events if isinstance(event, VerdictReached)]
    [transcript] = [event.transcript for event in events if isinstance(event, RunFinished)]
    return {verdict.rule.id: verdict for verdict in verdicts}, transcript


async def _events(
    contract: str, transport: str, fault: str | None, options: VerifyOptions
) -> list[RunEvent]:
    async with AsyncExitStack() as stack, asyncio.timeout(BOUND):
        server = MockServer(contract, [fault] if fault else [])
        stack.enter_context(patch.dict(os.environ, _tokens(server)))
        target = await _target(stack, server, [contract, *([fault] if fault else [])], transport)
        return [event async for event in Verification(target, options).events()]


def _tokens(server: MockServer) -> dict[str, str]:
    """The variables that hold the tokens which the contract names: issued here, or as it lists."""
    authorization = server.authorization
    if authorization is None or authorization.contract.scheme != "oauth":
        return {env: KEYS[env] for env in server.contract.verify.tokens.values()}
    scopes = authorization.contract.scopes
    made: dict[str, str] = {
        "other_user": authorization.issue(sub="another user"),
        "little_scope": authorization.issue(scopes),
        "broad_scope": authorization.issue([scope.partition(":")[0] for scope in scopes]),
        "other_audience": authorization.issue(aud="https://another.example/mcp"),
        "expired": authorization.issue(expires_in=-60),
    }
    return {env: made[name] for name, env in server.contract.verify.tokens.items()}


async def _target(
    stack: AsyncExitStack, server: MockServer, arguments: list[str], transport: str
) -> Target:
    if transport == "stdio":
        return CommandTarget([sys.executable, "-m", "mcp_proof_mocks", *arguments])
    if transport == "memory":
        return MemoryTarget(server)
    headers = server.authorization.headers() if server.authorization else {}
    if transport == "asgi":
        return AsgiTarget(asgi_app(server), headers=headers)
    if transport.startswith("redis://"):
        return RedisTarget(await stack.enter_async_context(serving_queue(server, transport)))
    url = await stack.enter_async_context(serving(server))
    if transport == "websocket":
        return WebSocketTarget(url)
    path = "/sse" if transport == "http+sse" else "/mcp"
    return UrlTarget(url.replace("/mcp", path), headers)
