"""The real server behind a mock: what a contract's `pass_through` names, while the mock serves."""

import asyncio
import itertools
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from mcp_proof.driver import Driver
from mcp_proof.errors import McpProofError, UsageError
from mcp_proof.negotiate import introduce
from mcp_proof.recorder import Recorder
from mcp_proof.sessions.client import ClientProfile
from mcp_proof.sessions.session import Answer, Session
from mcp_proof.targets import CommandTarget, Reachable, UrlTarget
from mcp_proof.transports.connection import Sending
from mcp_proof_contracts.error_codes import INTERNAL_ERROR, METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.lists import FOR_ALL
from mcp_proof_contracts.redaction import LikelySecretError, Redaction
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Event, EventKind, Header, Sender, Transcript
from mcp_proof_contracts.wire import PROGRESS, Kind, Message, as_list, as_object
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.upstream import Relay

Hear: TypeAlias = Callable[[Event], None]
Overhear: TypeAlias = Callable[[str, JsonObject], None]
Tell: TypeAlias = Callable[[str], None]

NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
TIMEOUT: Final = 15.0
"""Seconds to wait for an answer that no client waits for; the first may take four times as long."""
PATIENCE: Final = 3600.0
"""Seconds to wait for one that a client waits for: how long it waits is the client's affair."""
KEPT_EVENTS: Final = 100
QUOTED: Final = frozenset({EventKind.STDERR, EventKind.BODY, EventKind.CLOSE})
"""The events that a message about a dead server quotes (see `last_words`)."""

_log: Final = logging.getLogger(__name__)


@asynccontextmanager
async def passing_through(
    server: MockServer, headers: Mapping[str, str] = NO_HEADERS, tell: Tell = _log.warning
) -> AsyncGenerator[None]:
    """Connect the real server that a contract names, while the block runs.

    Args:
        server: the mock.
        headers: what every request to the real server's URL carries.
        tell: takes the sentence that says when the real server is lost.

    Raises:
        PeerError: the real server cannot be started or reached, or never answers.
        UsageError: the contract names none, or no URL, or none that could carry the headers.
    """
    place = server.contract.pass_through
    if place is None or server.pass_through is None:
        raise UsageError("the contract has no `pass_through`")
    real = RealServer(_target(place, headers), server.overhear, tell, server.journal.mask)
    try:
        await real.start()
        server.pass_through.upstream = real
        yield
    finally:
        server.pass_through.upstream = None
        await real.close()


def _target(place: JsonObject, headers: Mapping[str, str]) -> Reachable:
    if "url" in place:
        return UrlTarget(str(place["url"]), headers)
    if headers:
        raise UsageError("headers go with a URL; the command in `pass_through` has none")
    return CommandTarget([str(part) for part in as_list(place["command"])])


class Overheard(Transcript):
    """Tells of each event and keeps only the last that may be quoted: memory stays bounded."""

    def __init__(self, header: Header, hear: Hear) -> None:
        super().__init__(header)
        self._hear = hear

    def append(self, event: Event) -> None:
        """Take an event."""
        noise = event.message is not None and bool(event.message.fault)
        if event.kind in QUOTED or noise:
            super().append(event)
            del self.events[:-KEPT_EVENTS]
        self._hear(event)


class Recording(NamedTuple):
    """Where a session with a real server is recorded."""

    file: Path
    events: int = 0
    """How many the file has already; new ones are appended."""
    redaction: Redaction | None = None
    """What the user wants hidden in it besides."""


@dataclass(slots=True, eq=False)
class _Passing:
    """A request on its way."""

    relay: Relay | None
    """The client that waits for the answer, if it is one."""
    sending: Sending | None = None


