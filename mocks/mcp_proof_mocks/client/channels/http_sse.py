"""HTTP with SSE (2024-11-05): a stream to listen on, and the URI that it names to POST to."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx2

from mcp_proof_contracts.framing import EventStreamReader, ServerSentEvent
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_object, parse
from mcp_proof_mocks.client.channels.channel import Receiver
from mcp_proof_mocks.client.failure import FailureError, LostError, StatusError

STREAM: Final = "/sse"
"""How the URLs end by which such servers are known."""
PATIENCE: Final = 2.0
"""Seconds that it waits for the endpoint."""


class HttpSseChannel:
    """One stream of a server, and the endpoint that belongs to it."""

    ended = False

    def __init__(self, url: str, receiver: Receiver) -> None:
        self.url = url
        self._receiver = receiver
        self._http = httpx2.AsyncClient(timeout=None, trust_env=False)
        self._endpoint: asyncio.Future[str] | None = None
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the stream, and wait for the endpoint.

        Raises:
            FailureError: none was named.
        """
        self._endpoint = asyncio.get_running_loop().create_future()
        self._listening = asyncio.create_task(self._listen(self._endpoint))
        try:
            await asyncio.wait_for(asyncio.shield(self._endpoint), PATIENCE)
        except TimeoutError as error:
            raise LostError("the server named no endpoint") from error

    async def send(self, message: Json) -> None:
        """POST a message to the endpoint; what answers it comes on the stream."""
        if self._endpoint is None or not self._endpoint.done():
            raise LostError("there is no endpoint")
        headers = {"Content-Type": "application/json"}
        data = self._receiver.encoded(message)
        try:
            url = self._endpoint.result()
            response = await self._http.post(url, content=data, headers=headers)
        except httpx2.HTTPError as error:
            raise LostError(str(error) or type(error).__name__) from error
        request_id = as_object(message).get("id")
        if response.status_code >= HTTPStatus.BAD_REQUEST and request_id is not None:
            self._receiver.lost(request_id, StatusError(response.status_code))

    async def listen(self) -> None:
        """There is one stream for all."""

    async def forget(self, request_id: Json) -> None:
        """Only a notification can say so, which the era sends."""

    async def close(self) -> None:
        """Close the stream."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self._http.aclose()

    async def _listen(self, endpoint: "asyncio.Future[str]") -> None:
        failure: FailureError = LostError("the stream has ended")
        try:
            headers = {"Accept": "text/event-stream"}
            async with self._http.stream("GET", self.url, headers=headers) as response:
                if response.status_code != HTTPStatus.OK:
                    raise StatusError(response.status_code)
                async for event in self._events(response):
                    self._took(event, endpoint)
        except FailureError as refused:
            failure = refused
        except httpx2.HTTPError as error:
            failure = LostError(str(error) or type(error).__name__)
        if not endpoint.done():
            endpoint.set_exception(failure)
        self._receiver.lost(None, failure)

    async def _events(self, response: httpx2.Response) -> AsyncIterator[ServerSentEvent]:
        reader = EventStreamReader()
        async for chunk in response.aiter_bytes():
            for event in reader.feed(chunk):
                yield event

    def _took(self, event: ServerSentEvent, endpoint: "asyncio.Future[str]") -> None:
        if event.event != "endpoint":
            if event.data:
                self._receiver.received(parse(event.data.encode()))
            return
        relative = not urlsplit(event.data).scheme
        if relative and not self._receiver.keeps("sse-client-resolves-relative"):
            raise LostError(f"{event.data} is no URL")
        if not endpoint.done():
            endpoint.set_result(self._resolved(event.data))

    def _resolved(self, uri: str) -> str:
        url = urljoin(self.url, uri)
        exact = self._receiver.keeps("sse-client-posts-to-endpoint")
        return url if exact else url.partition("?")[0]
