"""JSON-RPC over one WebSocket: every message a text frame, answers in any order."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.recorder import Recorder, shown_url
from mcp_proof.transports.connection import (
    FAILED_READING,
    OWN_FAULT,
    Headers,
    Receiver,
    Sending,
    ignore,
)
from mcp_proof.transports.tls import trusted
from mcp_proof_contracts.framing import MAX_FRAME
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import parse

try:
    from websockets.asyncio.client import ClientConnection, connect
    from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
    from websockets.http11 import Request, Response
except ModuleNotFoundError as error:
    raise UsageError(
        f"ws:// and wss:// need {error.name}, which is not installed: "
        "pip install 'mcp-proof[websocket]'"
    ) from error

CHANNEL: Final = "websocket"
HANDSHAKE: Final = "handshake"
"""The channel of the HTTP exchange from which the WebSocket comes."""
CLOSE_GRACE: Final = 5.0
"""Seconds that a server gets to answer the closing handshake, at most."""
NORMAL: Final = 1000
CUT_OFF: Final = 1006
"""Stands for the code of a connection that was not closed (RFC 6455, section 7.4.1)."""
MANY_FRAMES: Final = 50_000
FRAMES_LIMIT: Final = 64 * 1024 * 1024
"""Messages and bytes of them after which a connection is cut: no test needs more."""


class _Connect(connect):
    """Connects to the very URL: headers with secrets are for nobody else."""

    def process_redirect(self, exc: Exception) -> Exception:
        """Follow nowhere."""
        return exc


class WebSocketConnection:
    """One WebSocket."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        name: str,
        recorder: Recorder,
        timeout: float,
    ) -> None:
        self.name = name
        self.url = url
        self.receiver: Receiver = ignore
        self.headers = dict(headers)
        self._recorder = recorder
        self._timeout = timeout
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._closing = False
        self._messages = self._bytes = 0

    @property
    def alive(self) -> bool:
        """Whether the WebSocket is open."""
        return self._socket is not None and not self._ended.done() and not self._closing

    async def open(self) -> None:
        """Connect and make the opening handshake.

        Raises:
            PeerError: nothing accepts WebSockets at the URL.
        """
        try:
            self._socket = await self._connected()
        except InvalidStatus as refusal:
            self._note_handshake(None, refusal.response)
            raise PeerError(self._refused(refusal.response)) from refusal
        except (OSError, TimeoutError, InvalidHandshake) as error:
            raise PeerError(
                f"cannot open a WebSocket at {shown_url(self.url)}: {error or 'no answer'}. "
                "Check that the server runs and speaks WebSocket at this host, port and path."
            ) from error
        self._note_handshake(self._socket.request, self._socket.response)
        self._record(EventKind.OPEN, Sender.CLIENT, {"target": shown_url(self.url)})
        self._reading = asyncio.create_task(self._read(self._socket))

    def _connected(self) -> _Connect:
        return _Connect(
            self.url,
            additional_headers=self.headers,
            proxy=None,  # a proxy of the environment would be judged in the server's place
            compression=None,
            open_timeout=self._timeout,
            ping_interval=None,  # only what a probe sends is sent
            close_timeout=min(CLOSE_GRACE, self._timeout),
            max_size=MAX_FRAME,
            ssl=_context(self.url),
        )

    def _refused(self, response: Response) -> str:
        told = f"{shown_url(self.url)} opens no WebSocket: it answers HTTP {response.status_code}"
        return f"{told}. Is this the path of the socket? Does the server ask for a header?"

    async def send(
        self, raw: bytes, _headers: Headers | None = None, /, *, probe: str = ""
    ) -> Sending:
        """Send one text frame. A connection that is over is not raised: `ended` tells it."""
        return await self.send_frames([raw], probe=probe)

    async def send_frames(
        self, parts: Sequence[bytes], *, probe: str = "", binary: bool = False
    ) -> Sending:
        """Send one message in one frame, or fragmented into several (RFC 6455, section 5.4)."""
        raw = b"".join(parts)
        self._recorder.record(
            EventKind.MESSAGE,
            session=self.name,
            channel=CHANNEL,
            sender=Sender.CLIENT,
            probe=probe,
            message=parse(raw),
            data=_members(binary=binary),
        )
        if self._socket is not None:
            with suppress(ConnectionClosed):
                message = parts[0] if len(parts) == 1 else parts
                await self._socket.send(message, text=not binary)
        sending = Sending(CHANNEL, self._ended, probe, shared=True)
        sending.answered.set()
        return sending

    async def ping(self, payload: bytes, *, probe: str = "") -> None:
        """Send a ping; record it, and the pong that answers it within the time for an answer."""
        if self._socket is None:
            return
        data: JsonObject = {"opcode": "ping", "text": payload.decode()}
        self._record(EventKind.FRAME, Sender.CLIENT, data, probe)
        with suppress(ConnectionClosed, TimeoutError):
            pong = await self._socket.ping(payload)
            await asyncio.wait_for(pong, self._timeout)
            data = {"opcode": "pong", "text": payload.decode()}
            self._record(EventKind.FRAME, Sender.SERVER, data, probe)

    async def close(self, *, probe: str = "") -> None:
        """Make the closing handshake; cut the connection when the server does not answer it."""
        if self._socket is None or self._closing:
            return
        self._closing = True
        over = self._ended.done()
        if not over:
            data: JsonObject = {"opcode": "close", "code": NORMAL}
            self._record(EventKind.FRAME, Sender.CLIENT, data, probe)
        await self._socket.close()
        if self._reading is not None:
            await self._reading
        how = "closed" if over else ("complete" if self._answered_close() else "broken")
        self._record(EventKind.CLOSE, Sender.SERVER, {"how": how}, probe)

    def _answered_close(self) -> bool:
        return self._socket is not None and self._socket.close_code != CUT_OFF

    async def _read(self, socket: ClientConnection) -> None:
        """Deliver messages until the connection is over."""
        try:
            while True:
                data = await socket.recv()
                binary = isinstance(data, bytes)
                self._deliver(data if isinstance(data, bytes) else data.encode(), binary=binary)
                if self._floods():
                    detail = f"{self._messages} messages with {self._bytes} bytes go on"
                    self._end("too-long", detail, None)
                    socket.transport.abort()
                    return
        except ConnectionClosed:
            code = socket.close_code or CUT_OFF
            how = "closed" if self._closing else "broken" if code == CUT_OFF else "complete"
            self._end(how, socket.close_reason or "", code)
        except Exception as error:  # noqa: BLE001  # nobody awaits this task: it would be lost
            self._recorder.blame(error)
            self._end(OWN_FAULT, FAILED_READING, None)

    def _floods(self) -> bool:
        many = self._messages > MANY_FRAMES or self._bytes > FRAMES_LIMIT
        return many and not self._recorder.endless

    def _deliver(self, raw: bytes, *, binary: bool) -> None:
        self._messages += 1
        self._bytes += len(raw)
        message = parse(raw)
        self._recorder.record(
            EventKind.MESSAGE,
            session=self.name,
            channel=CHANNEL,
            sender=Sender.SERVER,
            message=message,
            data=_members(binary=binary),
        )
        self.receiver(message)

    def _end(self, how: str, detail: str, code: int | None) -> None:
        if not self._ended.done():
            data: JsonObject = {"how": how, "detail": detail, "code": code}
            self._record(EventKind.END, Sender.SERVER, data)
            why = f"{detail} ({code})" if detail else f"closed with {code}"
            self._ended.set_result(FAILED_READING if how == OWN_FAULT else why)

    def _note_handshake(self, request: Request | None, response: Response | None) -> None:
        """Record the HTTP exchange: of a request that was refused, only what we gave is known."""
        sent = list(request.headers.raw_items() if request is not None else self.headers.items())
        path = urlsplit(self.url).path or "/"
        data: JsonObject = {"method": "GET", "path": path, "headers": self._recorder.shown(sent)}
        self._record(EventKind.HTTP_REQUEST, Sender.CLIENT, data, channel=HANDSHAKE)
        if response is not None:
            shown = self._recorder.shown(list(response.headers.raw_items()))
            data = {"status": response.status_code, "headers": shown}
            self._record(EventKind.HTTP_RESPONSE, Sender.SERVER, data, channel=HANDSHAKE)

    def _record(
        self,
        kind: EventKind,
        sender: Sender,
        data: JsonObject,
        probe: str = "",
        *,
        channel: str = CHANNEL,
    ) -> None:
        self._recorder.record(
            kind, session=self.name, channel=channel, sender=sender, probe=probe, data=data
        )


def _context(url: str) -> ssl.SSLContext | None:
    return trusted() if url.lower().startswith("wss:") else None


def _members(*, binary: bool) -> dict[str, Json]:
    return {"opcode": "binary"} if binary else {}
