"""The file that a recorder writes: whatever it was told of is there before it is passed on."""

import os
import stat
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from mcp_proof.errors import UsageError
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.redaction import LikelySecretError, Redaction, kept_header
from mcp_proof_contracts.secrets.headers import SECRET_HEADERS
from mcp_proof_contracts.secrets.mask import MOST_LEARNT
from mcp_proof_contracts.transcript import Event, EventKind, Header, Sender
from mcp_proof_contracts.wire import Message
from mcp_proof_mocks.bounded import Bounded
from mcp_proof_mocks.stream.connection import CutShort

FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_APPEND


def _nothing(*_told: object) -> None:
    """Tell nobody."""


class CassetteWriter:
    """Writes events to a file, without secrets; when it cannot, nothing more may pass.

    Args:
        file: a new file, or an empty one; only its owner may read it.
        header: what is recorded.
        redaction: hides what is secret.
        given: the names of headers, in lower case, whose values are never kept.

    Raises:
        UsageError: the file holds something already, or cannot be written.
    """

    def __init__(
        self,
        file: Path,
        header: Header,
        redaction: Redaction,
        *,
        given: frozenset[str] = frozenset(),
    ) -> None:
        self.header = header
        self.failure: Exception | None = None
        """Why nothing is written any more; `None` while something can be."""
        self.failed: Callable[[], object] = _nothing
        """Called when that is known."""
        self.heard: Callable[[Sequence[Event]], object] = _nothing
        """Told of the events that were written."""
        self.secret_headers = SECRET_HEADERS | given
        self.mask = redaction.mask
        """What hides secrets; it can be told of more."""
        self.events = 0
        """How many were taken."""
        self._redaction = redaction
        self._began = time.monotonic()
        self._hidden: Bounded[str, None] = Bounded(MOST_LEARNT)
        self._waiting: list[Event] = []
        self._line = 0
        self._path, self._file = file, _opened(file)
        with suppress(CutShort):  # `failure` tells
            self.correct(header)

    def add(  # noqa: PLR0913  # the members of an event
        self,
        kind: EventKind,
        *,
        session: str,
        channel: str,
        sender: Sender,
        message: Message | None = None,
        data: JsonObject | None = None,
    ) -> None:
        """Take an event; it is on disk once `flush` has returned."""
        event = Event(
            seq=self.events,
            at=round(time.monotonic() - self._began, 6),
            session=session,
            channel=channel,
            sender=sender,
            kind=kind,
            message=message,
            data=data or {},
        )
        self.take(event)

    def take(self, event: Event) -> None:
        """Take an event that was recorded elsewhere, at the time that it has."""
        self.events += 1
        self._waiting.append(event)

    def hide(self, secrets: Iterable[str]) -> None:
        """Hide these from now on; those of the last requests are remembered."""
        new = [text for text in secrets if text not in self._hidden]
        if new:
            self.mask.learn(new)
            for text in new:
                self._hidden[text] = None

    def correct(self, header: Header) -> None:
        """Replace the header: what is spoken may show late."""
        self.flush()
        self.header = header
        self._write([kept_header(header, self.mask)])

    def flush(self) -> None:
        """Write what was taken, by one call.

        Raises:
            CutShort: it cannot be written, or could not be before.
        """
        if self.failure is not None:
            raise CutShort
        if not self._waiting:
            return
        events, self._waiting = self._waiting, []
        lines: list[bytes] = []
        try:
            for event in events:
                lines.append(self._redaction.line(event, self._line + len(lines) + 1))
        except LikelySecretError as error:
            self._write(lines)
            raise self.fail(error) from error
        self._write(lines)
        self.heard(events)

    def fail(self, error: Exception) -> CutShort:
        """Write no more; return what says so to those who are passing something on."""
        if self.failure is None:
            self.failure = error
            self.failed()
        return CutShort()

    def discarded(self) -> bool:
        """Remove the file if nothing was recorded but that somebody was to be started."""
        if self.events > 1:
            return False
        self._path.unlink(missing_ok=True)
        return True

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _write(self, lines: list[bytes]) -> None:
        rest = memoryview(b"".join(lines))
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            raise self.fail(error) from error
        self._line += len(lines)


def _opened(file: Path) -> int:
    try:
        descriptor = os.open(file, FLAGS, 0o600)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    status = os.fstat(descriptor)
    if status.st_size or not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        what = "it holds something already" if status.st_size else "it is no ordinary file"
        raise UsageError(
            f"{file}: {what}, and a recording goes into a file of its own. Name another file with "
            f"-o, or remove this one."
        )
    os.fchmod(descriptor, 0o600)  # whoever made it before
    return descriptor
