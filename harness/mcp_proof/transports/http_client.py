"""HTTP requests to a server behind a URL, and everything that comes back for them, recorded."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx2

from mcp_proof.errors import PeerError
from mcp_proof.recorder import Recorder, shown_url
from mcp_proof.transports.connection import (
    FAILED_READING,
    OWN_FAULT,
    Headers,
    Receiver,
    Sending,
    ignore,
)
from mcp_proof.transports.tls import NOBODY, trusted
from mcp_proof.transports.verbatim_http import VerbatimTransport
from mcp_proof_contracts.framing import (
    MAX_FRAME,
    EventStreamReader,
    FrameTooLongError,
    ServerSentEvent,
)
from mcp_proof_contracts.headers import media_type
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.transcript import DOCUMENTS, EventKind, Sender
from mcp_proof_contracts.wire import Message, parse

SHOWN_BODY: Final = 2000
"""Characters of a body that is no message which enter the transcript."""
LONGEST_DOCUMENT: Final = 100_000
"""Characters of a document that enter it: rules read them."""
STREAM_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of one event stream after which it is cut: no test needs more, a flood never ends."""
MANY_EVENTS: Final = 50_000
"""Events on all streams of a connection after which each is cut short, likewise."""
FEW_EVENTS: Final = 200
"""Events that a stream may still bring after that."""


