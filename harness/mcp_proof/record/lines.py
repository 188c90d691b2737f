"""A server over stdio as it passes: lines, what it says on standard error, and its end."""

import time
from typing import Final

from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof_contracts.framing import FrameTooLongError, LineReader
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import Message, parse
from mcp_proof_mocks.stream.connection import CutShort, Direction

SESSION: Final = "stdio-1"
CHANNEL: Final = "stdio"
SHOWN_ERROR: Final = 2000
"""Bytes of a line of standard error that are kept."""
SIGTERM, SIGKILL = 143, 137
"""The exit codes that tell of a signal, as a shell has it."""
SENDERS: Final = {"up": Sender.CLIENT, "down": Sender.SERVER}


class LinesTap:
    """Records the lines of both sides. What is too long to be a message is passed on alone."""

    def __init__(self, cassette: CassetteWriter, target: str) -> None:
        self._cassette = cassette
        self._lines = {direction: LineReader() for direction in SENDERS}
        self._errors = LineReader()
        self._input_ended: float | None = None
        self._add(EventKind.OPEN, Sender.CLIENT, {"target": target})
        cassette.flush()

    def passed(self, direction: Direction, chunk: bytes) -> bytes:
        """Record the lines that are complete, and pass the bytes on as they are."""
        sender = SENDERS[direction]
        try:
            lines = self._lines[direction].feed(chunk)
        except FrameTooLongError as error:
            self._lines[direction] = LineReader()
            self._add(EventKind.END, sender, {"how": "too-long", "detail": str(error)})
            lines = []
        for line in lines:
            self._add(EventKind.MESSAGE, sender, {}, parse(line))
        self._cassette.flush()
        return chunk

    def ended(self, direction: Direction) -> bytes:
        """Record what was not finished, and the end."""
        sender = SENDERS[direction]
        if rest := self._lines[direction].rest:
            self._add(EventKind.MESSAGE, sender, {"unfinished": True}, parse(rest))
        how, detail = ("closed", "stdout reached its end")
        if direction == "up":
            self._input_ended = time.monotonic()
            how, detail = ("complete", "")
        self._add(EventKind.END, sender, {"how": how, "detail": detail})
        self._cassette.flush()
        return b""

    def over(self) -> None:
        """Leave it at that: how the process ended is known later."""

    def heard(self, chunk: bytes) -> None:
        """Record what the server says on standard error."""
        try:
            lines = self._errors.feed(chunk)
        except FrameTooLongError:
            self._errors, lines = LineReader(), []
        for line in lines:
            self._add_error(line)
        self._flush_quietly()

    def exited(self, code: int) -> None:
        """Record the end of the process."""
        if rest := self._errors.rest:
            self._add_error(rest)
        began = self._input_ended or time.monotonic()
        how = {SIGTERM: "sigterm", SIGKILL: "sigkill"}.get(code, "crashed")
        data: JsonObject = {
            "exit_code": code,
            "how": "eof" if self._input_ended is not None and how == "crashed" else how,
            "seconds": round(time.monotonic() - began, 3),
        }
        self._add(EventKind.CLOSE, Sender.SERVER, data)
        self._flush_quietly()

    def _add_error(self, line: bytes) -> None:
        text = line[:SHOWN_ERROR].decode(errors="replace")
        self._add(EventKind.STDERR, Sender.SERVER, {"text": text})

    def _flush_quietly(self) -> None:
        """Write, where nothing is held up by a failure: `CassetteWriter.failure` tells of it."""
        try:
            self._cassette.flush()
        except CutShort:
            return

    def _add(
        self, kind: EventKind, sender: Sender, data: JsonObject, message: Message | None = None
    ) -> None:
        self._cassette.add(
            kind, session=SESSION, channel=CHANNEL, sender=sender, message=message, data=data
        )
