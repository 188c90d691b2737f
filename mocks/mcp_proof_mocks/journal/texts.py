"""Conversations whose messages need no envelope, on their way into the journal."""

import time

from mcp_proof_contracts.transcript import Sender
from mcp_proof_mocks.journal.journal import Journal
from mcp_proof_mocks.journal.rows import end_row, text_row


class RecordedTexts:
    """Records what both sides of one conversation say: lines over stdio, messages in memory."""

    def __init__(self, journal: Journal, transport: str) -> None:
        self._record = journal.record
        self.name = f"{transport}-{next(journal.numbers)}"

    def heard(self, data: bytes) -> None:
        """Record what the client says."""
        self._add(Sender.CLIENT, data)

    def said(self, data: bytes) -> None:
        """Record what the mock says, as it is written."""
        self._add(Sender.SERVER, data)

    def ended(self) -> None:
        """Record that the client says nothing more."""
        row = end_row(time.monotonic(), self.name, self.name, "complete", Sender.CLIENT)
        self._record(row, 0)

    def _add(self, sender: Sender, data: bytes) -> None:
        row = text_row(time.monotonic(), self.name, self.name, sender, data)
        self._record(row, len(data))
