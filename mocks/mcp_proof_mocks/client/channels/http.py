"""Streamable HTTP: a POST for each message; its streams are read in `http_streams.py`."""

import asyncio
import contextlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import httpx2

from mcp_proof_contracts.headers import media_type
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.no_entry import NO_ENTRY
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import Kind, as_object, parse
from mcp_proof_mocks.client.authorization.authorizer import Authorizer
from mcp_proof_mocks.client.channels.channel import Receiver
from mcp_proof_mocks.client.channels.http_streams import EventStreams
from mcp_proof_mocks.client.failure import (
    FailureError,
    InvalidError,
    LostError,
    RefusedError,
    StatusError,
)

JSON: Final = "application/json"
BOTH: Final = f"{JSON}, text/event-stream"
BESIDE: Final[JsonObject] = {"jsonrpc": "2.0", "id": "beside", "method": "ping"}
"""What a faulty client sends along with a response."""


class HttpChannel:
    """One server behind a URL."""

    def __init__(self, url: str, receiver: Receiver, revision: Revision, known: JsonObject) -> None:
        self.ended = False
        self.url = url
        self._receiver = receiver
        # To load certificates takes longer than most conversations.
        verify = url.startswith("https:")
        self.http = httpx2.AsyncClient(timeout=None, trust_env=False, verify=verify)
        self.authorizer = Authorizer(url, known, revision, receiver.keeps, self.http)
        self._streams = EventStreams(self.authorizer, self.http, receiver)
        self._exchanges: dict[tuple[str, Json], asyncio.Task[None]] = {}
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, which happens by itself; a faulty client says nothing by a first POST."""
        if not self._receiver.keeps("http-client-single-message-body"):
            await self.http.post(self.url, headers={"Accept": BOTH, "Content-Type": JSON})

    async def send(self, message: Json) -> None:
        """POST a message. What answers a request is read beside; all else is waited for."""
        request_id = as_object(message).get("id")
        if request_id is None or "method" not in as_object(message):
            with contextlib.suppress(FailureError):  # nobody waits for an answer to it
                await self._post(message, None)
            return
        task = asyncio.create_task(self._exchange(message, request_id))
        key = (type(request_id).__name__, request_id)
        self._exchanges[key] = task
        task.add_done_callback(lambda done: self._forgotten(key, done))

    async def listen(self) -> None:
        """Open the stream on which the server speaks unasked, in place of an earlier one."""
        await self._stop_listening()
        if not self._receiver.keeps("http-client-tolerates-405-get"):
            await self._streams.listen(strictly=True)
        self._listening = asyncio.create_task(self._streams.listen())

    async def forget(self, request_id: Json) -> None:
        """Close the stream of a request."""
        task = self._exchanges.pop((type(request_id).__name__, request_id), None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        """Close every stream, and the session where there is one."""
        tasks = [*self._exchanges.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._stop_listening()
        headers = self._receiver.headers(None)
        if "Mcp-Session-Id" in headers and self._receiver.keeps("session-client-deletes"):
            url, credential = self.authorizer.present("DELETE")
            with contextlib.suppress(httpx2.HTTPError):  # the server is gone already
                await self.http.request("DELETE", url, headers={**headers, **credential})
        await self.http.aclose()

    def _forgotten(self, key: tuple[str, Json], task: "asyncio.Task[None]") -> None:
        if self._exchanges.get(key) is task:
            del self._exchanges[key]

    async def _stop_listening(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None

    async def _exchange(self, message: Json, request_id: Json) -> None:
        try:
            await self._post(message, request_id)
        except FailureError as failure:
            self._receiver.lost(request_id, failure)

    async def _post(self, message: Json, request_id: Json) -> None:
        """POST a message, and take what answers it.

        Raises:
            FailureError: nothing more comes, and no answer was there.
        """
        keeps = self._receiver.keeps
        accept = BOTH if keeps("http-client-accept-both") else JSON
        headers = {"Accept": accept, "Content-Type": JSON, **self._receiver.headers(message)}
        try:
            for _ in range(self.authorizer.most):
                if not await self._posted(message, headers, request_id):
                    return
        except httpx2.HTTPError as error:
            raise LostError(str(error) or type(error).__name__) from error
        raise StatusError(HTTPStatus.FORBIDDEN)

    async def _posted(self, message: Json, headers: Mapping[str, str], request_id: Json) -> bool:
        """POST a message; say whether to do it again, for there is another token now.

        Raises:
            FailureError: no answer came, or the client cannot be authorized.
        """
        given = as_object(message)
        url, credential = self.authorizer.present("POST")
        keeps = "id" in given or self._receiver.keeps("http-client-post-only")
        async with self.http.stream(
            "POST" if keeps else "PUT",
            url,
            content=self._receiver.encoded(self._body(message)),
            headers={**headers, **credential},
        ) as response:
            if response.status_code in NO_ENTRY:
                await response.aread()
                if await self.authorizer.authorized(response):
                    return True
            await self._take(response, request_id)
            return False

    def _body(self, message: Json) -> Json:
        """Return the message, or what a faulty client makes of a response."""
        keeps = self._receiver.keeps("http-client-batch-composition")
        if "method" not in as_object(message) and not keeps:
            return [message, BESIDE]
        return message

    async def _take(self, response: httpx2.Response, request_id: Json) -> None:
        """Take what answers a POST.

        Raises:
            FailureError: nothing more comes, and no answer was there.
        """
        session = response.headers.get("mcp-session-id")
        if session is not None:
            self._receiver.begun(session)
        if media_type(dict(response.headers)) == "text/event-stream":
            if not self._receiver.keeps("http-client-handles-json-and-sse"):
                raise InvalidError("the response is no JSON")
            await self._streams.follow(response, request_id)
            return
        body = await response.aread()
        message = parse(body) if body else None
        if message is not None and message.is_response and "jsonrpc" in message.members:
            if message.id is None and message.kind is Kind.ERROR:
                raise RefusedError(message.error)  # it came for this request, and no other
            self._receiver.received(message)
        elif response.status_code >= HTTPStatus.BAD_REQUEST:
            raise StatusError(response.status_code)
        elif request_id is not None:
            raise LostError("the response holds no answer")
