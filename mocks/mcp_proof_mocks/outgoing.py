"""Requests that the mock itself sends: to webhooks, callbacks and the servers behind a gateway."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mcp_proof_mocks.eager import in_task

if TYPE_CHECKING:
    import httpx2

JSON: Final[Mapping[str, str]] = {"Content-Type": "application/json"}
NONE: Final[Mapping[str, str]] = {}


class NoAnswerError(Exception):
    """Nothing comes from a URL, or nothing can be sent there."""


@asynccontextmanager
async def sent(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    proxied: bool = False,
) -> "AsyncGenerator[httpx2.Response]":
    """Send a request; gives the response with its body yet to come, which may take for ever.

    Raises:
        NoAnswerError: also of what the block reads.
    """
    await in_task()
    import httpx2  # noqa: PLC0415  # slow to import, and few mocks need it

    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is none; no client foresees that
        verify = _certificates() if parts.scheme == "https" else False
        async with (
            httpx2.AsyncClient(timeout=None, trust_env=proxied, verify=verify) as client,
            client.stream(method, url, content=body, headers=headers) as response,
        ):
            yield response
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise NoAnswerError(str(error) or type(error).__name__) from error


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str] = NONE,
    *,
    seconds: float,
    proxied: bool = False,
) -> int:
    """POST JSON; return the status of the response.

    Raises:
        NoAnswerError: also when it has not ended within `seconds`.
    """
    try:
        async with (
            asyncio.timeout(seconds),
            sent("POST", url, body, {**JSON, **headers}, proxied=proxied) as response,
        ):
            async for _ in response.aiter_raw():
                pass  # nobody is to find the connection closed before all is said
            return response.status_code
    except TimeoutError as error:
        raise NoAnswerError("no answer in time") from error


@cache
def _certificates() -> ssl.SSLContext:
    """Those that are trusted, loaded once: that takes longer than most requests."""
    import httpx2  # noqa: PLC0415  # see above

    return httpx2.create_ssl_context()
