"""One client of one WebSocket: which answer is whose, and what silence means."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from mcp_proof.dialects.json_rpc import RpcAnswer
from mcp_proof.recorder import Recorder, probe_label
from mcp_proof.sessions.session import first_done
from mcp_proof.transports.connection import FAILED_READING, Sending
from mcp_proof.transports.websocket import CHANNEL, WebSocketConnection
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import BARRIER
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import Kind, Message, as_list, encode, id_key, mistyped, parse
from mcp_proof_contracts.wire import message as as_message

GRACE: Final = 0.5
"""Seconds for an answer that need not come, before and after that to a later request."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """Somebody waits for the answer to a text."""

    sent: Message
    answer: asyncio.Future[Message] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @property
    def readable(self) -> bool:
        """Whether the text is a request, so that its id can be in the answer."""
        return self.sent.kind is Kind.REQUEST and self.sent.members.get("jsonrpc") == "2.0"


class SocketClient:
    """Sends over one WebSocket and finds the answers by their ids."""

    def __init__(
        self,
        connection: WebSocketConnection,
        recorder: Recorder,
        timeout: float,
        numbers: Iterator[int],
    ) -> None:
        self.connection = connection
        self._recorder = recorder
        self._timeout = timeout
        self._numbers = numbers
        self._hung = False
        """Whether a control request stayed unanswered: nothing more is to be expected here."""
        self._waiting: list[_Waiting] = []
        connection.receiver = self._receive

    @property
    def alive(self) -> bool:
        """Whether the socket is open, and the server still answers on it."""
        return self.connection.alive and not self._hung

    async def ask(
        self, parts: Sequence[bytes], *, case: str = "", binary: bool = False
    ) -> RpcAnswer:
        """Send one message, in one frame or fragmented, and wait for what answers it."""
        label = probe_label(case)
        return await self._asked(parts, label, binary=binary)

    async def control(self) -> bool:
        """Whether a control request is answered: it proves order and life."""
        raw = encode(
            {"jsonrpc": "2.0", "id": next(self._numbers), "method": "tools/list", "params": {}}
        )
        return (await self._asked([raw], BARRIER)).message is not None

    async def close(self) -> None:
        """Close the socket."""
        await self.connection.close()

    async def _asked(
        self, parts: Sequence[bytes], label: str, *, binary: bool = False
    ) -> RpcAnswer:
        waiting = _Waiting(parse(b"".join(parts)))
        self._waiting.append(waiting)
        started = time.monotonic()
        reaches = self.connection.alive
        try:
            sending = await self.connection.send_frames(parts, probe=label, binary=binary)
            if waiting.sent.kind is Kind.NOTIFICATION:
                return RpcAnswer(None)
            plain = waiting.readable and len(parts) == 1 and not binary
            if plain:
                await first_done(waiting.answer, sending.ended, self._timeout)
            else:
                await self._or_a_later_one(waiting, sending)
            if waiting.answer.done():
                return RpcAnswer(waiting.answer.result())
            why = sending.ended.result() if sending.ended.done() else "no answer"
            if plain and reaches:
                await self._note_silence(waiting.sent.id, sending, why, label, started)
            return RpcAnswer(None, why)
        finally:
            self._waiting.remove(waiting)

    async def _or_a_later_one(self, waiting: _Waiting, sending: Sending) -> None:
        """Wait for an answer that need not come: not much longer than for that to a later one."""
        await first_done(waiting.answer, sending.ended, GRACE)
        if not (waiting.answer.done() or sending.ended.done()):
            await self.control()
            await first_done(waiting.answer, sending.ended, GRACE)

    async def _note_silence(
        self, request_id: Json, sending: Sending, why: str, label: str, started: float
    ) -> None:
        """Record that an answer is given up, and whether others are answered meanwhile."""
        alive: bool | None = None
        if not sending.ended.done():
            if label == BARRIER:
                self._hung = True
            alive = not self._hung and await self.control()
        self._recorder.record(
            EventKind.SILENCE,
            session=self.connection.name,
            channel=CHANNEL,
            sender=Sender.CLIENT,
            data={
                "id": request_id,
                "why": why,
                "alive": alive,
                "seconds": round(time.monotonic() - started, 3),
                **({"own_fault": True} if why == FAILED_READING else {}),
            },
        )

    def _receive(self, message: Message) -> None:
        if message.kind is Kind.BATCH:
            for value in as_list(message.value):
                self._receive(as_message(value))
        elif message.is_response and (waiting := self._whose(message.id)) is not None:
            waiting.answer.set_result(message)

    def _whose(self, request_id: Json) -> _Waiting | None:
        """Return who waits for an answer with this id."""
        open_ones = [each for each in self._waiting if not each.answer.done()]
        for each in open_ones:
            if "id" in each.sent.members and id_key(each.sent.id) == id_key(request_id):
                return each
        for each in open_ones:
            if mistyped(each.sent.id, request_id):
                return each  # a fault to judge, but no silence
        unread = [each for each in open_ones if not each.readable]
        return unread[-1] if request_id is None and unread else None
