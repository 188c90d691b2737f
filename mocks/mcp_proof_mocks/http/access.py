"""Who may talk to the server: the names it is addressed by, and the pages that may ask it.

A web page can have its own host name resolve to this machine (DNS rebinding). Its requests then
carry that name in `Host`, and the page's origin in `Origin` (Security Warning of the transports).
"""

from functools import lru_cache
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from mcp_proof_mocks.http.messages import HttpRequest
from mcp_proof_mocks.server import MockServer

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class Access:
    """Which hosts and origins one server answers."""

    def __init__(self, server: MockServer) -> None:
        self.allowed_hosts: tuple[str, ...] = LOOPBACK
        """The names by which the server may be addressed, with any port; empty for every name."""
        self.allowed_origins: tuple[str, ...] = LOOPBACK
        """The hosts of the pages that may ask."""
        self._server = server

    def refusal(self, request: HttpRequest) -> int | None:
        """The status that refuses a request, or `None` when it may be answered."""
        headers = request.headers
        host = headers.get("host")
        # Only what no browser leaves out is checked: a request without a Host is from none.
        if host is not None and self.allowed_hosts and _host(host) not in self.allowed_hosts:
            return HTTPStatus.FORBIDDEN
        origin = headers.get("origin")
        if origin is None or _host_of_origin(origin) in self.allowed_origins:
            return None
        duty = "sec-origin-validated"
        if request.method != "POST":
            duty += "-all-methods"
        if not self._server.keeps(duty):
            return None
        keeps_status = self._server.keeps("sec-origin-status-403")
        return HTTPStatus.FORBIDDEN if keeps_status else HTTPStatus.BAD_REQUEST


@lru_cache(maxsize=1024)
def _host(authority: str) -> str | None:
    return _host_of_origin(f"//{authority}")


def _host_of_origin(origin: str) -> str | None:
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None
