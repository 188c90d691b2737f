"""The router: of respx, with mocks mounted beside its routes."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from threading import Lock
from typing import Final, Self

import httpx2
from anyio.from_thread import start_blocking_portal

from mcp_proof_mocks.missing_extra import MissingExtraError
from mcp_proof_mocks.server import MockServer

try:
    import httpx
    from respx import MockRouter
    from respx.mocks import HTTPCoreMocker
    from respx.models import AllMockedAssertionError

    from mcp_proof.testing.routing.exchange import OVER, Exchange
    from mcp_proof.testing.routing.httpcore2_mocker import httpcore2_mocker
    from mcp_proof.testing.routing.mount import Mounts
except ModuleNotFoundError as error:
    raise MissingExtraError(
        f"routing needs {error.name}, which is not installed: pip install 'mcp-proof[respx]'"
    ) from error

PATCHING: Final = Lock()
"""What respx patches is the process's, whatever the thread."""


class McpRouter(MockRouter):
    """Leads the requests of httpx and httpx2 clients to mocks while its block runs.

        with McpRouter() as router:
            router.mount("https://mcp.example.com/mcp", mock)

    Clients may be synchronous or asynchronous, on asyncio or trio. A request is for the first
    that matches: a route (`get`, `post`, `route`, … are respx's), then a mock. What matches none
    fails, and reaches no network unless a route with `pass_through()` lets it. Of routers within
    one another, the innermost is asked first.

    The mocks answer in a thread of their own, as with `running`, and those that are `running`
    already where they are. At the end of the block what is still open is cut off, and a strict
    mock fails when something was not foreseen. Clients have to end before: afterwards they reach
    the network. What respx patches is the process's, so routers of two threads see each other's
    requests: each needs hosts of its own.
    """

    def __init__(self, *, assert_all_called: bool = True, base_url: str | None = None) -> None:
        super().__init__(assert_all_called=assert_all_called, base_url=base_url, using=None)
        self._running = ExitStack()
        self._mounts: Mounts | None = None

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def mount(self, url: str, mock: MockServer) -> None:
        """Lead requests to a URL, and to the other paths of its host, to a mock.

        The URL is that of the endpoint as the client has it, whatever its path; one that ends in
        `/sse` is of HTTP+SSE. The other paths (`/messages`, those of the authorization server)
        are the mock's own, beside the endpoint.

        Raises:
            ValueError: the URL is none of an endpoint, or another mock's; or a fault of this mock
                disturbs bytes, of which there are none.
            RuntimeError: the block does not run.
        """
        if self._mounts is None:
            raise RuntimeError("mount mocks within the block: `with McpRouter() as router: …`")
        self._mounts.add(url, mock)

    def handler(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a synchronous client."""
        with suppress(AllMockedAssertionError):
            return super().handler(request)
        response = self._exchange(request).respond()
        self.record(request, response=response)
        return response

    async def async_handler(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an asynchronous client."""
        with suppress(AllMockedAssertionError):
            return await super().async_handler(request)
        response = await self._exchange(request).respond_async()
        self.record(request, response=response)
        return response

    def start(self) -> None:
        """Begin to see requests.

        Raises:
            RuntimeError: it has begun already.
        """
        if self._mounts is not None:
            raise RuntimeError("this router is running already: use another one within its block")
        super().start()
        with ExitStack() as stack:
            portal = stack.enter_context(start_blocking_portal(name="mcp-proof routing"))
            stack.enter_context(self._installed())
            self._mounts = Mounts(portal, self._running)
            stack.callback(self._mounts.end)
            self._running.push(stack.pop_all())

    def stop(self, clear: bool = True, reset: bool = True, quiet: bool = False) -> None:  # noqa: FBT001, FBT002  # respx's
        """End what is open and see no more requests; unless `quiet`, verify routes and mocks.

        Raises:
            AssertionError: a route was not called, or a strict mock was asked the unforeseen.
        """
        mocks = list(self._mounts or ())
        try:
            self._running.close()
        finally:
            self._mounts = None
            super().stop(clear, reset, quiet)
        if not quiet:
            for mock in mocks:
                mock.verify()

    def _exchange(self, request: httpx.Request) -> Exchange:
        sent = httpx2.Request(
            request.method,
            str(request.url),
            headers=request.headers.raw,
            content=request.content,
            extensions=request.extensions,
        )
        if self._mounts is None:
            raise AllMockedAssertionError(OVER)  # another thread has ended it meanwhile
        mount = self._mounts.nearest(sent.url)
        if mount is None:
            raise AllMockedAssertionError(self._mounts.unmounted(sent.method, sent.url))
        return mount.exchange(sent)

    @contextmanager
    def _installed(self) -> Generator[None]:
        """Be asked first; the lists are replaced, for other threads go through them."""
        mockers = (HTTPCoreMocker, httpcore2_mocker())
        with PATCHING:
            for mocker in mockers:
                mocker.routers = [self, *mocker.routers]
                mocker.start()
        try:
            yield
        finally:
            with PATCHING:
                for mocker in mockers:
                    mocker.routers = [other for other in mocker.routers if other is not self]
                    mocker.stop()