@dataclass(frozen=True, slots=True)
class HttpServer:
    """Where requests go, and what they all carry."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    application: httpx2.AsyncBaseTransport | None = None
    """What takes the requests in this process; `None` sends them over TCP."""
    forwarded: bool = False
    """Whether what listens at the URL is not the server, but hands everything on to it."""


class HttpClient:
    """One client (its own TCP connections) of one URL; how messages go over it is its heirs'."""

    def __init__(self, server: HttpServer, name: str, recorder: Recorder, timeout: float) -> None:
        self.name = name
        self.url = server.url
        self.in_process = server.application is not None
        """Whether requests go to an application here, so that nothing listens for them."""
        self.forwarded = server.forwarded
        self.receiver: Receiver = ignore
        self._headers = dict(server.headers)
        self._timeout = timeout
        self._recorder = recorder
        self._client = httpx2.AsyncClient(
            transport=server.application,
            verify=trusted() if httpx2.URL(server.url).scheme == "https" else NOBODY,
            timeout=httpx2.Timeout(None, connect=timeout),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=20),
            trust_env=False,  # a proxy would be judged in the server's place
        )
        self._verbatim = httpx2.AsyncClient(
            transport=server.application or VerbatimTransport(timeout),
            headers={"Connection": "close"},
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)
        self._events = 0
        """Server-sent events so far, on all streams."""
        self._open = False

    @property
    def alive(self) -> bool:
        """Whether the connection is open on our side; HTTP knows no more."""
        return self._open

    @property
    def given_names(self) -> frozenset[str]:
        """The headers that the user gave, in lower case."""
        return frozenset(name.lower() for name in self._headers)

    def given(self, name: str) -> str:
        """Return what the user gave for a header (by its name in lower case); "" for nothing."""
        headers = {header.lower(): value for header, value in self._headers.items()}
        return headers.get(name, "")

    async def open(self) -> None:
        """Check that something listens at the URL.

        Raises:
            PeerError: nothing accepts connections there.
        """
        if not self.in_process:
            await self._reach()
        self._open = True
        self._recorder.record(
            EventKind.OPEN,
            session=self.name,
            channel="http",
            sender=Sender.CLIENT,
            data={"target": shown_url(self.url)},
        )

    async def _reach(self) -> None:
        url = httpx2.URL(self.url)
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            opening = asyncio.open_connection(url.host, port)
            _, writer = await asyncio.wait_for(opening, self._timeout)
        except (OSError, TimeoutError) as error:
            raise PeerError(
                f"cannot reach {shown_url(self.url)}: {error or 'no answer'}. "
                "Check that the server runs and listens on this host and port."
            ) from error
        writer.close()

    def request(  # noqa: PLR0913  # the parts of a request, all by keyword but one
        self,
        method: str,
        *,
        url: str = "",
        content: bytes = b"",
        probe: str = "",
        headers: Headers | None = None,
        framed: bytes | None = None,
        document: bool = False,
    ) -> Sending:
        """Send any HTTP request, to another `url` if given. A header given as `None` is left out.

        `framed` is sent in the place of `content`, which it carries in a framing of its own; what
        has it, or a value with whitespace around it, is sent just so, over its own connection. What
        comes for a `document` is recorded as a body, and never as a message.
        """
        channel = f"{DOCUMENTS if document else method.lower() + '-'}{next(self._numbers)}"
        ours = {name.lower() for name in headers or {}}
        theirs = {k: v for k, v in self._headers.items() if k.lower() not in ours}
        merged: dict[str, str | None] = {**theirs, **(headers or {})}
        sent = [(name, value) for name, value in merged.items() if value is not None]
        sending = Sending(channel, asyncio.get_running_loop().create_future(), probe)
        path: JsonObject = {"path": httpx2.URL(url).raw_path.decode()} if url else {}
        head: JsonObject = {"method": method, **path, "headers": self._recorder.shown(sent)}
        us = Sender.CLIENT
        self._record(EventKind.HTTP_REQUEST, sending, sender=us, data=head)
        if content:
            self._record(EventKind.MESSAGE, sending, sender=us, message=parse(content))
        padded = any(value != value.strip() for _, value in sent)
        client = self._verbatim if padded or framed is not None else self._client
        # A session id that a peer gave out may be no ASCII.
        raw = [(name.encode(), value.encode()) for name, value in sent]
        request = client.build_request(
            method, url or self.url, content=content if framed is None else framed, headers=raw
        )
        task = asyncio.create_task(self._exchange(client, request, sending))
        sending.close = task.cancel
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return sending

    async def close(self) -> None:
        """Drop every open stream and connection."""
        if not self._open:
            return
        self._open = False
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._client.aclose()
        await self._verbatim.aclose()
        self._recorder.record(
            EventKind.CLOSE, session=self.name, channel="http", sender=Sender.CLIENT
        )

    async def _exchange(
        self, client: httpx2.AsyncClient, request: httpx2.Request, sending: Sending
    ) -> None:
        how, detail = "complete", ""
        try:
            response = await client.send(request, stream=True)
            try:
                self._note_head(response, sending)
                if self._is_stream(sending):
                    await self._read_stream(response, sending)
                else:
                    await self._read_body(response, sending)
            finally:
                await response.aclose()
        except asyncio.CancelledError:
            how = "closed"
            raise
        except FrameTooLongError as error:
            how, detail = "too-long", str(error)
        except (httpx2.HTTPError, httpx2.StreamError, UnicodeDecodeError) as error:
            how, detail = "broken", _how_it_broke(error)
        except Exception as error:  # noqa: BLE001  # nobody awaits this task: it would be lost
            self._recorder.blame(error)
            how, detail = OWN_FAULT, FAILED_READING
        finally:
            self._record(EventKind.END, sending, data={"how": how, "detail": detail})
            sending.answered.set()
            self._end(sending, detail or _no_answer(sending))

    def _end(self, sending: Sending, why: str) -> None:
        """Say that nothing more can come for what was sent."""
        if not sending.ended.done():
            sending.ended.set_result(why)

    def _is_stream(self, sending: Sending) -> bool:
        """Whether server-sent events follow the head of a response."""
        return media_type(sending.headers) == "text/event-stream" and not _is_document(sending)

    def _note_head(self, response: httpx2.Response, sending: Sending) -> None:
        sending.status = response.status_code
        sending.headers = {name.lower(): value for name, value in response.headers.items()}
        sending.answered.set()
        shown = self._recorder.shown(list(response.headers.multi_items()))
        data: dict[str, Json] = {"status": response.status_code, "headers": shown}
        self._record(EventKind.HTTP_RESPONSE, sending, data=data)

    async def _read_body(self, response: httpx2.Response, sending: Sending) -> None:
        parts: list[bytes] = []
        size = 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > MAX_FRAME:
                raise FrameTooLongError(f"a body longer than {MAX_FRAME} bytes")
            parts.append(chunk)
        sending.body = body = b"".join(parts)
        if not body:
            return
        if _is_document(sending):
            text = body[:LONGEST_DOCUMENT].decode(errors="replace")
            self._record(EventKind.BODY, sending, data={"text": text, "bytes": size})
            return
        message = parse(body)
        declared = "json" in sending.headers.get("content-type", "")
        if declared or not message.fault:
            self._deliver(message, sending)
        else:
            text = body[:SHOWN_BODY].decode(errors="replace")
            self._record(EventKind.BODY, sending, data={"text": text, "bytes": size})

    async def _read_stream(self, response: httpx2.Response, sending: Sending) -> None:
        events, size, count = EventStreamReader(), 0, 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            for event in events.feed(chunk):
                count += 1
                self._note_event(event, sending)
            if self._recorder.endless:
                continue
            flooded = self._events > MANY_EVENTS and count > FEW_EVENTS
            if size > STREAM_LIMIT or flooded:
                raise FrameTooLongError(f"a stream of {count} events and {size} bytes goes on")

    def _note_event(self, event: ServerSentEvent, sending: Sending) -> None:
        if sending.first_event_id is None:
            sending.first_event_id = event.id
        self._events += 1
        sending.last_event_id = event.id if event.id is not None else sending.last_event_id
        sending.retry_ms = event.retry if event.retry is not None else sending.retry_ms
        data: dict[str, Json] = {
            "event": event.event,
            "id": event.id,
            "retry": event.retry,
            "has_data": event.has_data,
        }
        self._record(EventKind.SSE, sending, data=data)
        self._take(event, sending)

    def _take(self, event: ServerSentEvent, sending: Sending) -> None:
        """Take what an event carries."""
        if event.data:
            self._deliver(parse(event.data.encode()), sending)

    def _deliver(self, message: Message, sending: Sending) -> None:
        self._record(EventKind.MESSAGE, sending, message=message)
        sending.messages.append(message)
        sending.receive(message)
        self.receiver(message)

    def _record(
        self,
        kind: EventKind,
        sending: Sending,
        *,
        sender: Sender = Sender.SERVER,
        message: Message | None = None,
        data: Mapping[str, Json] | None = None,
    ) -> None:
        self._recorder.record(
            kind,
            session=self.name,
            channel=sending.channel,
            sender=sender,
            probe=sending.probe,
            message=message,
            data=data,
        )


def _is_document(sending: Sending) -> bool:
    return sending.channel.startswith(DOCUMENTS)


def _how_it_broke(error: Exception) -> str:
    """What broke an exchange: the library's name for it, and the first cause that has words."""
    cause: BaseException | None = error
    while cause is not None and not str(cause):
        cause = cause.__cause__ or cause.__context__
    words = cause.strerror if isinstance(cause, OSError) else str(cause or "")
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _no_answer(sending: Sending) -> str:
    """Why a response that came to its end was no answer, as far as its head tells."""
    location = sending.headers.get("location")
    if location is None:
        return "the response held no answer"
    try:
        shown = shown_url(location)
    except ValueError:
        return "it redirects to what is no URL"
    return f"it redirects to {shown}; verify that URL if it is the right one"
