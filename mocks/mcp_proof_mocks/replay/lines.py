"""The lines of a cassette's file: read a stretch at a time, each of them checked, none kept."""

import os
import stat
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from itertools import accumulate, compress, count
from math import isfinite
from operator import add, itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import orjson

from mcp_proof_contracts.transcript import (
    EVENT,
    LONGEST_LINE,
    EventKind,
    Header,
    Sender,
    damage,
    from_ndjson,
    read_line,
    too_long,
)
from mcp_proof_contracts.wire import parse
from mcp_proof_mocks.replay.index import Place

Row: TypeAlias = dict[str, Any]
"""A decoded line: the members of an event, which were checked."""

USUAL: Final = 1024
"""Bytes in which most lines have their end."""
MOST_KEPT: Final = 256 * 1024 * 1024
"""Bytes of a file that is kept in memory."""
STRETCH: Final = 1 << 17
"""Bytes that are read at once."""
MEMBERS: Final = itemgetter("sender", "kind", "seq", "at", "session", "channel")
SENDERS: Final = frozenset(str(sender) for sender in Sender)
KINDS: Final = frozenset(str(kind) for kind in EventKind)
NUMBERS: Final = frozenset({int, float})
USUAL_MEMBERS: Final = frozenset({*EVENT, "raw"})
"""Those of an event whose bytes are text."""
RAW: Final = itemgetter("raw")
LEAST: Final = {7}
"""How many members messages have of which there is nothing else to say: `MEMBERS` and `raw`."""
MESSAGE: Final = str(EventKind.MESSAGE)


class CassetteError(ValueError):
    """A file is no cassette, or a damaged one; the message names the line."""


class Columns(NamedTuple):
    """What all events have, in the order of `MEMBERS`."""

    senders: Sequence[str]
    kinds: Sequence[str]
    numbers: Sequence[int]
    times: Sequence[float]
    sessions: Sequence[str]
    channels: Sequence[str]


NO_COLUMNS: Final = Columns((), (), (), (), (), ())


class Stretch(NamedTuple):
    """Some lines, column by column: a loop over rows would look up each member again."""

    places: list[Place]
    columns: Columns
    rows: Sequence[Row]

    def of(self, kinds: Container[str]) -> Iterator[tuple[Place, str, str, str, Row]]:
        """Yield the events of some kinds: place, sender, session, channel and all members."""
        of = self.columns
        events = zip(self.places, of.senders, of.sessions, of.channels, self.rows)  # noqa: B905  # a place more than lines
        return compress(events, map(kinds.__contains__, of.kinds))


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
            self._last = 0  # the number of the event that was read last
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
        line = self._line(place)
        try:
            row: Row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            row = dict(parse(line).members)
            if not row:
                text = "the cassette's file was changed while it was replayed"
                raise CassetteError(text) from error
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
        self._last = 0
        parts: list[bytes] = []  # of the line that is not complete yet
        while chunk := os.pread(self._file, STRETCH, read):
            read += len(chunk)
            first, end, more = chunk.partition(b"\n")
            parts.append(first)
            if read - len(more) - start > LONGEST_LINE:
                raise CassetteError(too_long(self._number(start), LONGEST_LINE))
            if not end:
                continue
            *lines, rest = more.split(b"\n")
            yield self._stretch([b"".join(parts), *lines], start)
            start, parts = read - len(rest), [rest]
        if (rest := b"".join(parts)) and self._is_whole(rest):
            yield self._stretch([rest], start)

    def damaged(self, start: int, why: object) -> CassetteError:
        """Return the error that says what is wrong with the line that begins there."""
        return CassetteError(damage(self._number(start), why))

    def _number(self, start: int) -> int:
        number, done = 1, 0
        while done < start and (chunk := os.pread(self._file, min(STRETCH, start - done), done)):
            number += chunk.count(b"\n")
            done += len(chunk)
        return number

    def _stretch(self, lines: list[bytes], start: int) -> Stretch:
        ends = accumulate(map(len, lines), initial=0)
        places = list(map(add, ends, count(start)))  # one more byte for each line before
        try:
            rows: list[Row] = list(map(orjson.loads, lines))
            columns = _columns(rows)
            usual = _are_usual(rows, columns, self._last)
        except (KeyError, TypeError, ValueError, OverflowError):
            usual, rows, columns = False, [], NO_COLUMNS
        if not usual:
            events = list(self._one_by_one(lines, places))
            places, rows = [place for place, _ in events], [row for _, row in events]
            columns = _columns(rows) if rows else NO_COLUMNS
        if rows:
            self._last = columns.numbers[-1]
        return Stretch(places, columns, rows)

    def _one_by_one(self, lines: list[bytes], places: list[Place]) -> Iterator[tuple[Place, Row]]:
        """Yield the events of lines, each checked as every reader of transcripts does it."""
        last = self._last
        for line, place in zip(lines, places, strict=False):
            try:
                record = read_line(line, last)
            except ValueError as error:
                raise self.damaged(place, error) from error
            if isinstance(record, Header):  # it replaces the one before
                self.header = record
                continue
            last = record.seq
            yield place, dict(parse(line).members)

    def _is_whole(self, line: bytes) -> bool:
        """Whether the last line, which has no end, is one: it may have been cut short."""
        try:
            read_line(line, self._last)
        except ValueError:
            return False
        return True

    def _read_header(self) -> tuple[Header, int]:
        data, end = bytearray(), -1
        while end < 0 and len(data) <= LONGEST_LINE:
            chunk = os.pread(self._file, 1 << 16, len(data))
            if not chunk:
                break
            end = chunk.find(b"\n")
            end = len(data) + end if end >= 0 else end
            data += chunk
        line = bytes(data if end < 0 else data[: end + 1])
        try:
            return from_ndjson([line] if line else []).header, len(line)
        except ValueError as error:
            raise CassetteError(str(error)) from error


