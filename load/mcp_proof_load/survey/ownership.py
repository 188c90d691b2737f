"""Whether a server is one of this machine. A load run against any other needs its owner's word."""

import asyncio
import socket
from typing import Final
from urllib.parse import urlsplit

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.targets import RedisTarget, Target, UrlTarget
from mcp_proof_mocks.loopback import is_loopback

WHY: Final = (
    "A load run can make a server fail for everybody who uses it; against one of somebody else it "
    "may be an attack in the sense of the law. If it is yours, or you were asked to load it, say "
    "so with --i-own-this-target."
)


async def require_ownership(target: Target, *, owned: bool) -> None:
    """Refuse to load what is not on this machine, unless the user says whose it is.

    What is started here (a command, an image, an application of this process) is on this machine,
    as far as its address, once it runs, does not say otherwise: ask again of what has started.

    Args:
        target: the server.
        owned: whether the user says that it may be loaded.

    Raises:
        UsageError: it is elsewhere, and nobody says that it may be loaded.
        PeerError: its name stands for no address.
    """
    if owned or not isinstance(target, UrlTarget | RedisTarget):
        return
    host = urlsplit(target.url).hostname or ""
    if is_loopback(host):
        return
    elsewhere = [each for each in await _addresses(host) if not is_loopback(each)]
    if elsewhere:
        known = "" if elsewhere == [host] else f" ({host} is {', '.join(elsewhere)})"
        raise UsageError(f"{target.label} is not on this machine{known}. {WHY}")


async def _addresses(host: str) -> list[str]:
    """Return all addresses that a name stands for."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PeerError(f"{host}: there is no address of this name: {error}") from error
    return list(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))
