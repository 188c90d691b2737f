"""Mocks at URLs of the user's choice: which requests are for which, and as what they see them."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx2
from anyio.from_thread import BlockingPortal

from mcp_proof.testing.routing.exchange import Exchange, Exchanges
from mcp_proof.testing.routing.portal import portal_into
from mcp_proof.transports.asgi import http_scope
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.asgi_types import AsgiApp
from mcp_proof_mocks.server import MockServer


@dataclass(frozen=True, slots=True)
class Service:
    """How one mock answers."""

    app: AsgiApp
    hosts: set[str]
    """The names by which it is known here."""
    exchanges: Exchanges


@dataclass(frozen=True, slots=True)
class Mount:
    """One mock whose endpoint is at one URL."""

    url: httpx2.URL
    mock: MockServer
    service: Service

    def nearness(self, url: httpx2.URL) -> int:
        """How exactly this mount is meant by a URL of its server."""
        if url.path == self.url.path:
            return len(url.path)
        root = root_of(self.url)
        return len(root) if url.path.startswith(f"{root}/") else -1

    def exchange(self, request: httpx2.Request) -> Exchange:
        """Return how a request is answered."""
        scope = http_scope(request)
        if request.url.path == self.url.path:
            scope["path"] = own_path(self.url)
        scope["root_path"] = root_of(self.url)
        return Exchange(self.service.exchanges, self.service.app, scope, request)


class Mounts:
    """The mocks of one router while it runs."""

    def __init__(self, portal: BlockingPortal, stack: ExitStack) -> None:
        self._portal = portal
        self._exchanges = Exchanges(portal)
        self._stack = stack
        self._mounts: list[Mount] = []
        self._services: dict[MockServer, Service] = {}

    def __iter__(self) -> Iterator[MockServer]:
        """Give the mocks that answer in the portal, and nowhere else."""
        return (mock for mock in self._services if mock.home is self._exchanges.loop)

    def add(self, text: str, mock: MockServer) -> None:
        """Mount a mock at the URL of its endpoint.

        Raises:
            ValueError: the URL is none of an endpoint, or it is another mock's.
        """
        url = endpoint_url(text)
        self._check(url, mock)
        if mock not in self._services:
            self._services[mock] = self._service(mock, url)
        service = self._services[mock]
        service.hosts.add(url.raw_host.decode("ascii"))
        self._mounts.append(Mount(url, mock, service))

    def nearest(self, url: httpx2.URL) -> Mount | None:
        """Return the mount that a request to a URL is for."""
        there = [mount for mount in self._mounts if origin(mount.url) == origin(url)]
        return max(there, key=lambda mount: mount.nearness(url), default=None)

    def unmounted(self, method: str, url: httpx2.URL) -> str:
        """Return what is wrong with a request that no mock is for, and what to do."""
        shown = without_secrets(url)
        known = [str(mount.url) for mount in self._mounts]
        return (
            f"{method} {shown} is for no mock and no route, and goes to no network. "
            f"Mounted: {', '.join(known) or 'nothing'}.{did_you_mean(shown, known)} "
            "`mount(url, mock)` leads it to a mock, "
            f"`route(host={url.host!r}).pass_through()` lets it out."
        )

    def end(self) -> None:
        """End everything; the mocks that answered here may answer elsewhere from now on."""
        residents = list(self)
        for mock in residents:
            self._portal.call(mock.close)
        self._exchanges.end()
        for mock in residents:
            mock.home, mock.url = None, ""

    def _check(self, url: httpx2.URL, mock: MockServer) -> None:
        for other in self._mounts:
            beside = root_of(other.url) == root_of(url) and other.mock is not mock
            if origin(other.url) == origin(url) and (beside or other.url.path == url.path):
                raise ValueError(f"{url} is not free: a mock is at {other.url} already")
        oauth = mock.authorization is not None and mock.authorization.contract.scheme == "oauth"
        if oauth and url.path != own_path(url):
            # Its metadata say so, and clients compare (RFC 9728, section 3.3).
            meant = url.copy_with(path=own_path(url))
            raise ValueError(f"a mock with OAuth is a resource at /mcp: mount it at {meant}")

    def _service(self, mock: MockServer, url: httpx2.URL) -> Service:
        hosts: set[str] = set()
        app = asgi_app(mock, hosts)
        if mock.home is None:
            mock.home, mock.url = self._exchanges.loop, str(url)
            return Service(app, hosts, self._exchanges)
        # It runs already: it answers where it does, and goes on there afterwards.
        exchanges = Exchanges(self._stack.enter_context(portal_into(mock.home)))
        self._stack.callback(exchanges.end)
        return Service(app, hosts, exchanges)


def origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    """Return what two URLs of one server have in common; a scheme's own port is `None`."""
    return url.scheme, url.host, url.port


def root_of(url: httpx2.URL) -> str:
    """Return the path below which a mock with this endpoint has its other paths."""
    return url.path.rpartition("/")[0]


def own_path(url: httpx2.URL) -> str:
    """Return the path that a mock below that root has for this endpoint by itself."""
    return root_of(url) + ("/sse" if url.path.endswith("/sse") else "/mcp")


def endpoint_url(text: str) -> httpx2.URL:
    """Return the URL of an endpoint.

    Raises:
        ValueError: it is none, or says what a mount cannot go by.
    """
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL as error:
        raise ValueError(f"a mock cannot be mounted there: {error}") from error
    shown = without_secrets(url)
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError(f"a mock cannot be mounted at {shown!r}: write https://host/path")
    if url.userinfo or url.query or url.fragment:
        raise ValueError(
            f"a mock is mounted for every user and query: write {shown!r} without the rest"
        )
    return url


def without_secrets(url: httpx2.URL) -> str:
    """Return a URL as it may be shown: without its user, query and fragment."""
    return str(url.copy_with(userinfo=b"", query=None, fragment=None))
