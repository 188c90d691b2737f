"""Gets the metadata document of a client over HTTP."""

from typing import Final

from mcp_proof_mocks.authorization.uris import is_local
from mcp_proof_mocks.eager import in_task
from mcp_proof_mocks.http.messages import HttpResponse

MAX_DOCUMENT: Final = 5 * 1024
"""Bytes that are read, as draft-ietf-oauth-client-id-metadata-document advises."""
TIMEOUT: Final = 5.0


async def fetch(url: str) -> HttpResponse:
    """Get a document: no redirects, no proxy to this machine, bounded in size and time.

    Raises:
        OSError: there is no answer, or it is too long.
    """
    await in_task()
    import httpx2  # noqa: PLC0415  # slow to import, and only this needs it

    try:
        async with (
            httpx2.AsyncClient(timeout=TIMEOUT, trust_env=not is_local(url)) as client,
            client.stream("GET", url, headers={"Accept": "application/json"}) as response,
        ):
            body = b""
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > MAX_DOCUMENT:
                    raise OSError(f"it is longer than {MAX_DOCUMENT} bytes")
            headers = {name.lower(): value for name, value in response.headers.items()}
            return HttpResponse(status=response.status_code, headers=headers, body=body)
    except httpx2.HTTPError as error:
        raise OSError(str(error) or type(error).__name__) from error
