"""What the mock client does where the server does not speak its version, or not its era."""

import time
from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND, STATELESS_ERA, UNSUPPORTED_VERSION
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import Message, as_list, message
from mcp_proof_mocks.client.failure import FailureError, RefusedError, SilenceError, StatusError

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

PROBE: Final = 8.0
"""Seconds that it waits for the first answer of all; a process has to start within."""
AGAIN: Final = 0.4
"""Seconds that it waits at least for the first answer of a further connection."""
MANY: Final = 10
"""How many times as long as the first time that may take."""


class Probing:
    """How long a client waits for the first answer of a connection: by how long it took before."""

    def __init__(self) -> None:
        self.seconds = PROBE
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        took = time.monotonic() - self._began
        self.seconds = min(PROBE, max(AGAIN, MANY * took))


def speaks_earlier(client: "MockClient", failure: FailureError) -> bool:
    """Whether the answer to the first request is one of an earlier server.

    Over stdio: any error but a modern one, or none (transports/stdio, Backward Compatibility).
    Over HTTP: a status 4xx with no modern error (streamable-http, Backward Compatibility).
    """
    if isinstance(failure, RefusedError):
        if failure.code in STATELESS_ERA:
            return not client.keeps("client-no-fallback-on-modern-error")
        known = failure.code == METHOD_NOT_FOUND
        return known or client.keeps("client-fallback-not-code-keyed")
    silent = isinstance(failure, SilenceError) and client.channel_kind == "stdio"
    legacy = silent or isinstance(failure, StatusError)
    return legacy and client.keeps("client-fallback-on-legacy-answer")


async def asked_at_a_version(
    client: "MockClient", method: str, params: JsonObject, seconds: float | None
) -> Message:
    """Ask for something, once more where the server names the client's version as its own.

    Raises:
        FailureError: no result came (versioning, Protocol Version Negotiation).
    """
    try:
        return await client.exchange(method, client.era.complete(method, params), seconds)
    except RefusedError as refusal:
        if refusal.code != UNSUPPORTED_VERSION:
            raise
        if not client.keeps("version-client-retries-supported"):
            return message({"jsonrpc": "2.0", "id": 0, "result": {}})
        if client.revision not in as_list(refusal.data.get("supported")):
            raise
    return await client.exchange(method, client.era.complete(method, params), seconds)
