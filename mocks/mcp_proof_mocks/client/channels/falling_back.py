"""A URL that may be that of a newer server or of an older one (transports, Compatibility).

Streamable HTTP is tried first. Where the very first POST is refused by a status, and no error of
this protocol says why, the older transport is tried at the same URL.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import Message, as_object
from mcp_proof_mocks.client.channels.channel import Channel, Receiver
from mcp_proof_mocks.client.channels.http import HttpChannel
from mcp_proof_mocks.client.channels.http_sse import HttpSseChannel
from mcp_proof_mocks.client.failure import FailureError, RefusedError, StatusError

OLDER: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
"""The statuses by which an older server is known."""


class FallingBackChannel:
    """Streamable HTTP, or what was before it; to the newer channel it is the receiver."""

    ended = False  # over HTTP each request opens what it needs

    def __init__(
        self, url: str, receiver: Receiver, revision: Revision, authorization: JsonObject
    ) -> None:
        self.revision = revision
        self._url = url
        self._receiver = receiver
        self._newer = HttpChannel(url, self, revision, authorization)
        self._channel: Channel = self._newer
        """The one that is in use."""
        self._first: Json = None
        """The first message, until it was answered."""
        self._settled = False
        """Whether it is known which transport it is."""
        self._task: asyncio.Task[None] | None = None

    # A channel to the client

    async def open(self) -> None:
        """Connect."""
        await self._channel.open()

    async def send(self, message: Json) -> None:
        """Send a message."""
        self._first = message if self._first is None else self._first
        await self._channel.send(message)

    async def listen(self) -> None:
        """Hear what the server says unasked."""
        await self._channel.listen()

    async def forget(self, request_id: Json) -> None:
        """Wait no longer for the answer to a request."""
        await self._channel.forget(request_id)

    async def close(self) -> None:
        """Disconnect from both."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._channel.close()
        if self._newer is not self._channel:
            await self._newer.close()

    # A receiver to the newer channel

    def keeps(self, duty: str) -> bool:
        """Whether the client does what the rule `duty` demands."""
        return self._receiver.keeps(duty)

    def received(self, message: Message) -> None:
        """Take one message of the server; an error may be taken for that of an older server."""
        careful = self.keeps("sse-client-no-fallback-on-modern-error")
        if not self._settled and message.is_response and "error" in message.members and not careful:
            self._fall_back(message.id, RefusedError(message.error))
            return
        self._settled = True
        self._receiver.received(message)

    def lost(self, request_id: Json, failure: Exception) -> None:
        """Hear that no answer will come for a request."""
        refused = isinstance(failure, StatusError) and failure.status in OLDER
        first = request_id is not None and request_id == as_object(self._first).get("id")
        if refused and first and not self._settled:
            self._fall_back(request_id, failure)
        else:
            self._receiver.lost(request_id, failure)

    def begun(self, session_id: str) -> None:
        """Hear that HTTP has begun a session."""
        self._receiver.begun(session_id)

    def encoded(self, message: Json) -> bytes:
        """Return a message as it is sent."""
        return self._receiver.encoded(message)

    def headers(self, message: Json) -> Mapping[str, str]:
        """Return the HTTP headers that the era adds."""
        return self._receiver.headers(message)

    # The older transport

    def _fall_back(self, request_id: Json, failure: Exception) -> None:
        self._settled = True
        self._task = asyncio.create_task(self._older(request_id, failure))

    async def _older(self, request_id: Json, failure: Exception) -> None:
        """Try the older transport; a handshake is sent again there, all else is lost.

        A faulty client sees that there is one, and goes on with the newer transport.
        """
        older = HttpSseChannel(self._url, self._receiver)
        try:
            await older.open()
        except FailureError:
            await older.close()
            self._receiver.lost(request_id, failure)
            return
        if not self.keeps("sse-client-fallback-detect"):
            await older.close()
            await self._channel.send(self._first)
            return
        self._channel = older
        if as_object(self._first).get("method") == "initialize":
            await older.send(self._first)
        else:
            self._receiver.lost(request_id, failure)
