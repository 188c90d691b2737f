"""HTTP/1.1 messages cut out of a byte stream, with the very bytes of each part (RFC 9112).

What is no HTTP is opaque, with all that follows it: it is still passed on.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from typing import Final

LONGEST_HEAD: Final = 1 << 20
LONGEST_LINE: Final = 1 << 16
"""Bytes of a chunk's size, or of a trailer."""
HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
METHOD: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}(?: |\Z)")
VERSION: Final = b"HTTP/"
SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")
LENGTH: Final = re.compile(r"\d{1,18}(?:, *\d{1,18})*")


class Part(Enum):
    """What a stretch of bytes is."""

    HEAD = auto()
    DATA = auto()
    """Of a body: the payload is in `Piece.data`; a chunk's size has none."""
    END = auto()
    """The end of a message; its bytes are the last of the framing, if there are any."""
    FILLER = auto()
    """Empty lines before a request, which mean nothing."""
    OPAQUE = auto()
    """No HTTP, or no HTTP any more."""


@dataclass(slots=True)
class Head:
    """The first line of a message, and its fields."""

    words: tuple[str, ...]
    fields: list[tuple[str, str]]

    def field(self, name: str) -> str:
        """Return the values of a field (by its name in lower case), as one list."""
        return ", ".join(value for key, value in self.fields if key.lower() == name)

    @property
    def status(self) -> int:
        """The status of a response; 0 where it has none."""
        return int(self.words[1]) if len(self.words) > 1 and self.words[1].isdigit() else 0


@dataclass(slots=True)
class Piece:
    """Bytes that stand together."""

    part: Part
    raw: bytes
    data: bytes = b""
    head: Head = field(default_factory=lambda: Head((), []))


class Framing:
    """Cuts the messages of one direction.

    Args:
        request_method: gives the method of the request that the next response answers; `None`
            where requests are cut.
    """

    def __init__(self, request_method: Callable[[], str] | None = None) -> None:
        self._request_method = request_method
        self._held = b""
        self._step: Callable[[], Piece | None] = self._head
        self._left = 0
        """Bytes that are still to come of a body or a chunk."""

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """Yield what these bytes complete; what begins something is held until more comes.

        What follows a piece is not cut before that was taken: the next request may be asked for.
        """
        self._held += chunk
        while (piece := self._step()) is not None:
            yield piece

    @property
    def missing(self) -> int:
        """How many bytes of the present chunk or body are still to come."""
        return self._left

    def give_way(self) -> None:
        """Take all that follows for another protocol."""
        self._step = self._opaque

    def end(self) -> list[Piece]:
        """Return what is left where nothing more comes; the end may be that of a body."""
        held, self._held = self._held, b""
        if self._step == self._until_closed:
            return [Piece(Part.END, held)]
        return [Piece(Part.OPAQUE, held)] if held else []

    # Steps: each returns one piece, or nothing where more bytes are needed

    def _head(self) -> Piece | None:
        if not self._held:
            return None
        if self._held[:1] in (b"\r", b"\n") and self._request_method is None:
            rest = self._held.lstrip(b"\r\n")
            return self._take(len(self._held) - len(rest), Part.FILLER)
        if not self._can_begin_a_head():
            return self._give_up()
        if (end := HEAD_END.search(self._held)) is None:
            return self._give_up() if len(self._held) > LONGEST_HEAD else None
        head = _read_head(self._held[: end.start()])
        if head is None or not self._begin_body(head):
            return self._give_up()
        piece = self._take(end.end(), Part.HEAD)
        piece.head = head
        return piece

    def _can_begin_a_head(self) -> bool:
        """Whether it is worth waiting for the rest: whoever speaks no HTTP waits for an answer."""
        if self._request_method is not None:
            return self._held.startswith(VERSION[: len(self._held)])
        return METHOD.match(self._held) is not None

    def _begin_body(self, head: Head) -> bool:
        """Choose how the body is cut; return whether that can be told."""
        codings = head.field("transfer-encoding").lower()
        lengths = head.field("content-length")
        if self._is_bodiless(head):
            self._step = self._end if self._is_final(head) else self._head
        elif codings:
            if codings.split(",")[-1].strip() != "chunked":
                self._step = self._until_closed
                return self._request_method is not None
            self._step = self._chunk_size
        elif lengths:
            values = {int(each) for each in lengths.split(",")} if LENGTH.fullmatch(lengths) else ()
            if len(values) != 1:
                return False
            (self._left,) = values
            self._step = self._counted if self._left else self._end
        else:
            self._step = self._end if self._request_method is None else self._until_closed
        return True

    def _is_bodiless(self, head: Head) -> bool:
        if self._request_method is None:
            return False
        none = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        return (
            head.status < HTTPStatus.OK or head.status in none or self._request_method() == "HEAD"
        )

    def _is_final(self, head: Head) -> bool:
        """Whether a response is no interim one, after which the proper one comes."""
        return head.status >= HTTPStatus.OK or head.status == HTTPStatus.SWITCHING_PROTOCOLS

    def _counted(self) -> Piece | None:
        if (piece := self._data()) is not None and not self._left:
            self._step = self._end
        return piece

    def _until_closed(self) -> Piece | None:
        self._left = len(self._held)
        return self._data()

    def _data(self) -> Piece | None:
        if not self._held:
            return None
        piece = self._take(min(self._left, len(self._held)), Part.DATA)
        piece.data = piece.raw
        self._left -= len(piece.raw)
        return piece

    def _chunk_size(self) -> Piece | None:
        if b"\n" not in self._held:
            return self._give_up() if len(self._held) > LONGEST_LINE else None
        if (line := SIZE.match(self._held)) is None:
            return self._give_up()
        self._left = int(line[1], 16)
        self._step = self._chunk if self._left else self._trailers
        return self._take(line.end(), Part.DATA)

    def _chunk(self) -> Piece | None:
        if (piece := self._data()) is not None and not self._left:
            self._step = self._chunk_end
        return piece

    def _chunk_end(self) -> Piece | None:
        if b"\n" not in self._held[:2]:
            return self._give_up() if len(self._held) > 1 else None
        self._step = self._chunk_size
        return self._take(self._held.index(b"\n") + 1, Part.DATA)

    def _trailers(self) -> Piece | None:
        end = self._held.find(b"\n")
        if end < 0:
            return self._give_up() if len(self._held) > LONGEST_LINE else None
        if self._held[:end].rstrip(b"\r"):
            return self._take(end + 1, Part.DATA)
        self._step = self._head
        return self._take(end + 1, Part.END)

    def _end(self) -> Piece:
        self._step = self._head
        return Piece(Part.END, b"")

    def _opaque(self) -> Piece | None:
        return self._take(len(self._held), Part.OPAQUE) if self._held else None

    def _give_up(self) -> Piece | None:
        self._step = self._opaque
        return self._opaque()

    def _take(self, size: int, part: Part) -> Piece:
        raw, self._held = self._held[:size], self._held[size:]
        return Piece(part, raw)


def _read_head(raw: bytes) -> Head | None:
    first, *lines = raw.decode("latin-1").replace("\r\n", "\n").split("\n")
    words = tuple(first.split(" ", 2))
    is_http = words[0].startswith("HTTP/") or words[-1].startswith("HTTP/")
    if len(words) < 2 or not is_http:  # noqa: PLR2004  # a status line may have no reason
        return None
    fields: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            return None  # folded lines among them, which nobody sends any more
        fields.append((name, value.strip(" \t")))
    return Head(words, fields)
