"""Append what happens to a transcript, and to its file while it happens."""

import time
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit, urlunsplit

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.transcript import (
    Event,
    EventKind,
    Header,
    Sender,
    Transcript,
    event_line,
    header_line,
)
from mcp_proof_contracts.wire import Message

current_probe: Final[ContextVar[str]] = ContextVar("current_probe", default="")
"""The probe in whose name messages are sent; set by the runner around each probe."""

SECRET_HEADERS: Final = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie"})
"""Headers whose values never enter a transcript."""
HIDDEN: Final = "[hidden]"


class Recorder:
    """Write events into one transcript, with time and sequence, hiding secret header values."""

    def __init__(
        self, header: Header, *, file: Path | None = None, secrets: frozenset[str] = frozenset()
    ) -> None:
        self.transcript = Transcript(header)
        self._secret_headers = SECRET_HEADERS | secrets
        self._started = time.monotonic()
        self._file: IO[bytes] | None = None
        if file is not None:
            self._file = file.open("wb")
            file.chmod(0o600)
            self._file.write(header_line(header))

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
        event = Event(
            seq=len(self.transcript.events),
            at=round(time.monotonic() - self._started, 6),
            session=session,
            channel=channel,
            sender=sender,
            kind=kind,
            probe=probe,
            message=message,
            data=data or {},
        )
        self.transcript.append(event)
        if self._file is not None:
            self._file.write(event_line(event))
            self._file.flush()
        return event

    def shown(self, headers: list[tuple[str, str]]) -> dict[str, Json]:
        """Return headers as they may be recorded: lower-case names, secret values hidden."""
        shown: dict[str, Json] = {}
        for name, value in headers:
            key = name.lower()
            shown[key] = HIDDEN if key in self._secret_headers else value
        return shown

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
