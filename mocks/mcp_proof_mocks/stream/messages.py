"""The client's messages, read from its bytes as they pass."""

from typing import Protocol

import httptools

from mcp_proof_contracts.framing import MAX_FRAME, FrameTooLongError, LineReader
from mcp_proof_contracts.wire import Message, parse


class Messages(Protocol):
    """Finds messages in the bytes of one connection."""

    def feed(self, chunk: bytes) -> list[Message]:
        """Return the messages that this chunk completed."""
        ...


class LineMessages:
    """Messages in lines, as over stdio. Responses are left out: they begin nothing."""

    def __init__(self) -> None:
        self._lines = LineReader()

    def feed(self, chunk: bytes) -> list[Message]:
        """Cut the chunk into lines; a line without end is forgotten."""
        try:
            lines = self._lines.feed(chunk)
        except FrameTooLongError:
            self._lines = LineReader()
            return []
        return [message for message in map(parse, lines) if not message.is_response]


class HttpMessages:
    """Messages in the bodies of HTTP requests; one without a message counts as one too."""

    def __init__(self) -> None:
        self._parser: httptools.HttpRequestParser | None = httptools.HttpRequestParser(self)
        self._body: list[bytes] = []
        self._size = 0
        self._messages: list[Message] = []

    def feed(self, chunk: bytes) -> list[Message]:
        """Parse the chunk; what is no HTTP is not looked at any further."""
        self._messages = []
        if self._parser is not None:
            try:
                self._parser.feed_data(chunk)
            except (httptools.HttpParserError, httptools.HttpParserUpgrade):
                self._parser = None
        return self._messages

    def on_body(self, body: bytes) -> None:
        """Collect a piece of a body, unless it is longer than any message."""
        self._size += len(body)
        if self._size <= MAX_FRAME:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """Read what the body holds."""
        self._messages.append(parse(b"".join(self._body)))
        self._body, self._size = [], 0
