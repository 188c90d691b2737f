"""Event streams over HTTP: those that answer a POST, and the one that a GET opens to listen.

Up to 2025-11-25 a stream that ends early is resumed by a GET (Resumability and Redelivery).
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Final

import httpx2

from mcp_proof_contracts.framing import EventStreamReader, ServerSentEvent
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.wire import parse
from mcp_proof_mocks.client.authorization.authorizer import Authorizer
from mcp_proof_mocks.client.channels.channel import Receiver
from mcp_proof_mocks.client.failure import InvalidError, LostError, StatusError

RETRY: Final = 0.1
"""Seconds before a stream is resumed that says nothing of it."""
MOST_RESUMES: Final = 5
COMMENT: Final = re.compile(rb"^:", re.MULTILINE)


class Place:
    """How far a stream was read."""

    def __init__(self) -> None:
        self.last = ""
        """The id of the last event."""
        self.retry = RETRY
        """Seconds to wait before it is resumed."""

    def passed(self, event: ServerSentEvent) -> None:
        """Note what an event says of resuming."""
        if event.id is not None:
            self.last = event.id
        if event.retry is not None:
            self.retry = event.retry / 1000


class EventStreams:
    """The event streams of one channel."""

    def __init__(
        self, authorizer: Authorizer, http: httpx2.AsyncClient, receiver: Receiver
    ) -> None:
        self._authorizer = authorizer
        self._http = http
        self._receiver = receiver

    async def follow(self, response: httpx2.Response, request_id: Json) -> None:
        """Read the stream of a request to the answer, and resume it while that is missing.

        Raises:
            LostError: the answer did not come.
        """
        place = Place()
        if await self._read(response, place, request_id):
            return
        for _ in range(MOST_RESUMES if self._may_resume(place, request_id) else 0):
            await self._wait(place)
            async with self._get(place) as again:
                if again.status_code != HTTPStatus.OK or not self._names_event():
                    break
                if await self._read(again, place, request_id):
                    return
        raise LostError("the stream ended before the answer")

    async def listen(self, *, strictly: bool = False) -> None:
        """Read what the server says unasked, until it offers that no more.

        Raises:
            StatusError: it offers no such stream, and that is `strictly` asked for.
        """
        place = Place()
        try:
            for _ in range(1 + MOST_RESUMES):
                async with self._get(place) as response:
                    if response.status_code != HTTPStatus.OK and strictly:
                        raise StatusError(response.status_code)
                    if response.status_code != HTTPStatus.OK or strictly:
                        return
                    await self._read(response, place, None)
                await self._wait(place)
        except httpx2.HTTPError:
            return  # what would have been said unasked is not

    async def _read(self, response: httpx2.Response, place: Place, request_id: Json) -> bool:
        """Take the messages of a response; say whether the answer to a request was there."""
        try:
            async for event in self._events(response):
                place.passed(event)
                if event.data and self._took(event, request_id):
                    return True
        except httpx2.HTTPError:
            pass  # it broke: that is an end like another
        return False

    async def _events(self, response: httpx2.Response) -> AsyncIterator[ServerSentEvent]:
        reader = EventStreamReader()
        async for chunk in response.aiter_bytes():
            commented = COMMENT.search(chunk) is not None
            if commented and not self._receiver.keeps("h26-client-ignores-sse-comments"):
                raise InvalidError("the stream is malformed")
            for event in reader.feed(chunk):
                yield event

    def _took(self, event: ServerSentEvent, request_id: Json) -> bool:
        """Take the message of an event; say whether it is the answer."""
        message = parse(event.data.encode())
        self._receiver.received(message)
        return message.is_response and message.id == request_id and request_id is not None

    def _may_resume(self, place: Place, request_id: Json) -> bool:
        stateful = self._receiver.revision.era is Era.STATEFUL
        keeps = self._receiver.keeps("http-client-reconnects-after-close")
        return stateful and keeps and request_id is not None and place.last != ""

    async def _wait(self, place: Place) -> None:
        """Wait as long as the server asks for (transports, Sending Messages to the Server)."""
        await asyncio.sleep(
            place.retry if self._receiver.keeps("http-client-respects-retry") else 0
        )

    def _get(self, place: Place) -> AbstractAsyncContextManager[httpx2.Response]:
        accept = "text/event-stream" if self._receiver.keeps("http-client-get-accept") else "*/*"
        url, credential = self._authorizer.present("GET")
        headers = {"Accept": accept, **self._receiver.headers(None), **credential}
        if place.last and self._names_event():
            headers["Last-Event-ID"] = place.last
        return self._http.stream("GET", url, headers=headers)

    def _names_event(self) -> bool:
        return self._receiver.keeps("http-client-last-event-id")
