"""Which target a URL stands for."""

from collections.abc import Mapping
from typing import Final

from mcp_proof.targets.url import UrlTarget
from mcp_proof.targets.websocket import WebSocketTarget

NO_HEADERS: Final[Mapping[str, str]] = {}
SOCKETS: Final = ("ws://", "wss://")
URLS: Final = ("http://", "https://", *SOCKETS)


def url_target(url: str, headers: Mapping[str, str] = NO_HEADERS, options: str = "") -> UrlTarget:
    """Return the target of a URL, by its scheme.

    Raises:
        UsageError: it is no URL of a server.
    """
    kind = WebSocketTarget if url.lower().startswith(SOCKETS) else UrlTarget
    return kind(url, headers, options)
