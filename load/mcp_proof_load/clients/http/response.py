"""One HTTP response as it comes in."""

from typing import Final

from httptools import HttpResponseParser

from mcp_proof_load.clients.client import BrokenError

FINAL: Final = 200
"""Statuses below it announce another response."""
NAMED_KIND: Final = len(b"content-type")


class Response:
    """A response: its head, and of its body what has come and was not taken yet."""

    __slots__ = ("complete", "fields", "keep", "kind", "others", "parts", "status")

    def __init__(self) -> None:
        self.status = 0
        """0 until the head is there."""
        self.fields: list[tuple[bytes, bytes]] = []
        self.kind = b""
        """The content type, as it was sent."""
        self.parts: list[bytes] = []
        self.complete = False
        self.keep = False
        """Whether the connection can be used again."""
        self.others: tuple[bytes, ...] = ()
        """What came on the connection that nobody had asked for, before this or behind it."""

    def header(self, name: bytes) -> str:
        """Return a header by its name in lower case; "" where there is none."""
        for field, value in self.fields:
            if field.lower() == name:
                return value.decode("latin-1")
        return ""

    @property
    def is_stream(self) -> bool:
        """Whether it is a stream of events that is being delivered."""
        return self.kind[:17].lower() == b"text/event-stream" and self.status == FINAL

    def take(self) -> bytes:
        """Return what has come of the body since the last time."""
        data = b"".join(self.parts)
        self.parts.clear()
        return data


class Responses:
    """Makes responses of what comes over one connection."""

    __slots__ = ("_parser", "complete", "now")

    def __init__(self) -> None:
        self.now: Response | None = None
        """The response that has begun."""
        self.complete: list[Response] = []
        """Those that are whole."""
        self._parser = HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        """Take what has come.

        Raises:
            httptools.HttpParserError: it is no HTTP.
        """
        self._parser.feed_data(data)

    def end(self) -> None:
        """Note that no more will come, which ends a body without a length.

        Raises:
            BrokenError: there is no whole response.
        """
        now = self.now
        if now is None:
            raise BrokenError("the connection was closed without an answer")
        if not now.status:
            raise BrokenError("the connection was closed within the head of the answer")
        if now.header(b"content-length") or now.header(b"transfer-encoding"):
            raise BrokenError("the connection was closed in the middle of the answer")
        self.on_message_complete()

    # What the parser calls

    def on_message_begin(self) -> None:
        """Begin another response."""
        self.now = Response()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        now = self.now
        assert now is not None
        now.fields.append((name, value))
        if len(name) == NAMED_KIND and name.lower() == b"content-type":
            now.kind = value

    def on_headers_complete(self) -> None:
        """Keep the status."""
        assert self.now is not None
        self.now.status = self._parser.get_status_code()

    def on_body(self, data: bytes) -> None:
        """Keep a piece of the body."""
        assert self.now is not None
        self.now.parts.append(data)

    def on_message_complete(self) -> None:
        """End the response, if it is one and no announcement."""
        now = self.now
        assert now is not None
        self.now = None
        if now.status >= FINAL:
            now.keep = self._parser.should_keep_alive()
            now.complete = True
            self.complete.append(now)
