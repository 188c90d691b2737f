"""Hear what a server tells of its own accord: on a session, or on a subscription (2026-07-28)."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from typing import Final

from mcp_proof.sessions.session import Session
from mcp_proof.transports.connection import Sending
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.rules.subscriptions.opened import (
    ACKNOWLEDGED,
    CANCELLED,
    LISTEN,
    SUBSCRIPTION,
)
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import Kind, Message, as_object, id_key

PATIENCE: Final = 1.0
"""Seconds in which a healthy server tells of a change."""
POLL: Final = 0.005
"""Seconds between two looks at what has come."""


class Ears:
    """What comes on a session, from the moment they are opened."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._begun = session.recorder.seq

    async def hear(self, method: str, seconds: float = PATIENCE) -> bool:
        """Wait until a notification of this method has come, or the time is over."""
        end = time.monotonic() + seconds
        while not self._has_come(method):
            if time.monotonic() >= end:
                return False
            await asyncio.sleep(POLL)
        return True

    def _has_come(self, method: str) -> bool:
        name, events = self._session.connection.name, self._session.recorder.transcript.events
        return any(
            event.session == name and event.sender is Sender.SERVER and _notified(event) == method
            for event in events[self._begun :]
        )


class Listening:
    """One request to listen, from the moment it is sent."""

    def __init__(self, session: Session, request_id: Json, sending: Sending, begun: int) -> None:
        self._session = session
        self._id = request_id
        self._sending = sending
        self._begun = begun
        """The number of the request's event."""

    @classmethod
    async def open(
        cls,
        session: Session,
        request_id: Json,
        wanted: JsonObject,
        *,
        case: str = "",
        meta: JsonObject | None = None,
    ) -> "Listening":
        """Send the request.

        Args:
            session: where to listen.
            request_id: the id of the request, by which the subscription goes.
            wanted: the filter.
            case: which variant of the running probe this is.
            meta: what `_meta` has besides, or in place of, what a right request has there.
        """
        begun = session.recorder.seq
        params: JsonObject = {"notifications": wanted, **({"_meta": meta} if meta else {})}
        request = session.envelope(LISTEN, params, request_id)
        sending = await session.send(request, case=case)
        return cls(session, request_id, sending, begun)

    async def acknowledged(self) -> bool:
        """Whether the acknowledgement comes in time; note the silence where nothing does."""
        started = time.monotonic()
        if await self.hears(ACKNOWLEDGED, self._session.timeout):
            return True
        if not self._over:
            alive = await self._session.barrier()
            self._note_silence(time.monotonic() - started, alive=alive)
        return False

    async def hears(self, method: str, limit: float, since: int = 0) -> bool:
        """Wait until a notification of this method comes on it, or nothing more can.

        Args:
            method: the notification's.
            limit: seconds to wait at most.
            since: the number of the event behind which it has to come.
        """
        deadline = time.monotonic() + limit
        while True:
            over = self._over
            if any(self._is_ours(e) and _notified(e) == method for e in self._events(since)):
                return True
            if over or time.monotonic() > deadline:
                return False
            await asyncio.sleep(POLL)

    async def lasts(self, seconds: float) -> bool:
        """Whether it is still open after some seconds; a channel for all tells that at once."""
        if not self._sending.shared:
            await asyncio.wait([self._sending.ended], timeout=seconds)
        return not self._over

    async def cancel(self, *, case: str = "") -> None:
        """End it as a client does (patterns/cancellation): over HTTP by closing the stream."""
        if self._sending.shared:
            await self._session.notify(CANCELLED, {"requestId": self._id}, case=case)
        else:
            self._sending.close()

    @property
    def _over(self) -> bool:
        """Whether it was answered, or its channel has ended."""
        answers = (e.message for e in self._events() if e.sender is Sender.SERVER)
        return self._sending.ended.done() or any(self._answers(said) for said in answers)

    def _events(self, since: int = 0) -> list[Event]:
        return self._session.recorder.transcript.events[max(self._begun, since) :]

    def _answers(self, said: Message | None) -> bool:
        return said is not None and said.is_response and id_key(said.id) == id_key(self._id)

    def _is_ours(self, event: Event) -> bool:
        if event.session != self._session.connection.name or event.sender is not Sender.SERVER:
            return False
        if not self._sending.shared:
            return event.channel == self._sending.channel
        if event.message is None:
            return False
        named = as_object(event.message.params.get("_meta")).get(SUBSCRIPTION)
        return id_key(named)[1] == id_key(self._id)[1]

    def _note_silence(self, seconds: float, *, alive: bool) -> None:
        self._session.recorder.record(
            EventKind.SILENCE,
            session=self._session.connection.name,
            channel=self._sending.channel,
            sender=Sender.CLIENT,
            data={
                "id": self._id,
                "why": "no acknowledgement",
                "alive": alive,
                "seconds": round(seconds, 3),
            },
        )


@contextlib.asynccontextmanager
async def listening(session: Session, wanted: JsonObject) -> AsyncGenerator[None]:
    """Listen to some changes meanwhile; before 2026-07-28 every session does so by itself.

    Args:
        session: who listens.
        wanted: the filter of the request.
    """
    if session.revision.era is Era.STATEFUL:
        yield
        return
    subscription = await Listening.open(session, session.new_id(), wanted, case="listen")
    await subscription.hears(ACKNOWLEDGED, PATIENCE)
    await session.barrier()
    try:
        yield
    finally:
        await subscription.cancel(case="end")
        await session.barrier()


def _notified(event: Event) -> str:
    said = event.message
    return said.method if said is not None and said.kind is Kind.NOTIFICATION else ""
