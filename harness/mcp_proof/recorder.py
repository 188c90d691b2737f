"""Append what happens to a transcript, and to its file while it happens."""

import os
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from traceback import format_exception
from typing import IO, Final
from urllib.parse import urlsplit, urlunsplit

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.redaction import LikelySecretError, Redaction, kept_header
from mcp_proof_contracts.secrets.given import GivenSecrets, secrets_in_cookies
from mcp_proof_contracts.secrets.headers import SECRET_HEADERS, shown_headers
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import (
    Event,
    EventKind,
    Header,
    Sender,
    Transcript,
)
from mcp_proof_contracts.wire import Message

current_probe: Final[ContextVar[str]] = ContextVar("current_probe", default="")
"""The probe in whose name messages are sent; set by the runner around each probe."""

NO_SECRETS: Final = GivenSecrets()


class Recorder:
    """Write events into one transcript, with time and sequence; no secret goes into its file.

    Args:
        header: what the transcript is about.
        file: where it is written while it grows; only its owner may read it.
        secrets: what the user gave.
        mask: what hides secrets in the reports of the run too; it learns of cookies here.
        append: whether the file holds a transcript that goes on.
        redaction: what the user wants hidden in the file besides.
    """

    def __init__(  # noqa: PLR0913  # all by keyword but the first
        self,
        header: Header,
        *,
        file: Path | None = None,
        secrets: GivenSecrets = NO_SECRETS,
        mask: Mask | None = None,
        append: bool = False,
        redaction: Redaction | None = None,
    ) -> None:
        self.mask = mask or Mask()
        self._redaction = replace(redaction or Redaction(mask=self.mask), mask=self.mask)
        self.mask.hide(secrets.values)
        self.transcript = Transcript(header, mask=self.mask)
        self._secret_headers = SECRET_HEADERS | secrets.headers
        self._started = time.monotonic()
        self.secrets_in: Callable[[Json], Iterable[str]] | None = None
        """What of a message is secret that the peer sends, where its dialect can tell."""
        self.endless = False
        """Whether the conversation may go on for ever: then a flood is not cut off."""
        self.seq = 0
        """The number of the next event."""
        self.faults: list[str] = []
        """What went wrong in mcp-proof itself while it recorded, as tracebacks."""
        self.refused: LikelySecretError | None = None
        """Why nothing is written any more: what looks like a secret, where none may be kept."""
        self._file: IO[bytes] | None = None
        if file is not None:
            flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC)
            self._file = os.fdopen(os.open(file, flags, 0o600), "wb")
            if not append:
                self._file.write(kept_header(header, self.mask))
                self._file.flush()

    def correct(self, header: Header) -> None:
        """Replace the header: what the peer speaks may show only after the first messages."""
        self.transcript.header = header
        if self._file is not None:
            self._file.write(kept_header(header, self.mask))
            self._file.flush()

    def begin_anew(self, kept: Iterable[Event]) -> None:
        """Go on in a new transcript that begins with these events of the present one."""
        events = [replace(event, seq=seq) for seq, event in enumerate(kept)]
        self.transcript = Transcript(self.transcript.header, events, self.mask)
        self.seq = len(events)

    def record(  # noqa: PLR0913  # the members of an event
        self,
        kind: EventKind,
        *,
        session: str,
        channel: str,
        sender: Sender,
        probe: str = "",
        message: Message | None = None,
        data: JsonObject | None = None,
    ) -> Event:
        """Append an event; it is on disk when this returns."""
        if self.secrets_in is not None and message is not None and sender is Sender.SERVER:
            self.mask.learn(self.secrets_in(message.value))
        event = Event(
            seq=self.seq,
            at=round(time.monotonic() - self._started, 6),
            session=session,
            channel=channel,
            sender=sender,
            kind=kind,
            probe=probe,
            message=message,
            data=data or {},
        )
        self.seq += 1
        self.transcript.append(event)
        self._keep(event)
        return event

    def _keep(self, event: Event) -> None:
        if self._file is None:
            return
        try:
            line = self._redaction.line(event, self.seq + 1)  # the header comes before
        except LikelySecretError as error:
            self.refused = error
            self.close()
            return
        self._file.write(line)
        self._file.flush()

    def abandon(self, probe: str, why: str) -> None:
        """Record that a probe was not carried to its end: what it left open proves nothing."""
        self.record(
            EventKind.ABANDONED,
            session="run",
            channel="run",
            sender=Sender.CLIENT,
            probe=probe,
            data={"why": why},
        )

    def blame(self, error: Exception) -> None:
        """Keep a fault of our own, so that the peer is not blamed for it."""
        self.faults.append("".join(format_exception(error)))

    def shown(self, headers: list[tuple[str, str]]) -> dict[str, Json]:
        """Return headers as they may be recorded, without what the user gave as a secret."""
        for name, value in headers:
            if name.lower() == "set-cookie":
                self.mask.learn(secrets_in_cookies(value.partition(";")[0]))
        return shown_headers(headers, self._secret_headers)

    def close(self) -> None:
        """Close the transcript's file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def probe_label(case: str) -> str:
    """Return the label for an event sent now: the running probe and its case."""
    name = current_probe.get()
    return f"{name}/{case}" if case else name


def shown_url(url: str) -> str:
    """Return `url` as it may be shown: without credentials and query, where secrets travel."""
    parts = urlsplit(url)
    query = "…" if parts.query else ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))
