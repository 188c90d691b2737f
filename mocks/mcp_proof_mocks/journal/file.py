"""What a journal keeps when a file was asked for: everything, as a transcript on disk."""

import os
from collections.abc import Iterator
from pathlib import Path

from mcp_proof_contracts.redaction import kept_header, kept_line
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Event, Header, read_events
from mcp_proof_mocks.journal.rows import Row, events_of


class JournalFile:
    """A transcript that is written as things happen, so that a kill leaves it readable."""

    dropped = 0
    """Nothing is dropped from a file."""

    def __init__(self, path: Path, header: Header, began: float, mask: Mask) -> None:
        self._path = path
        self._mask = mask
        self._began = began
        self._seq = 0
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.fchmod(self._file, 0o600)  # whoever made the file before
        self._write(kept_header(header, mask))

    def record(self, row: Row, _size: int) -> None:
        """Append a row's events; they are on disk when this returns."""
        lines: list[bytes] = []
        for event in events_of([row], self._began, self._seq):
            lines.append(kept_line(event, self._mask))
            self._seq = event.seq + 1
        self._write(b"".join(lines))

    def events(self) -> Iterator[Event]:
        """Yield everything, read from the file."""
        with self._path.open("rb") as lines:
            yield from read_events(lines)

    def close(self) -> None:
        """Close the file; it can still be read."""
        os.close(self._file)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._file, rest) :]
