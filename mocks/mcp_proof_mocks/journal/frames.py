"""Conversations over a WebSocket, on their way into the journal."""

import time

from mcp_proof_contracts.transcript import Sender
from mcp_proof_mocks.journal.journal import Journal
from mcp_proof_mocks.journal.rows import close_row, frame_row


class RecordedFrames:
    """Records the messages of one WebSocket; its handshake is an HTTP exchange like another."""

    def __init__(self, journal: Journal) -> None:
        self._record = journal.record
        self._name = f"websocket-{next(journal.numbers)}"

    def heard(self, data: bytes, *, binary: bool = False) -> None:
        """Record what the client says."""
        self._add(Sender.CLIENT, data, binary=binary)

    def said(self, data: bytes, *, binary: bool = False) -> None:
        """Record what the mock says, as it is written."""
        self._add(Sender.SERVER, data, binary=binary)

    def closed(self, sender: Sender, code: int, reason: str) -> None:
        """Record the end."""
        row = close_row(time.monotonic(), self._name, sender, code, reason)
        self._record(row, len(reason))

    def _add(self, sender: Sender, data: bytes, *, binary: bool) -> None:
        row = frame_row(time.monotonic(), self._name, sender, data, binary=binary)
        self._record(row, len(data))
