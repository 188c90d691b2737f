"""What a journal keeps when nobody asked for a file: the last rows in memory, more on disk."""

import os
import tempfile
from collections import deque
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

import orjson

from mcp_proof_contracts.transcript import Event
from mcp_proof_mocks.journal.rows import Row, events_of

MOST_ROWS: Final = 4096
MOST_BYTES: Final = 8 * 1024 * 1024
"""What memory holds at most, whichever is reached first; then all of it goes to disk."""
MOST_ON_DISK: Final = 64 * 1024 * 1024


class Window:
    """Rows in the order in which they came; the oldest go to disk, and from there in the end."""

    def __init__(
        self,
        began: float,
        *,
        most_rows: int = MOST_ROWS,
        most_bytes: int = MOST_BYTES,
        most_on_disk: int = MOST_ON_DISK,
    ) -> None:
        self._began = began
        self._most_rows = most_rows
        self._most_bytes = most_bytes
        self._rows: list[Row] = []
        self._bytes = 0
        self._disk = _Ring(most_on_disk)
        self._moving = Lock()
        """Held while rows move, so that a reader in another thread finds each once."""

    @property
    def dropped(self) -> int:
        """How many rows are known no more."""
        return self._disk.dropped

    def record(self, row: Row, size: int) -> None:
        """Append a row with about so many bytes."""
        self._rows.append(row)
        self._bytes += size
        if len(self._rows) > self._most_rows or self._bytes > self._most_bytes:
            with self._moving:
                self._disk.append(orjson.dumps(self._rows), len(self._rows))
                self._rows, self._bytes = [], 0

    def events(self) -> Iterator[Event]:
        """Yield what is still known, from a copy."""
        with self._moving:
            segments, rows = self._disk.read(), list(self._rows)
        older = (tuple(row) for segment in segments for row in orjson.loads(segment))
        yield from events_of(chain(older, rows), self._began)

    def close(self) -> None:
        """Forget what is on disk."""
        with self._moving:
            self._disk.close()


class _Segment(NamedTuple):
    start: int
    size: int
    rows: int


class _Ring:
    """A file without a name, written round and round: it is gone with the process.

    Pages that are written again cost less than new ones, and nothing needs to be tidied up.
    """

    def __init__(self, most: int) -> None:
        self.dropped = 0
        self._most = most
        self._file: int | None = None
        self._segments: deque[_Segment] = deque()

    def append(self, data: bytes, rows: int) -> None:
        """Write a segment over the oldest ones."""
        start = self._segments[-1].start + self._segments[-1].size if self._segments else 0
        if start + len(data) > self._most:
            self._drop(start, self._most)
            start = 0
        self._drop(start, start + len(data))
        if len(data) > self._most:
            self.dropped += rows
            return
        if self._file is None:
            self._file, name = tempfile.mkstemp(prefix="mcp-proof-journal-")
            Path(name).unlink()
        written = 0
        while written < len(data):
            written += os.pwrite(self._file, memoryview(data)[written:], start + written)
        self._segments.append(_Segment(start, len(data), rows))

    def read(self) -> list[bytes]:
        """Return what is there, oldest first."""
        if self._file is None:
            return []
        return [os.pread(self._file, each.size, each.start) for each in self._segments]

    def close(self) -> None:
        """Give the space back."""
        self._segments.clear()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __del__(self) -> None:
        self.close()

    def _drop(self, start: int, end: int) -> None:
        """Forget the segments that begin in a stretch of the file; they are the oldest there."""
        while self._segments and start <= self._segments[0].start < end:
            self.dropped += self._segments.popleft().rows
