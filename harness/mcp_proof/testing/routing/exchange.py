"""One request to an application in another thread, and its response as it comes about.

Its client is synchronous or asynchronous, on asyncio or on trio. The application runs in the event
loop of a portal, where it does not matter how, and in how many loops, its clients wait.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from threading import get_ident
from typing import Final, TypeVar

import httpx
import httpx2
from anyio import CancelScope, fail_after
from anyio.from_thread import BlockingPortal

from mcp_proof.transports.asgi import AsgiCall
from mcp_proof_mocks.asgi_types import AsgiApp, AsgiMessage

OVER: Final = "the routing to mocks is over: its clients have to end within its block"
Result = TypeVar("Result")


class RemoteProtocolError(  # type: ignore[misc]  # `request` is of either library
    httpx.RemoteProtocolError, httpx2.RemoteProtocolError
):
    """The application broke off; an error of both libraries, for either may have asked."""


class ReadTimeout(httpx.ReadTimeout, httpx2.ReadTimeout):  # type: ignore[misc]  # likewise
    """The application said nothing for as long as the client wanted to wait."""


class Exchanges:
    """What is under way in one portal."""

    def __init__(self, portal: BlockingPortal) -> None:
        self.open: set[Exchange] = set()
        self.loop = portal.call(asyncio.get_running_loop)
        self._over = False
        self._portal = portal
        self._thread: int = portal.call(get_ident)

    def wait(self, step: Callable[[], Awaitable[Result]], patience: float | None) -> Result:
        """Have a step done in the portal; this thread is blocked meanwhile."""
        self.check()
        if get_ident() == self._thread:
            raise RuntimeError(
                "a tool of a mock asked a mock, and blocks the thread that both answer in: "
                "it has to be asynchronous"
            )
        future = self._portal.start_task_soon(step)
        try:
            return future.result(patience)
        except TimeoutError:
            raise ReadTimeout(f"nothing came for {patience} s") from None
        finally:
            future.cancel()

    async def wait_async(
        self, step: Callable[[], Awaitable[Result]], patience: float | None
    ) -> Result:
        """Have a step done in the portal; the loop of this thread goes on meanwhile."""
        self.check()
        try:
            with fail_after(patience):
                if get_ident() == self._thread:
                    return await step()
                return await self._portal.call_async(step)
        except TimeoutError:
            raise ReadTimeout(f"nothing came for {patience} s") from None

    def end(self) -> None:
        """End all of them, unless the portal's loop has ended before."""
        self._over = True
        if not self.loop.is_closed():
            self._portal.call(self._end)

    def check(self) -> None:
        """Refuse what comes too late."""
        if self._over or self.loop.is_closed():
            raise httpx2.RemoteProtocolError(OVER)

    async def _end(self) -> None:
        await asyncio.gather(*(exchange.end() for exchange in self.open))


class Exchange(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A request, and the body of its response."""

    def __init__(
        self, exchanges: Exchanges, app: AsgiApp, scope: AsgiMessage, request: httpx2.Request
    ) -> None:
        self._exchanges = exchanges
        self._app = app
        self._scope = scope
        self._request = request
        self._patience: float | None = request.extensions.get("timeout", {}).get("read")
        self._call: AsgiCall | None = None

    # In the thread of a client

    def respond(self) -> httpx.Response:
        """Send the request; return the response when it has begun."""
        try:
            return self._wait(self._begin)
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        """Give the pieces of the body."""
        while piece := self._wait(self._piece):
            yield piece

    def close(self) -> None:
        """Leave: the application is told so, unless it was done."""
        with suppress(httpx2.RemoteProtocolError):  # it was ended with all the others
            self._exchanges.wait(self.end, None)

    async def respond_async(self) -> httpx.Response:
        """Send the request; return the response when it has begun."""
        try:
            return await self._wait_async(self._begin)
        except BaseException:
            await self.aclose()
            raise

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the pieces of the body; no generator, for clients leave those unfinished."""
        return self

    async def __anext__(self) -> bytes:
        """Give the next piece of the body."""
        piece = await self._wait_async(self._piece)
        if not piece:
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        """Leave: the application is told so, unless it was done."""
        with suppress(httpx2.RemoteProtocolError), CancelScope(shield=True):
            await self._exchanges.wait_async(self.end, None)

    def _wait(self, step: Callable[[], Awaitable[Result]]) -> Result:
        with errors_of_both():
            return self._exchanges.wait(step, self._patience)

    async def _wait_async(self, step: Callable[[], Awaitable[Result]]) -> Result:
        with errors_of_both():
            return await self._exchanges.wait_async(step, self._patience)

    # In the portal

    async def _begin(self) -> httpx.Response:
        self._exchanges.check()
        self._call = AsgiCall(self._app, self._scope, self._request.content)
        self._pieces = aiter(self._call)
        self._exchanges.open.add(self)
        head = await self._call.head()
        response = httpx.Response(head["status"], headers=head["headers"], stream=self)
        if "content-length" in response.headers:  # then threads meet once, not thrice
            response.stream = httpx.ByteStream(b"".join([piece async for piece in self._pieces]))
            await self.end()
        return response

    async def _piece(self) -> bytes:
        return await anext(self._pieces, b"")

    async def end(self) -> None:
        """End the call of the application, in the portal."""
        if self._call is not None:
            await self._call.aclose()
        self._exchanges.open.discard(self)


@contextmanager
def errors_of_both() -> Generator[None]:
    """Raise what the application's own transport raises as an error of both libraries."""
    try:
        yield
    except httpx2.RemoteProtocolError as error:
        raise RemoteProtocolError(str(error)) from error
    except CancelledError as error:  # the loop has ended meanwhile
        raise RemoteProtocolError(OVER) from error
