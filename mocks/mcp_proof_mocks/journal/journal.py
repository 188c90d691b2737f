"""The journal of one mock: all that crossed its wire, and checks of what its clients called."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Self

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.redaction import redacted_value
from mcp_proof_contracts.secrets.given import secrets_in_variables
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Event, Header, Sender
from mcp_proof_contracts.wire import Kind, quote
from mcp_proof_mocks.equality import same
from mcp_proof_mocks.journal.calls import called, single
from mcp_proof_mocks.journal.file import JournalFile
from mcp_proof_mocks.journal.kept import KeptEvents
from mcp_proof_mocks.journal.near_miss import near_miss, never_called
from mcp_proof_mocks.journal.rows import Row
from mcp_proof_mocks.journal.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """One JSON-RPC request of a client."""

    id: Json
    method: str
    params: JsonObject
    session: str
    at: float
    """Seconds since the journal began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One call of a tool; the rounds in which 2026-07-28 asks for input are one call."""

    name: str
    arguments: JsonObject
    session: str
    at: float
    """Seconds since the journal began."""


class Journal:
    """What crossed the mock's wire, in order. The client is the side under test.

    Without a file the last tens of thousands of exchanges are kept, the older of them on disk;
    `dropped` counts what was more than that. With a file everything is kept, as a transcript.

    Args:
        file: where everything is written as it happens; only its owner may read it. What is read
            back from it for the checks has no secrets either.
        peer: what the transcript says of whose clients it shows.
        transport: over what they came.
        dialect: what is spoken.
        mask: what hides secrets in the file and in failed checks, besides those of the environment.
    """

    def __init__(
        self,
        file: Path | None = None,
        *,
        peer: str = "mock",
        transport: str = "http",
        dialect: Dialect = Dialect.MCP,
        mask: Mask | None = None,
    ) -> None:
        self.mask = mask or Mask()
        self.mask.hide(secrets_in_variables(os.environ).values)
        self.began = time.monotonic()
        """When it began, by the monotonic clock: its events count from then."""
        started = datetime.now(UTC).isoformat(timespec="seconds")
        header = Header(
            peer=peer, side=Sender.CLIENT, transport=transport, started=started, dialect=dialect
        )
        self._rows: Window | JournalFile | KeptEvents = (
            Window(self.began) if file is None else JournalFile(file, header, self.began, self.mask)
        )
        self.numbers = count(1)
        """Numbers for the channels of this journal."""
        self.record: Callable[[Row, int], None] = self._rows.record
        """Takes a row (`rows.py`) and about how many bytes it has. Called by the shells."""

    @classmethod
    def of(cls, events: Iterable[Event]) -> Self:
        """Return the journal of what another process recorded, to be looked at and checked."""
        journal = cls()
        journal._rows = KeptEvents(events)
        journal.record = journal._rows.record
        return journal

    @property
    def dropped(self) -> int:
        """How many of the oldest records (a request, a response, a line) are known no more."""
        return self._rows.dropped

    def close(self) -> None:
        """Let go of what is on disk; a file that was asked for stays."""
        self._rows.close()

    # What there was

    def events(self) -> Iterator[Event]:
        """Yield all that is still known, in order."""
        return self._rows.events()

    def requests(self, method: str | None = None) -> list[RecordedRequest]:
        """Return the requests of all clients, or those with this method."""
        return [
            RecordedRequest(
                id=message.id,
                method=message.method,
                params=message.params,
                session=event.session,
                at=event.at,
            )
            for event in self.events()
            if event.sender is Sender.CLIENT and event.message is not None
            for message in single(event.message)
            if message.kind is Kind.REQUEST and method in (None, message.method)
        ]

    def tool_calls(self) -> list[ToolCall]:
        """Return the calls of tools, as far as they name one."""
        return [
            ToolCall(name=name, arguments=arguments, session=event.session, at=event.at)
            for event in self.events()
            if event.sender is Sender.CLIENT and event.message is not None
            for name, arguments in called(event.message)
        ]

    # Checks

    def assert_called_with(self, tool: str, arguments: JsonObject) -> None:
        """Check that a tool was called at least once with exactly these arguments.

        Raises:
            AssertionError: it was not; it shows the closest call and what differed.
        """
        __tracebackhide__ = True
        calls = self._calls(tool)
        expected = (arguments, redacted_value(arguments, self.mask))  # as a file tells it
        if not any(same(each, call) for each in expected for call in calls):
            raise AssertionError(self.mask(near_miss(tool, arguments, calls) + self._gone))

    def assert_called_once_with(self, tool: str, arguments: JsonObject) -> None:
        """Check that a tool was called once, and with exactly these arguments.

        Raises:
            AssertionError: it was not; or too much was dropped to tell.
        """
        __tracebackhide__ = True
        calls = self._calls(tool)
        if len(calls) > 1:
            listed = self.mask("\n".join(f"  {quote(call)}" for call in calls))
            raise AssertionError(f"{tool} was called {len(calls)} times:\n{listed}{self._gone}")
        self.assert_called_with(tool, arguments)
        self._assert_nothing_dropped(f"whether {tool} was called once only")

    def assert_not_called(self, tool: str) -> None:
        """Check that a tool was never called.

        Raises:
            AssertionError: it was; or too much was dropped to tell.
        """
        __tracebackhide__ = True
        calls = [call.arguments for call in self.tool_calls() if call.name == tool]
        if calls:
            times = "once" if len(calls) == 1 else f"{len(calls)} times"
            first = self.mask(quote(calls[0]))
            raise AssertionError(f"{tool} was called {times}, first with {first}")
        self._assert_nothing_dropped(f"whether {tool} was never called")

    def _calls(self, tool: str) -> list[JsonObject]:
        __tracebackhide__ = True
        calls = self.tool_calls()
        of_tool = [call.arguments for call in calls if call.name == tool]
        if not of_tool:
            raise AssertionError(never_called(tool, [call.name for call in calls]) + self._gone)
        return of_tool

    def _assert_nothing_dropped(self, what: str) -> None:
        __tracebackhide__ = True
        if self.dropped:
            raise AssertionError(f"nobody can tell {what}{self._gone}")

    @property
    def _gone(self) -> str:
        if not self.dropped:
            return ""
        return f"\n(the oldest {self.dropped} records are gone; a journal with a file keeps all)"
