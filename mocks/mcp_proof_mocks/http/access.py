"""Who may talk to the server: the names it is addressed by, and the pages that may ask it.

A web page can have its own host name resolve to this machine (DNS rebinding). Its requests then
carry that name in `Host`, and the page's origin in `Origin` (Security Warning of the transports).
"""

from collections.abc import Collection
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urlsplit

from mcp_proof_mocks.http.messages import HttpRequest
from mcp_proof_mocks.loopback import is_loopback
from mcp_proof_mocks.server import MockServer


class Access:
    """Which hosts and origins one server answers."""

    def __init__(self, server: MockServer) -> None:
        self.any_host = False
        """Whether the server may be addressed by any name, for nobody knows here which it has."""
        self.hosts: Collection[str] = ()
        """Names of the server that only who serves it knows; the contract has the others."""
        self._known = server.contract.http.allowed_hosts
        self._server = server

    def refusal(self, request: HttpRequest) -> int | None:
        """The status that refuses a request, or `None` when it may be answered."""
        headers = request.headers
        host = headers.get("host")
        # Only what no browser leaves out is checked: a request without a Host is from none.
        if host is not None and not (self.any_host or self._allows(host_name(host))):
            return HTTPStatus.FORBIDDEN
        origin = headers.get("origin")
        if origin is None or self._allows(_host_of_origin(origin)):
            return None
        duty = "sec-origin-validated"
        if request.method != "POST":
            duty += "-all-methods"
        if not self._server.keeps(duty):
            return None
        keeps_status = self._server.keeps("sec-origin-status-403")
        return HTTPStatus.FORBIDDEN if keeps_status else HTTPStatus.BAD_REQUEST

    def _allows(self, name: str | None) -> bool:
        if name is None:
            return False
        return is_loopback(name) or name in self._known or name in self.hosts


def foreign(request: HttpRequest, *, local: bool) -> bool:
    """Whether a request comes from a page of another host than this machine.

    Args:
        request: the request.
        local: whether what is asked listens to this machine alone; otherwise it may have any name.
    """
    host, origin = request.headers.get("host"), request.headers.get("origin")
    names = [host_name(host)] if local and host is not None else []
    names += [_host_of_origin(origin)] if origin is not None else []
    return not all(name is not None and is_loopback(name) for name in names)


@lru_cache(maxsize=1024)
def host_name(authority: str) -> str | None:
    """Return the name in a `Host` header, without its port; `None` when it is none."""
    return _host_of_origin(f"//{authority}")


def _host_of_origin(origin: str) -> str | None:
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None
