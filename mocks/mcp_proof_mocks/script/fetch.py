"""A URL that a call fetches on the way to its answer, as a tool does that uses another service."""

from contextvars import ContextVar
from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.loopback import is_loopback
from mcp_proof_mocks.outgoing import NoAnswerError, sent
from mcp_proof_mocks.script.run import Run, UnableError

SECONDS: Final = 5.0
"""How long an answer is waited for."""
presented: Final[ContextVar[str]] = ContextVar("presented", default="")
"""What the client presents in `Authorization`, where the server is to pass that on."""


async def fetch(run: Run, url: Json) -> None:
    """GET a URL of this machine: none other is any business of a mock.

    Raises:
        UnableError: it leads elsewhere, or nothing answers.
    """
    if not isinstance(url, str) or not _is_near(url):
        raise UnableError("The mock fetches nothing from other machines")
    # "MUST NOT pass through the token it received" (Access Token Privilege Restriction).
    credential = presented.get()
    headers = {"Authorization": credential} if credential else {}
    try:
        await run.call.waiting.within(SECONDS, _get(url, headers))
    except (NoAnswerError, TimeoutError) as error:
        raise UnableError(f"Nothing answers at {url}") from error


async def _get(url: str, headers: dict[str, str]) -> None:
    async with sent("GET", url, None, headers) as response:
        await response.aread()


def _is_near(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "http" and is_loopback(parts.hostname or "")
    except ValueError:
        return False
