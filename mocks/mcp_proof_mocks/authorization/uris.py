"""URIs of clients and resources: which are allowed, and which are the same."""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from mcp_proof_mocks.loopback import is_loopback

VISIBLE: Final = re.compile(r"[!-~]+")
"""Characters that a URI can have and an HTTP header takes."""


def split(uri: str) -> SplitResult | None:
    """Return the parts of an absolute URI, or `None` when it is none."""
    if not VISIBLE.fullmatch(uri):
        return None
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme and parts.hostname else None


def is_local(uri: str) -> bool:
    """Whether a URI leads to this machine."""
    parts = split(uri)
    return parts is not None and is_loopback(parts.hostname or "")


def may_redirect_to(uri: str) -> bool:
    """Whether a redirect URI is https or loopback (Communication Security), without a fragment."""
    parts = split(uri)
    if parts is None or "#" in uri:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_local(uri))


def same_redirect(registered: str, given: str) -> bool:
    """Whether a redirect URI is the registered one; on loopback the port may differ.

    Native apps take the port that is free (OAuth 2.1, section 8.4.2).
    """
    if registered == given:
        return True
    return is_local(registered) and _without_port(registered) == _without_port(given)


def canonical(resource: str) -> str:
    """Return a resource with its scheme and host in lower case and no slash at its end."""
    scheme, separator, rest = resource.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{separator}{host.lower()}{slash}{path}".rstrip("/")


def _without_port(uri: str) -> SplitResult | None:
    parts = split(uri)
    if parts is None or parts.hostname is None:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return parts._replace(netloc=host)
