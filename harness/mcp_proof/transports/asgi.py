"""An ASGI application in this process, called as an HTTP server calls it, without a server.

Unlike `httpx2.ASGITransport` it gives a response as soon as it begins: the end of an event stream
is not waited for.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx2

from mcp_proof.errors import PeerError
from mcp_proof_mocks.asgi_types import AsgiApp, AsgiMessage

VERSION: Final = {"version": "3.0"}
GRACE: Final = 1.0
"""Seconds an application gets to end after its client has gone."""
LIFESPAN: Final = 60.0
"""Seconds an application gets to start, and to stop."""


class AsgiTransport(httpx2.AsyncBaseTransport):
    """Calls the application once for each request."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Call the application; the response's body is read as it is asked for."""
        call = AsgiCall(self._app, http_scope(request), await request.aread())
        try:
            head = await call.head()
        except BaseException:
            await call.aclose()
            raise
        return httpx2.Response(
            head["status"], headers=head.get("headers", []), stream=call, request=request
        )


def http_scope(request: httpx2.Request) -> AsgiMessage:
    """Return what an application is told of a request besides its body."""
    url = request.url
    return {
        "type": "http",
        "asgi": VERSION,
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        # As every server hands them over (RFC 9110, section 5.5).
        "headers": [(name.lower(), value.strip(b" \t")) for name, value in request.headers.raw],
        "server": (url.host, url.port or 80),
        "client": ("127.0.0.1", 0),
    }


class AsgiCall(httpx2.AsyncByteStream):
    """One call of the application: its response as it comes about."""

    def __init__(self, app: AsgiApp, scope: AsgiMessage, body: bytes) -> None:
        self._request: AsgiMessage | None = {"type": "http.request", "body": body}
        self._left = asyncio.Event()
        self._messages: asyncio.Queue[AsgiMessage | None] = asyncio.Queue()
        self._running = asyncio.ensure_future(app(scope, self._receive, self._messages.put))
        self._running.add_done_callback(lambda _: self._messages.put_nowait(None))

    async def head(self) -> AsgiMessage:
        """Return the message that begins the response."""
        message = await self._messages.get()
        if message is None:
            raise httpx2.RemoteProtocolError(f"the application {self._how()} without a response")
        return message

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the body's pieces."""
        while (message := await self._messages.get()) is not None:
            if message.get("body"):
                yield message["body"]
            if not message.get("more_body", False):
                return
        raise httpx2.RemoteProtocolError(f"the application {self._how()} within the response")

    async def aclose(self) -> None:
        """Tell the application that its client has gone, and end it if that does not."""
        self._left.set()
        try:
            await asyncio.wait({self._running}, timeout=GRACE)
        finally:  # whoever waits here may be cancelled
            self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)

    async def _receive(self) -> AsgiMessage:
        if self._request is not None:
            request, self._request = self._request, None
            return request
        await self._left.wait()
        return {"type": "http.disconnect"}

    def _how(self) -> str:
        error = None if self._running.cancelled() else self._running.exception()
        return f"raised {error!r}" if error is not None else "ended"


@asynccontextmanager
async def started(app: AsgiApp) -> AsyncGenerator[None]:
    """Run the application's lifespan around the block; many applications serve only within it.

    Raises:
        PeerError: the application failed to start or to stop, or took too long.
    """
    requests: asyncio.Queue[AsgiMessage] = asyncio.Queue()
    answers: asyncio.Queue[AsgiMessage] = asyncio.Queue()
    scope: AsgiMessage = {"type": "lifespan", "asgi": VERSION, "state": {}}
    running = asyncio.ensure_future(app(scope, requests.get, answers.put))
    try:
        await _ask(running, requests, answers, "lifespan.startup")
        yield
        await _ask(running, requests, answers, "lifespan.shutdown")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _ask(
    running: asyncio.Future[None],
    requests: asyncio.Queue[AsgiMessage],
    answers: asyncio.Queue[AsgiMessage],
    what: str,
) -> None:
    """Send one lifespan event and wait for its answer; an application that has ended has none."""
    requests.put_nowait({"type": what})
    answering = asyncio.ensure_future(answers.get())
    either: set[asyncio.Future[Any]] = {running, answering}
    await asyncio.wait(either, timeout=LIFESPAN, return_when=asyncio.FIRST_COMPLETED)
    if not answering.done():
        answering.cancel()
        if not running.done():
            raise PeerError(f"the application has not answered {what} in {LIFESPAN:g} s")
    elif (answer := answering.result())["type"] == f"{what}.failed":
        raise PeerError(f"the application failed at {what}: {answer.get('message', '')}")
