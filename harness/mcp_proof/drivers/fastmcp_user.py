"""What the drivers of fastmcp and of pydantic-ai, which is built on it, have in common."""

from typing import Any

from driving import ASKED
from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import SSETransport, StdioTransport, StreamableHttpTransport
from pydantic_core import to_jsonable_python

USER = ASKED["user"]


def transport() -> Any:  # noqa: ANN401  # one of three kinds
    """Return the way to the mock."""
    if ASKED["server"]:
        program, *arguments = ASKED["server"]
        return StdioTransport(program, arguments, keep_alive=False)
    url = ASKED["url"]
    return SSETransport(url) if url.endswith("/sse") else StreamableHttpTransport(url)


async def elicit(*_asked: object) -> object:
    """Answer as the user: fastmcp takes the content of what is accepted."""
    said = USER["elicitation"]
    return ElicitResult(action=said["action"], content=said.get("content"))


async def sample(*_asked: object) -> str:
    """Answer as the model: fastmcp takes the text."""
    return str(USER["sampling"]["content"]["text"])


async def roots(_context: object) -> list[str]:
    """Say which roots there are."""
    if USER["roots"] == "fail":
        raise RuntimeError("the roots cannot be listed")
    return [root["uri"] for root in USER["roots"]]


async def hear(_progress: float, _total: float | None, _message: str | None) -> None:
    """Hear how far a call is."""


def handlers() -> dict[str, Any]:
    """Return what answers the server, for what is to be declared."""
    declared = {name.partition(".")[0] for name in ASKED["declares"]}
    given = {
        "elicitation": ("elicitation_handler", elicit),
        "sampling": ("sampling_handler", sample),
        "roots": ("roots", roots),
    }
    return {name: handler for kind, (name, handler) in given.items() if kind in declared}


def plain(value: object) -> Any:  # noqa: ANN401  # any JSON
    """Return what the client gives as JSON."""
    return to_jsonable_python(value, by_alias=True, exclude_none=True)
