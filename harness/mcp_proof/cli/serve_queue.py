"""`mcp-proof mock` of a queue: through a Redis that runs already."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.targets.redis import RedisTarget
from mcp_proof_mocks.fault_text import FaultTextError
from mcp_proof_mocks.missing_extra import MissingExtraError
from mcp_proof_mocks.server import MockServer

LOCAL: Final = "redis://localhost:6379/0"


@asynccontextmanager
async def served_queue(server: MockServer, url: str) -> AsyncGenerator[str]:
    """Serve while the block runs; gives the URL of the Redis without its credentials.

    Raises:
        UsageError: the URL or a fault is wrong, or the extra is not installed.
        PeerError: no Redis answers there, or it refuses.
    """
    target = RedisTarget(url)
    try:
        from mcp_proof_mocks.dialects.queue import serving_queue  # noqa: PLC0415  # an extra
        from mcp_proof_mocks.redis_client import NoRedisError  # noqa: PLC0415  # likewise
    except MissingExtraError as error:
        raise UsageError(str(error)) from error
    try:
        async with serving_queue(server, target.url) as shown:
            yield shown
    except FaultTextError as error:
        raise UsageError(str(error)) from error
    except NoRedisError as error:
        raise PeerError(str(error)) from error
