"""A server behind a URL: every message its own POST, answered by JSON or an event stream."""

import asyncio
import itertools
from collections.abc import Mapping
from typing import Final

import httpx2
from mcp_proof_contracts.framing import (
    MAX_FRAME,
    EventStreamReader,
    FrameTooLongError,
    ServerSentEvent,
)
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import Message, parse

from mcp_proof.errors import PeerError
from mcp_proof.recorder import Recorder
from mcp_proof.transports.connection import Receiver, Sending

BASE_HEADERS: Final = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
}
SHOWN_BODY: Final = 2000
"""Characters of a body that is no message which enter the transcript."""


def _ignore(_message: Message, _channel: str) -> None:
    """Receive nothing."""


class HttpConnection:
    """One client (its own TCP connections) of one URL."""

    def __init__(
        self, url: str, headers: Mapping[str, str], name: str, recorder: Recorder, timeout: float
    ) -> None:
        self.name = name
        self.url = url
        self.receiver: Receiver = _ignore
        self._headers = dict(headers)
        self._recorder = recorder
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(None, connect=timeout),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=20),
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)
        self._open = False

    @property
    def alive(self) -> bool:
        """Whether the connection is open on our side; HTTP knows no more."""
        return self._open

    async def open(self) -> None:
        """Check that something listens at the URL.

        Raises:
            PeerError: nothing accepts connections there.
        """
        url = httpx2.URL(self.url)
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(url.host, port), 10)
        except (OSError, TimeoutError) as error:
            raise PeerError(
                f"cannot reach {self.url}: {error or 'no answer'}. "
                "Check that the server runs and listens on this host and port."
            ) from error
        writer.close()
        self._open = True
        self._recorder.record(
            EventKind.OPEN,
            session=self.name,
            channel="http",
            sender=Sender.CLIENT,
            data={"target": self.url},
        )

    async def send(
        self, raw: bytes, *, probe: str = "", headers: Mapping[str, str | None] | None = None
    ) -> Sending:
        """POST one message; returns when it is on its way."""
        merged = {**BASE_HEADERS, **(headers or {})}
        return self.request("POST", content=raw, probe=probe, headers=merged)

    def request(
        self,
        method: str,
        *,
        content: bytes = b"",
        probe: str = "",
        headers: Mapping[str, str | None] | None = None,
    ) -> Sending:
        """Send any HTTP request. A header given as `None` is left out."""
        channel = f"{method.lower()}-{next(self._numbers)}"
        merged: dict[str, str | None] = {**self._headers, **(headers or {})}
        sent = [(name, value) for name, value in merged.items() if value is not None]
        self._recorder.record(
            EventKind.HTTP_REQUEST,
            session=self.name,
            channel=channel,
            sender=Sender.CLIENT,
            probe=probe,
            data={"method": method, "headers": self._recorder.shown(sent)},
        )
        if content:
            self._recorder.record(
                EventKind.MESSAGE,
                session=self.name,
                channel=channel,
                sender=Sender.CLIENT,
                probe=probe,
                message=parse(content),
            )
        sending = Sending(channel, asyncio.get_running_loop().create_future())
        request = self._client.build_request(method, self.url, content=content, headers=sent)
        task = asyncio.create_task(self._exchange(request, sending, probe))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return sending

    async def close(self) -> None:
        """Drop every open stream and connection."""
        self._open = False
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._client.aclose()
        self._recorder.record(
            EventKind.CLOSE, session=self.name, channel="http", sender=Sender.CLIENT
        )

    async def _exchange(self, request: httpx2.Request, sending: Sending, probe: str) -> None:
        how, detail = "complete", ""
        try:
            response = await self._client.send(request, stream=True)
            try:
                self._note_head(response, sending, probe)
                if sending.headers.get("content-type", "").startswith("text/event-stream"):
                    await self._read_stream(response, sending, probe)
                else:
                    await self._read_body(response, sending, probe)
            finally:
                await response.aclose()
        except asyncio.CancelledError:
            how = "closed"
            raise
        except FrameTooLongError as error:
            how, detail = "too-long", str(error)
        except (httpx2.HTTPError, httpx2.StreamError, UnicodeDecodeError) as error:
            how, detail = "broken", f"{type(error).__name__}: {error}"
        finally:
            self._record(EventKind.END, sending, probe, data={"how": how, "detail": detail})
            sending.answered.set()
            if not sending.ended.done():
                sending.ended.set_result(detail or f"the response was {how}")

    def _note_head(self, response: httpx2.Response, sending: Sending, probe: str) -> None:
        sending.status = response.status_code
        sending.headers = {name.lower(): value for name, value in response.headers.items()}
        sending.answered.set()
        shown = self._recorder.shown(list(response.headers.multi_items()))
        data: dict[str, Json] = {"status": response.status_code, "headers": shown}
        self._record(EventKind.HTTP_RESPONSE, sending, probe, data=data)

    async def _read_body(self, response: httpx2.Response, sending: Sending, probe: str) -> None:
        parts: list[bytes] = []
        size = 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > MAX_FRAME:
                raise FrameTooLongError(f"a body longer than {MAX_FRAME} bytes")
            parts.append(chunk)
        body = b"".join(parts)
        if not body:
            return
        message = parse(body)
        declared = "json" in sending.headers.get("content-type", "")
        if declared or not message.fault:
            self._deliver(message, sending, probe)
        else:
            text = body[:SHOWN_BODY].decode(errors="replace")
            self._record(EventKind.BODY, sending, probe, data={"text": text, "bytes": size})

    async def _read_stream(self, response: httpx2.Response, sending: Sending, probe: str) -> None:
        events = EventStreamReader()
        async for chunk in response.aiter_bytes():
            for event in events.feed(chunk):
                self._note_event(event, sending, probe)

    def _note_event(self, event: ServerSentEvent, sending: Sending, probe: str) -> None:
        sending.last_event_id = event.id if event.id is not None else sending.last_event_id
        sending.retry_ms = event.retry if event.retry is not None else sending.retry_ms
        data: dict[str, Json] = {
            "event": event.event,
            "id": event.id,
            "retry": event.retry,
            "has_data": event.has_data,
        }
        self._record(EventKind.SSE, sending, probe, data=data)
        if event.data:
            self._deliver(parse(event.data.encode()), sending, probe)

    def _deliver(self, message: Message, sending: Sending, probe: str) -> None:
        self._record(EventKind.MESSAGE, sending, probe, message=message)
        self.receiver(message, sending.channel)

    def _record(
        self,
        kind: EventKind,
        sending: Sending,
        probe: str,
        *,
        message: Message | None = None,
        data: Mapping[str, Json] | None = None,
    ) -> None:
        self._recorder.record(
            kind,
            session=self.name,
            channel=sending.channel,
            sender=Sender.SERVER,
            probe=probe,
            message=message,
            data=data,
        )
