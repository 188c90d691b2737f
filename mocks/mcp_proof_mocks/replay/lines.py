"""The lines of a cassette's file: read a stretch at a time, each of them checked, none kept."""

import os
import stat
from array import array
from collections.abc import Container, Iterator, Sequence
from itertools import accumulate, compress, count
from operator import add, itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import orjson

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.framing import MAX_FRAME
from mcp_proof_contracts.transcript import EventKind, Header, Sender, from_ndjson
from mcp_proof_mocks.replay.index import Place

Row: TypeAlias = dict[str, Any]
"""A decoded line: the members of an event, which were checked."""

USUAL: Final = 1024
"""Bytes in which most lines have their end."""
MOST_KEPT: Final = 256 * 1024 * 1024
"""Bytes of a file that is kept in memory."""
STRETCH: Final = 1 << 17
"""Bytes that are read at once."""
LONGEST: Final = 6 * MAX_FRAME
"""Bytes of a line: the largest message that is read, every byte of it escaped."""
MEMBERS: Final = itemgetter("sender", "kind", "seq", "at", "session", "channel")
SENDERS: Final = frozenset(str(sender) for sender in Sender)
KINDS: Final = frozenset(str(kind) for kind in EventKind)
Columns: TypeAlias = tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]]
NUMBERS: Final = frozenset({int, float})
TYPES: Final[dict[str, tuple[type, ...]]] = {
    "seq": (int,),
    "at": (int, float),
    "session": (str,),
    "channel": (str,),
    "sender": (str,),
    "kind": (str,),
}


class CassetteError(ValueError):
    """A file is no cassette, or a damaged one; the message names the line."""


class Stretch(NamedTuple):
    """Some lines, column by column: a loop over rows would look up each member again."""

    places: list[Place]
    senders: Sequence[str]
    kinds: Sequence[str]
    sessions: Sequence[str]
    channels: Sequence[str]
    rows: Sequence[Row]

    def of(self, kinds: Container[str]) -> Iterator[tuple[Place, str, str, str, Row]]:
        """Yield the events of some kinds: place, sender, session, channel and all members."""
        events = zip(self.places, self.senders, self.sessions, self.channels, self.rows)  # noqa: B905  # a place more than lines
        return compress(events, map(kinds.__contains__, self.kinds))