def _size(file: int) -> int:
    about = os.fstat(file)
    if not stat.S_ISREG(about.st_mode):
        raise CassetteError("this is no file that could hold a cassette")
    return about.st_size


def _columns(rows: Sequence[Row]) -> Columns:
    return Columns(*zip(*map(MEMBERS, rows), strict=True))


def _are_usual(rows: Sequence[Row], columns: Columns, last: int) -> bool:
    """Whether rows are events of the usual form, in order, column by column.

    Of another form is what has yet to be checked, which includes all that is damaged.

    Raises:
        TypeError, OverflowError: they are not.
    """
    senders, kinds, numbers, times, sessions, channels = columns
    "".join(sessions)
    "".join(channels)
    return (
        set(map(type, numbers)) == {int}
        and numbers[0] >= last
        and list(numbers) == sorted(numbers)
        and NUMBERS.issuperset(map(type, times))
        and min(times) >= 0
        and isfinite(sum(times))
        and SENDERS.issuperset(senders)
        and KINDS.issuperset(kinds)
        and _have_usual_members(rows, kinds)
    )


def _have_usual_members(rows: Sequence[Row], kinds: Sequence[str]) -> bool:
    if set(map(len, rows)) == LEAST:  # with a text, they can have nothing else
        with suppress(KeyError):
            return set(map(type, map(RAW, rows))) == {str}
    names: set[str] = set[str]().union(*rows)
    if not USUAL_MEMBERS.issuperset(names):
        return False
    raws = [row.get("raw") for row in rows]
    if set(map(type, raws)) != {str} and not all(
        type(raw) is str or (raw is None and kind != MESSAGE)
        for raw, kind in zip(raws, kinds, strict=True)
    ):
        return False
    return _are_all(rows, names, "data", {}) and _are_all(rows, names, "probe", "")


def _are_all(rows: Sequence[Row], names: set[str], name: str, default: object) -> bool:
    """Whether a member is of the type of its default wherever it is."""
    if name not in names:
        return True
    return {type(row.get(name, default)) for row in rows} == {type(default)}
