"""How messages are cut out of byte streams: lines (stdio) and server-sent events (HTTP).

Both readers are sans-I/O: feed them whatever arrived, in any pieces, and take what is complete.
"""

import codecs
from dataclasses import dataclass
from typing import Final

MAX_FRAME: Final = 32 * 1024 * 1024
"""Bytes of one line or event beyond which reading stops, so that no peer can exhaust memory."""


MAX_DIGITS: Final = 15
LONGEST_RETRY: Final = 10**12
"""Milliseconds: what is longer is no time that anybody waits."""


class FrameTooLongError(ValueError):
    """A line or event grew past the limit without ending."""


class LineReader:
    """Cut a byte stream into lines. Only LF ends a line; a trailing CR is kept for the judges."""

    def __init__(self, limit: int = MAX_FRAME) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the lines that `chunk` completed, without their LF.

        Raises:
            FrameTooLongError: a line is longer than the limit.
        """
        head, newline, tail = chunk.partition(b"\n")
        if not newline:
            self._keep(chunk)
            return []
        lines = [b"".join((*self._parts, head))]
        *more, rest = tail.split(b"\n")
        self._parts, self._size = [], 0
        self._keep(rest)
        return lines + more

    @property
    def rest(self) -> bytes:
        """What came after the last LF: a line that the peer has not finished."""
        return b"".join(self._parts)

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._limit:
            raise FrameTooLongError(f"a line longer than {self._limit} bytes")
        if part:
            self._parts.append(part)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSentEvent:
    """One dispatched event, or an event without data (`has_data` false) that set id or retry."""

    event: str = "message"
    data: str = ""
    id: str | None = None
    """The `id` field of this very event; `None` when it had none."""
    retry: int | None = None
    has_data: bool = True


class EventStreamReader:
    """Parse `text/event-stream` by the WHATWG algorithm (HTML standard, 9.2.6).

    It differs from a browser in one respect: an event without a `data` field is reported too,
    with `has_data` false, because ids and retry times are evidence.
    """

    def __init__(self, limit: int = MAX_FRAME) -> None:
        self._limit = limit
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="strict")
        self._line: list[str] = []
        """The pieces of the line that has not ended yet."""
        self._first = True
        self._after_cr = False
        self._data: list[str] = []
        self._event = ""
        self._id: str | None = None
        self._retry: int | None = None
        self._size = 0

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """Return the events that `chunk` completed.

        Raises:
            UnicodeDecodeError: the stream is not UTF-8.
            FrameTooLongError: an event is longer than the limit.
        """
        text = self._decoder.decode(chunk)
        if self._first and text:
            text, self._first = text.removeprefix("\ufeff"), False
        events: list[ServerSentEvent] = []
        for line in self._lines(text):
            if line:
                self._field(line)
            elif (event := self._dispatch()) is not None:
                events.append(event)
        return events

    @property
    def rest(self) -> str:
        """What of an unfinished event has arrived; a browser discards it at the end."""
        return "\n".join((*self._data, "".join(self._line))).strip("\n")

    def _lines(self, text: str) -> list[str]:
        if self._after_cr and text:
            text, self._after_cr = text.removeprefix("\n"), False
        if text.endswith("\r"):
            self._after_cr = True
        head, *lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._line.append(head)
        self._size += len(text)
        if self._size > self._limit:
            raise FrameTooLongError(f"an event longer than {self._limit} characters")
        if not lines:
            return []
        lines.insert(0, "".join(self._line))
        self._line = [lines.pop()]
        return lines

    def _field(self, line: str) -> None:
        name, colon, value = line.partition(":")
        if not name and colon:
            return  # a comment
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self._retry = min(int(value[:MAX_DIGITS]), LONGEST_RETRY)

    def _dispatch(self) -> ServerSentEvent | None:
        seen = bool(self._data) or self._id is not None or self._retry is not None
        event = ServerSentEvent(
            event=self._event or "message",
            data="\n".join(self._data),
            id=self._id,
            retry=self._retry,
            has_data=bool(self._data),
        )
        self._reset()
        return event if seen else None

    def _reset(self) -> None:
        self._data = []
        self._event = ""
        self._id = None
        self._retry = None
        self._size = 0


def encode_event(event: ServerSentEvent) -> bytes:
    """Serialize an event, one `data:` line per line of data."""
    lines = [f"id: {event.id}"] if event.id is not None else []
    if event.retry is not None:
        lines.append(f"retry: {event.retry}")
    if event.event != "message":
        lines.append(f"event: {event.event}")
    if event.has_data:
        lines += [f"data: {line}" if line else "data:" for line in event.data.split("\n")]
    return ("\n".join(lines) + "\n\n").encode()