class Lines:
    """The file of one cassette: what is asked for often is kept in memory, and nothing mapped.

    To read from a mapping what somebody has cut off meanwhile would end the process.
    """

    _file = -1

    def __init__(self, path: Path) -> None:
        """Open the file and read its header.

        Raises:
            OSError: it cannot be read.
            CassetteError: it is no cassette.
        """
        self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            self._keeps = _size(self._file) <= MOST_KEPT
            self.header, self._first = self._read_header()
            self._kept: dict[int, bytes] = {}
            """The stretches of the file in which something was looked up."""
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __del__(self) -> None:
        self.close()

    def at(self, place: Place) -> Row:
        """Return what a line holds that was read before.

        Raises:
            CassetteError: the file was changed since.
        """
        try:
            row: Row = orjson.loads(self._line(place))
        except orjson.JSONDecodeError as error:
            raise CassetteError("the cassette's file was changed while it was replayed") from error
        return row

    def _line(self, place: Place) -> bytes:
        number, at = divmod(place, STRETCH)
        kept = self._kept.get(number)
        if kept is None:
            kept = os.pread(self._file, STRETCH, number * STRETCH)
            if self._keeps:
                self._kept[number] = kept
        end = kept.find(b"\n", at)
        return kept[at:end] if end >= 0 else self._line_on_disk(place)

    def _line_on_disk(self, place: Place) -> bytes:
        size = USUAL
        data = os.pread(self._file, size, place)
        while (end := data.find(b"\n")) < 0 and len(data) == size:
            size *= 8
            data = os.pread(self._file, size, place)
        return data if end < 0 else data[:end]

    def stretches(self) -> Iterator[Stretch]:
        """Yield all events, a stretch of lines at a time; a last line that was cut short is left.

        Raises:
            CassetteError: a line is damaged.
        """
        start = read = self._first
        parts: list[bytes] = []  # of the line that is not complete yet
        while chunk := os.pread(self._file, STRETCH, read):
            read += len(chunk)
            first, end, more = chunk.partition(b"\n")
            parts.append(first)
            if not end:
                if read - start > LONGEST:
                    raise self.damaged(start, f"it is longer than {LONGEST} bytes")
                continue
            *lines, rest = more.split(b"\n")
            yield self._stretch([b"".join(parts), *lines], start)
            start, parts = read - len(rest), [rest]
        rest = b"".join(parts)
        if rest and (row := _whole(rest)) is not None:
            yield self._checked([rest], [row], start)

    def damaged(self, start: int, why: str) -> CassetteError:
        """Return the error that says what is wrong with the line that begins there."""
        number, done = 1, 0
        while done < start and (chunk := os.pread(self._file, min(STRETCH, start - done), done)):
            number += chunk.count(b"\n")
            done += len(chunk)
        return CassetteError(f"line {number} of the transcript is damaged: {why}")

    def _stretch(self, lines: list[bytes], start: int) -> Stretch:
        try:
            rows: list[Row] = list(map(orjson.loads, lines))
        except orjson.JSONDecodeError:
            rows = list(self._one_by_one(lines, start))
        return self._checked(lines, rows, start)

    def _one_by_one(self, lines: list[bytes], start: int) -> Iterator[Row]:
        for line in lines:
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise self.damaged(start, f"it is no JSON: {error}") from error
            start += len(line) + 1

    def _checked(self, lines: list[bytes], rows: list[Row], start: int) -> Stretch:
        ends = accumulate(map(len, lines), initial=0)
        places = list(map(add, ends, count(start)))  # one more byte for each line before
        columns = _columns(rows)
        if columns is None:
            kept = [at for at, row in enumerate(rows) if not self._is_header(row, lines[at])]
            places, rows = [places[at] for at in kept], [rows[at] for at in kept]
            for place, row in zip(places, rows, strict=True):
                if (why := _fault(row)) is not None:
                    raise self.damaged(place, why)
            columns = _columns(rows) or ((), (), (), ())
        return Stretch(places, *columns, rows)

    def _is_header(self, row: object, line: bytes) -> bool:
        """Take a header that replaces the one before."""
        if not (isinstance(row, dict) and "transcript" in row):
            return False
        self.header = _header(line)
        return True

    def _read_header(self) -> tuple[Header, int]:
        line = b""
        while b"\n" not in line and len(line) <= MAX_FRAME:
            chunk = os.pread(self._file, 1 << 16, len(line))
            if not chunk:
                break
            line += chunk
        if not line:
            raise CassetteError("not a transcript: the file is empty")
        line, _, _ = line.partition(b"\n")
        return _header(line), len(line) + 1


def _size(file: int) -> int:
    about = os.fstat(file)
    if not stat.S_ISREG(about.st_mode):
        raise CassetteError("this is no file that could hold a cassette")
    return about.st_size


def _header(line: bytes) -> Header:
    try:
        return from_ndjson([line]).header
    except ValueError as error:
        raise CassetteError(str(error)) from error


def _columns(rows: Sequence[Row]) -> Columns | None:
    """Return senders, kinds, sessions and channels; `None` where not all rows are events."""
    try:
        senders, kinds, numbers, times, sessions, channels = zip(*map(MEMBERS, rows), strict=True)
        array("Q", numbers)
        array("d", times)
        "".join(sessions)
        "".join(channels)
        are_events = SENDERS.issuperset(senders) and KINDS.issuperset(kinds)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return (senders, kinds, sessions, channels) if are_events else None


def _fault(row: Row) -> str | None:
    """Return why a row is no event, or `None` when it is one."""
    if not isinstance(row, dict):  # pyright: ignore[reportUnnecessaryIsInstance]  # any JSON may stand there
        return f"it holds no event: {excerpt(repr(row))}"
    for name, types in TYPES.items():
        if name not in row:
            return f"`{name}` is missing"
        if type(row[name]) not in types:
            return f"`{name}` is {excerpt(repr(row[name]))}"
    if row["sender"] not in SENDERS:
        return f"nobody is called {excerpt(repr(row['sender']))}"
    if row["kind"] not in KINDS:
        return f"there is no kind of event {excerpt(repr(row['kind']))}"
    return None


def _whole(line: bytes) -> Row | None:
    """Return what the last line holds, which has no end: nothing, where it was cut short."""
    try:
        row: Row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return row
