"""A receiver of webhooks, to judge who sends them: what comes is checked, kept and answered."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from threading import Condition, Thread
from types import TracebackType
from typing import Final, Self

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.webhook import TOLERANCE, WebhookFault, verify_webhook
from mcp_proof_contracts.wire import as_object, encode, parse

MAX_BODY: Final = 8 * 1024 * 1024
MAX_LINE: Final = 8 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedWebhook:
    """A delivery that came."""

    headers: Mapping[str, str]
    body: bytes
    fault: WebhookFault | None
    """What was wrong with it; then it was answered by 401."""

    @property
    def event(self) -> JsonObject:
        """The body as JSON; empty where it is no object."""
        return as_object(parse(self.body).value)


class WebhookReceiver:
    """Listens on this machine while its block runs.

    Args:
        secret: what the deliveries are signed with.
        clock: the time that their timestamps are compared with, in seconds since 1970.
        tolerance: seconds by which they may differ.
    """

    def __init__(
        self,
        secret: str,
        *,
        clock: Callable[[], float] = time.time,
        tolerance: float = TOLERANCE,
    ) -> None:
        self.deliveries: list[ReceivedWebhook] = []
        """All that came, in order, the refused ones among them."""
        self._secret = secret
        self._clock = clock
        self._tolerance = tolerance
        self._seen: set[str] = set()
        self._came = Condition()

    @property
    def url(self) -> str:
        """Where to deliver to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/webhook/mcp"

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._serving = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="webhooks"
        )
        self._serving.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._serving.join()
        self._server.server_close()

    def wait_for(self, count: int, *, seconds: float = 5.0) -> list[ReceivedWebhook]:
        """Return the deliveries, when so many have come.

        Raises:
            AssertionError: they do not come in time.
        """
        __tracebackhide__ = True
        with self._came:
            enough = self._came.wait_for(lambda: len(self.deliveries) >= count, seconds)
        came = len(self.deliveries)
        assert enough, f"{count} deliveries expected, {came} came in {seconds:g} s"
        return list(self.deliveries)

    def take(self, headers: Mapping[str, str], body: bytes) -> WebhookFault | None:
        """Check a delivery and keep it, as one that comes over HTTP."""
        with self._came:
            fault = verify_webhook(
                headers,
                body,
                self._secret,
                self._clock(),
                tolerance=self._tolerance,
                seen=self._seen,
            )
            self.deliveries.append(ReceivedWebhook(headers=headers, body=body, fault=fault))
            self._came.notify_all()
        return fault

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_POST(self) -> None:
                body = _body(self)
                if body is None:
                    self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "Too large"})
                    return
                fault = receiver.take(dict(self.headers.items()), body)
                if fault is None:
                    self._answer(HTTPStatus.OK, {"status": "received"})
                else:
                    text = f"Invalid signature: {fault}"
                    self._answer(HTTPStatus.UNAUTHORIZED, {"error": text})

            def _answer(self, status: HTTPStatus, value: JsonObject) -> None:
                body = encode(value)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *_arguments: object) -> None:  # noqa: A002  # the library's name
                """Say nothing: all is in `deliveries`."""

        return Handler


def _body(request: BaseHTTPRequestHandler) -> bytes | None:
    """Return the body of a request; `None` when it is too long, or where it ends is not told."""
    if request.headers.get("Transfer-Encoding", "").lower() == "chunked":
        return _chunks(request.rfile)
    length = request.headers.get("Content-Length", "0")
    known = length.isdecimal() and int(length) <= MAX_BODY
    return request.rfile.read(int(length)) if known else None


def _chunks(stream: BufferedIOBase) -> bytes | None:
    """Return what comes in chunks (RFC 9112, section 7.1)."""
    body = b""
    try:
        while size := int(stream.readline(MAX_LINE).partition(b";")[0], 16):
            if not 0 < size <= MAX_BODY - len(body):
                return None
            body += stream.read(size)
            stream.readline(MAX_LINE)
    except ValueError:
        return None
    while stream.readline(MAX_LINE).strip():
        pass  # a trailer, which says nothing here
    return body
