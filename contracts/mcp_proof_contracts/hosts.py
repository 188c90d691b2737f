"""Hosts of URLs: whether two URLs lead to the same server."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

PORTS: Final = {"http": 80, "https": 443}
LOCAL: Final = "localhost"


def same_server(one: str, other: str) -> bool:
    """Whether two URLs have the same scheme, host and port; names of this machine are one host."""
    parts, others = _split(one), _split(other)
    if parts is None or others is None:
        return False
    return _authority(parts) == _authority(others)


def is_local(url: str) -> bool:
    """Whether a URL leads to this machine."""
    parts = _split(url)
    return parts is not None and _host(parts) == LOCAL


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is none
    except ValueError:
        return None
    return parts if parts.scheme and parts.hostname else None


def _authority(parts: SplitResult) -> tuple[str, str, int | None]:
    scheme = parts.scheme.lower()
    return scheme, _host(parts), parts.port or PORTS.get(scheme)


def _host(parts: SplitResult) -> str:
    """The host in lower case; one word for every name of this machine."""
    host = (parts.hostname or "").lower().rstrip(".")
    if host.endswith(".localhost"):
        return LOCAL
    try:
        return LOCAL if ip_address(host).is_loopback else host
    except ValueError:
        return host
