"""HTTP+SSE (2024-11-05): one event stream to listen on, and an endpoint that takes every POST."""

import asyncio
from http import HTTPStatus
from typing import Final
from weakref import WeakSet

import httpx2

from mcp_proof.errors import PeerError
from mcp_proof.recorder import Recorder, shown_url
from mcp_proof.transports.connection import Headers, Sending
from mcp_proof.transports.http_client import HttpClient, HttpServer
from mcp_proof_contracts.framing import ServerSentEvent
from mcp_proof_contracts.headers import media_type

POST_HEADERS: Final = {"Content-Type": "application/json"}
ACCEPTED: Final = range(200, 300)
NO_STREAM: Final = ("application/json", "text/html")
"""What surely holds no events."""
JSON_RPC: Final = '"jsonrpc"'
"""What only a message holds."""


class HttpSseConnection(HttpClient):
    """One event stream, on which everything is answered that is POSTed to its endpoint."""

    def __init__(self, server: HttpServer, name: str, recorder: Recorder, timeout: float) -> None:
        super().__init__(server, name, recorder, timeout)
        loop = asyncio.get_running_loop()
        self._stream = Sending("none", loop.create_future())
        self._named: asyncio.Future[str] = loop.create_future()
        """The data of the first `endpoint` event."""
        self._endpoint = ""
        self._sent: WeakSet[Sending] = WeakSet()
        """What was POSTed, while anybody waits for it: nothing here tells when it is answered."""

    @property
    def alive(self) -> bool:
        """Whether the event stream is open: without it nothing is answered."""
        return super().alive and not self._stream.ended.done()

    async def open(self) -> None:
        """Open the event stream and wait for the `endpoint` event.

        Raises:
            PeerError: there is no such stream, or its endpoint is none to send messages to.
        """
        await super().open()
        self._stream = self.request("GET", headers={"Accept": "text/event-stream"})
        try:
            await asyncio.wait(
                {self._named, self._stream.ended},
                timeout=self._timeout,
                return_when=asyncio.FIRST_COMPLETED,
            )
            self._endpoint = self._resolved()
        except BaseException:
            await self.close()
            raise

    async def send(
        self, raw: bytes, headers: Headers | None = None, /, *, probe: str = ""
    ) -> Sending:
        """POST one message to the endpoint; returns when it is on its way."""
        merged = {**POST_HEADERS, **(headers or {})}
        sending = self.request("POST", url=self._endpoint, content=raw, probe=probe, headers=merged)
        sending.shared = True
        self._sent.add(sending)
        return sending

    def _resolved(self) -> str:
        """Return the URL of the endpoint. One on another origin is refused: it gets our headers."""
        shown = shown_url(self.url)
        if not self._named.done():
            raise PeerError(f"a GET of {shown} brought no `endpoint` event: {self._why_none()}")
        named = self._named.result()
        try:
            base = httpx2.URL(self.url)
            url = base.join(named)
        except httpx2.InvalidURL as error:
            raise PeerError(f"the `endpoint` event of {shown} names no URL: {error}") from error
        if _origin(url) != _origin(base):
            raise PeerError(
                f"the `endpoint` event of {shown} names another origin, {shown_url(str(url))}: "
                "no message is sent there"
            )
        return str(url)

    def _why_none(self) -> str:
        if self._stream.status not in (None, HTTPStatus.OK):
            return f"it got HTTP {self._stream.status}"
        kind = media_type(self._stream.headers)
        if self._stream.status is not None and kind != "text/event-stream":
            return f"it got {kind or 'no content type'}, no event stream"
        if self._stream.ended.done():
            return f"the stream ended before it ({self._stream.ended.result()})"
        return f"none in {self._timeout:g} s"

    def _is_stream(self, sending: Sending) -> bool:
        """Whether events follow: a wrong content type is for a rule to tell, unless it is a page's.

        Otherwise nothing could be said of the server at all.
        """
        opening = sending is self._stream and sending.status == HTTPStatus.OK
        return super()._is_stream(sending) or (
            opening and media_type(sending.headers) not in NO_STREAM
        )

    def _take(self, event: ServerSentEvent, sending: Sending) -> None:
        """Take a message, also under a wrong name, or where to send them; else nothing is meant."""
        if event.event == "message" or JSON_RPC in event.data:
            super()._take(event, sending)
        elif event.event == "endpoint" and event.has_data and not self._named.done():
            self._named.set_result(event.data)

    def _end(self, sending: Sending, why: str) -> None:
        """End what can get no answer: a POST that was not accepted, all when the stream ends."""
        if sending is self._stream:
            for sent in (sending, *self._sent):
                super()._end(sent, f"the event stream has ended ({why})")
        elif sending.status not in ACCEPTED or self._stream.ended.done():
            super()._end(sending, why)


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