class RealServer:
    """One session with a real server, shared by all clients of a mock.

    What the server says is handed to whoever waits on the channel it came by. Over stdio, and on
    streams that belong to no request, nothing tells whom it is for: there the latest call gets it
    that can take it.
    """

    def __init__(
        self,
        target: Reachable,
        overhear: Overhear,
        tell: Tell,
        mask: Mask,
        cassette: Recording | None = None,
    ) -> None:
        """`cassette` is where all that is said with the server is recorded."""
        self._target = target
        self._overhear = overhear
        self._tell = tell
        self._mask = mask
        self._cassette = cassette
        self._recorder: Recorder | None = None
        self._driver: Driver | None = None
        self._session: Session | None = None
        self.lost = self._closing = False
        self.answered = 0
        """How many requests of clients it has answered."""
        self._ids = itertools.count(1)
        self._passing: dict[str, _Passing] = {}
        """By the ids of the requests."""
        self._asked_on = ""
        """The channel of the server's latest request."""
        self._cancellations: set[asyncio.Task[Sending]] = set()

    async def start(self) -> None:
        """Connect, and find out what is spoken.

        Raises:
            PeerError: the server cannot be started or reached, or never answers.
        """
        header = Header(
            peer=self._target.label,
            side=Sender.SERVER,
            transport=self._target.transport,
            started=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        recorder = self._recorder = self._recorded(header)
        recorder.endless = True
        recorder.transcript = Overheard(header, self._hear)
        profile = ClientProfile(answer=self._answer)
        try:
            self._driver = await introduce(self._target, recorder, None, TIMEOUT, profile)
            self._session = session = await self._driver.session()
        except McpProofError as error:
            self._closing = True
            place = "pass_through" if self._cassette is None else "the server to record"
            raise type(error)(f"{place}, {self._target.label}: {error}") from error
        capabilities = session.capabilities
        if "logging" in capabilities and self.revision.era is Era.STATEFUL:
            # Each client of the mock chooses its own level.
            await session.request("logging/setLevel", {"level": "debug"})
        if "tools" in capabilities:  # calls mirror some arguments into headers
            self._learn(await self._driver.list_all(session, "tools/list", "tools"))

    async def close(self) -> None:
        """End the session, and the process with all that it has started."""
        self._closing = True
        if self._driver is not None:
            await self._driver.close()
        if self._recorder is not None:
            self._recorder.close()
        for task in self._cancellations:
            task.cancel()
        await asyncio.gather(*self._cancellations, return_exceptions=True)

    def _recorded(self, header: Header) -> Recorder:
        secrets, kept = self._target.secrets, self._cassette
        if kept is None:
            return Recorder(header, secrets=secrets, mask=self._mask)
        recorder = Recorder(
            header,
            file=kept.file,
            secrets=secrets,
            mask=self._mask,
            append=kept.events > 0,
            redaction=kept.redaction,
        )
        recorder.seq = kept.events
        return recorder

    # What the mock asks

    @property
    def revision(self) -> Revision:
        """What is spoken with it."""
        return self._started.revision

    @property
    def introduction(self) -> JsonObject:
        """Its `initialize` or `server/discover` result."""
        return self._started.server

    async def request(
        self, method: str, params: JsonObject, relay: Relay | None = None
    ) -> JsonObject:
        """Return the result of a request; its cancellation is told to the server.

        Raises:
            RefusalError: the server's own error, or -32603 when it does not answer.
        """
        session, request_id = self._started, f"passed-{next(self._ids)}"
        message = session.envelope(method, params, request_id)
        passing = self._passing[request_id] = _Passing(relay)

        async def send() -> Sending:
            passing.sending = await session.send(message)
            return passing.sending

        self._check_kept()
        try:
            [answer] = await session.answers([request_id], send(), limit=PATIENCE)
        except asyncio.CancelledError:
            self._cancel(session, request_id, passing.sending)
            raise
        finally:
            del self._passing[request_id]
        self._check_kept()
        return self._result(method, answer)

    @property
    def refused(self) -> LikelySecretError | None:
        """Why nothing is recorded any more, if so."""
        return None if self._recorder is None else self._recorder.refused

    def _check_kept(self) -> None:
        """Pass nothing on that cannot be recorded."""
        if self.refused is not None:
            raise RefusalError(INTERNAL_ERROR, f"The recording has ended: {self.refused}")

    @property
    def _started(self) -> Session:
        assert self._session is not None
        return self._session

    def _result(self, method: str, answer: Answer) -> JsonObject:
        message = answer.message
        if message is None:
            status = f" (HTTP {answer.status})" if answer.status is not None else ""
            self._lose(f"{answer.why}{status}")
            raise RefusalError(
                INTERNAL_ERROR, f"The real server did not answer {method}: {answer.why}{status}"
            )
        self.lost = False
        self.answered += 1
        if message.kind is Kind.RESULT:
            if method == "tools/list":
                self._learn(as_list(message.result.get("tools")))
            return message.result
        code = message.error_code
        if code is None:
            text = f"The real server sent an error without a code: {message.excerpt}"
            raise RefusalError(INTERNAL_ERROR, text)
        raise RefusalError(code, str(message.error.get("message")), data=message.error.get("data"))

    def _learn(self, tools: Iterable[Json]) -> None:
        for tool in map(as_object, tools):
            self._started.tool_schemas[str(tool.get("name"))] = as_object(tool.get("inputSchema"))

    def _cancel(self, session: Session, request_id: str, sending: Sending | None) -> None:
        if sending is None:
            return
        if session.revision.era is Era.STATELESS and not sending.shared:
            sending.close()  # 2026-07-28, patterns/cancellation
            return
        params: JsonObject = {"requestId": request_id, "reason": "cancelled by the client"}
        task = asyncio.create_task(session.notify("notifications/cancelled", params))
        self._cancellations.add(task)
        task.add_done_callback(self._cancellations.discard)

    def _lose(self, why: str) -> None:
        """Say once that the server is lost, until it answers again."""
        if self._session is not None and not (self.lost or self._closing):
            self._tell(self._mask(f"lost the real server, {self._target.label}: {why}"))
            self.lost = True

    # What the server says

    def _hear(self, event: Event) -> None:
        if event.sender is not Sender.SERVER:
            return
        if event.kind is EventKind.END and event.channel == "stdio":
            self._lose(str(event.data.get("detail")))
        elif event.message is not None and event.message.kind is Kind.NOTIFICATION:
            self._notified(event.message, event.channel)
        elif event.message is not None and event.message.kind is Kind.REQUEST:
            self._asked_on = event.channel

    def _notified(self, message: Message, channel: str) -> None:
        method, waiting = message.method, self._waiting(channel)
        if method.startswith(FOR_ALL):
            self._overhear(method, message.params)
        elif method == PROGRESS:
            for relay in waiting:
                if relay.token == message.progress_token:
                    relay.notify(method, message.params)
        elif waiting and method != "notifications/cancelled":
            waiting[0].notify(method, message.params)

    def _waiting(self, channel: str) -> list[Relay]:
        """Who waits for what comes by a channel, the latest first."""
        own = channel.startswith("post-")
        return [
            passing.relay
            for passing in reversed(self._passing.values())
            if passing.relay is not None
            and (not own or (passing.sending is not None and passing.sending.channel == channel))
        ]

    def _answer(self, message: Message) -> JsonObject | Awaitable[JsonObject]:
        """Have a request of the server answered by the client that it is for.

        Called right after the request was recorded, so that its channel is known.
        """
        if message.method == "ping":
            return {"result": {}}
        request: dict[str, Json] = {"method": message.method}
        if message.params:
            request["params"] = message.params
        for relay in self._waiting(self._asked_on):
            if relay.takes(request):
                return asyncio.ensure_future(_asked(relay, request))
        text = f"No client that waits for an answer has declared {message.method}"
        return {"error": {"code": METHOD_NOT_FOUND, "message": text}}


async def _asked(relay: Relay, request: JsonObject) -> JsonObject:
    try:
        return {"result": await relay.ask(request)}
    except RefusalError as refusal:
        return {"error": refusal.error}
