"""Mocks at URLs of the user's choice: which requests are for which, and as what they see them."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2

from mcp_proof.transports.asgi import AsgiMessage, http_scope
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_mocks.asgi import AsgiApp, asgi_app
from mcp_proof_mocks.server import MockServer


@dataclass(frozen=True, slots=True)
class Mount:
    """One mock whose endpoint is at one URL."""

    url: httpx2.URL
    mock: MockServer
    app: AsgiApp

    def nearness(self, url: httpx2.URL) -> int:
        """How exactly this mount is meant by a URL of its server."""
        if url.path == self.url.path:
            return len(url.path)
        root = root_of(self.url)
        return len(root) if url.path.startswith(f"{root}/") else -1

    def scope(self, request: httpx2.Request) -> AsgiMessage:
        """Return what the mock is told of a request."""
        scope = http_scope(request)
        if request.url.path == self.url.path:
            scope["path"] = own_path(self.url)
        return {**scope, "root_path": root_of(self.url)}


class Mounts:
    """The mocks of one router."""

    def __init__(self) -> None:
        self.home: asyncio.AbstractEventLoop | None = None
        """The loop in which they answer, while the router runs."""
        self._mounts: list[Mount] = []
        self._apps: dict[MockServer, tuple[AsgiApp, set[str]]] = {}
        """By mock: its application, and the hosts that it is known by."""

    def __iter__(self) -> Iterator[MockServer]:
        """Give the mocks."""
        return iter(self._apps)

    def add(self, text: str, mock: MockServer) -> None:
        """Mount a mock at the URL of its endpoint.

        Raises:
            ValueError: the URL is none of an endpoint, or it is another mock's.
            RuntimeError: the router does not run, or the mock answers elsewhere already.
        """
        if self.home is None:
            raise RuntimeError("mount mocks within the block: `with McpRouter() as router: …`")
        url = endpoint_url(text)
        self._check(url, mock)
        if mock not in self._apps:
            self._take_in(mock)
        app, hosts = self._apps[mock]
        hosts.add(url.raw_host.decode("ascii"))
        self._mounts.append(Mount(url, mock, app))

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

    def leave(self) -> None:
        """Let all mocks go: others may serve them from now on."""
        self.home = None
        for mock in self._apps:
            mock.home = None
        self._apps.clear()
        self._mounts.clear()

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

    def _take_in(self, mock: MockServer) -> None:
        if mock.home is not None:
            raise RuntimeError("this mock is running already, elsewhere: mount another one")
        hosts: set[str] = set()
        self._apps[mock] = asgi_app(mock, hosts), hosts
        mock.home = self.home


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
