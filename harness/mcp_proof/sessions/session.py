"""One conversation with a server: requests and their answers, whatever the era."""

import asyncio
import contextlib
import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mcp_proof.recorder import Recorder, probe_label
from mcp_proof.sessions.client import ClientProfile
from mcp_proof.transports.connection import FAILED_READING, Connection, Headers, Sending
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.opening import OPENINGS
from mcp_proof_contracts.reading import BARRIER
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import Kind, Message, as_list, encode, id_key
from mcp_proof_contracts.wire import message as as_message


class Unset:
    """Stands for an argument that was not given, where `None` is a value."""


UNSET: Final = Unset()
CONTROL_TIMEOUT: Final = 5.0
"""Seconds in which a live server answers a control request while another hangs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a request: a message, or the reason why none did."""

    message: Message | None
    why: str = ""
    status: int | None = None

    @property
    def result(self) -> JsonObject | None:
        """The result, or `None` when it is an error or nothing."""
        if self.message is None or self.message.kind is not Kind.RESULT:
            return None
        return self.message.result


async def first_done(
    answer: asyncio.Future[Message], ended: asyncio.Future[str], limit: float | None = None
) -> None:
    """Wait until either future is done, at most `limit` seconds."""
    futures: set[asyncio.Future[Message] | asyncio.Future[str]] = {answer, ended}
    await asyncio.wait(futures, timeout=limit, return_when=asyncio.FIRST_COMPLETED)


class Session(ABC):
    """A connection on which one revision is spoken."""

    def __init__(
        self,
        connection: Connection,
        recorder: Recorder,
        revision: Revision,
        *,
        profile: ClientProfile,
        timeout: float,
    ) -> None:
        self.connection = connection
        self.revision = revision
        self.profile = profile
        self.timeout = timeout
        self.server: JsonObject = {}
        """The `initialize` or `server/discover` result."""
        self.tool_schemas: dict[str, JsonObject] = {}
        """Input schemas by tool name, for the headers that mirror annotated arguments."""
        self.hung = False
        """Whether a control request stayed unanswered: nothing more is to be expected here."""
        self.echoed = False
        """Whether one of our own requests came back as it was: no server does that."""
        self.recorder = recorder
        self._ids = itertools.count(1)
        self._waiting: dict[tuple[str, str], asyncio.Future[Message]] = {}
        self._replies: set[asyncio.Task[Sending]] = set()
        connection.receiver = self._receive

    @abstractmethod
    async def start(self) -> Answer:
        """Introduce ourselves; `server` is set when the answer is a result."""

    @abstractmethod
    def dress(self, params: JsonObject | None) -> JsonObject | None:
        """Return the params with what the era puts into every request."""

    @abstractmethod
    def headers(self, message: JsonObject) -> dict[str, str]:
        """Return the HTTP headers that accompany `message`."""

    @abstractmethod
    async def call(self, method: str, params: JsonObject | None = None, **options: str) -> Answer:
        """Send a request and see it through, answering whatever the server asks meanwhile."""

    @property
    def capabilities(self) -> JsonObject:
        """What the server declared."""
        declared = self.server.get("capabilities")
        return declared if isinstance(declared, Mapping) else {}

    @property
    def lists(self) -> list[str]:
        """The methods of the lists that the server declares."""
        return [method for capability, method, _ in LISTS if capability in self.capabilities]

    @property
    def alive(self) -> bool:
        """Whether the connection still takes messages, and the server still answers."""
        return self.connection.alive and not self.hung

    async def request(  # noqa: PLR0913  # one option per part of a request that a probe may vary
        self,
        method: str,
        params: JsonObject | None = None,
        *,
        case: str = "",
        request_id: Json | Unset = UNSET,
        headers: Headers | None = None,
        members: JsonObject | None = None,
        bare: bool = False,
        timeout: float | None = None,
    ) -> Answer:
        """Send one request and wait for its answer.

        Args:
            method: the JSON-RPC method.
            params: its parameters; the era's own members are added unless `bare`.
            case: which variant of the running probe this is.
            request_id: an id instead of the next number.
            headers: HTTP headers that replace the right ones; `None` leaves one out.
            members: further members of the message itself.
            bare: send exactly these params.
            timeout: seconds instead of the session's.
        """
        chosen = next(self._ids) if isinstance(request_id, Unset) else request_id
        message = _message(method, params if bare else self.dress(params), chosen)
        return await self._exchange({**message, **(members or {})}, case, headers, timeout)

    def new_id(self) -> int:
        """Return an id that no request of the session has had."""
        return next(self._ids)

    def envelope(self, method: str, params: JsonObject | None, request_id: Json) -> JsonObject:
        """Return a good request as a message, for a probe that sends it in a way of its own."""
        return _message(method, self.dress(params), request_id)

    async def notify(
        self, method: str, params: JsonObject | None = None, *, case: str = ""
    ) -> Sending:
        """Send one notification."""
        message: dict[str, Json] = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        return await self.send(message, case=case)

    async def send(
        self,
        value: Json,
        *,
        case: str = "",
        headers: Headers | None = None,
    ) -> Sending:
        """Send any JSON value as a message, without waiting for anything."""
        right = self.headers(value) if isinstance(value, Mapping) else self.headers({})
        return await self.send_raw(encode(value), case=case, headers={**right, **(headers or {})})

    async def send_raw(
        self, raw: bytes, *, case: str = "", headers: Headers | None = None
    ) -> Sending:
        """Send bytes where a message belongs."""
        return await self.connection.send(raw, headers, probe=probe_label(case))

    async def answers(
        self, ids: Sequence[Json], sending: Awaitable[Sending], *, limit: float | None = None
    ) -> list[Answer]:
        """Wait for the answers to requests that go out in an unusual form, such as a batch.

        Args:
            ids: the ids of the requests.
            sending: what sends them; it is awaited here.
            limit: seconds instead of the session's.
        """
        seconds = self.timeout if limit is None else limit
        return await self._answers(ids, sending, seconds, control=False)

    async def barrier(self) -> bool:
        """Whether a control request is answered: everything sent before has been seen by then.

        It proves order and life: every live server answers it.
        """
        method = self.revision.control_method
        message = self.envelope(method, None, next(self._ids))
        answer = await self._exchange(message, "", None, self.timeout, label=BARRIER)
        return answer.message is not None

    async def arrival(self, sending: Sending) -> None:
        """Wait until what was sent has come before whatever is sent next: HTTP keeps no order."""
        if sending.shared:
            await self.head(sending)
        else:
            await asyncio.wait([sending.ended], timeout=self.timeout)

    async def settle(self, sending: Sending) -> None:
        """Wait until what was sent is dealt with: its own response, or a barrier behind it."""
        await self.arrival(sending)
        if sending.shared:
            await self.barrier()

    async def head(self, sending: Sending) -> int | None:
        """Wait for the status of an HTTP response; `None` when none came in time."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(sending.answered.wait(), self.timeout)
        return sending.status

    async def close(self) -> None:
        """End the conversation and the connection."""
        for task in self._replies:
            task.cancel()
        await asyncio.gather(*self._replies, return_exceptions=True)
        await self.connection.close()

    async def _exchange(
        self,
        message: JsonObject,
        case: str,
        headers: Headers | None,
        timeout: float | None,
        label: str | None = None,
    ) -> Answer:
        sending = self.connection.send(
            encode(message),
            {**self.headers(message), **(headers or {})},
            probe=probe_label(case) if label is None else label,
        )
        limit = self.timeout if timeout is None else timeout
        [answer] = await self._answers([message.get("id")], sending, limit, control=bool(label))
        return answer

    async def _answers(
        self, ids: Sequence[Json], sending: Awaitable[Sending], limit: float, *, control: bool
    ) -> list[Answer]:
        """Send, then wait for the answer to each id; note which of them stayed unanswered."""
        loop = asyncio.get_running_loop()
        waiting: list[asyncio.Future[Message]] = [loop.create_future() for _ in ids]
        keys = [id_key(request_id) for request_id in ids]
        self._waiting.update(zip(keys, waiting, strict=True))
        started = time.monotonic()
        try:
            sent = await sending
            await asyncio.gather(*(self._wait(answer, sent, limit) for answer in waiting))
            answers: list[Answer] = []
            for request_id, answer in zip(ids, waiting, strict=True):
                if answer.done():
                    answers.append(Answer(answer.result(), status=sent.status))
                    continue
                why = sent.ended.result() if sent.ended.done() else f"no answer in {limit:g} s"
                alive = await self._is_alive(sent, control=control)
                waited = time.monotonic() - started
                self._note_silence(request_id, sent, why, alive=alive, seconds=waited)
                answers.append(Answer(None, why=why, status=sent.status))
            return answers
        finally:
            for key in keys:
                self._waiting.pop(key, None)

    async def _wait(self, answer: asyncio.Future[Message], sending: Sending, limit: float) -> None:
        """Wait for the answer, or until none can come any more."""
        await first_done(answer, sending.ended, limit)

    async def _is_alive(self, sent: Sending, *, control: bool) -> bool | None:
        """Whether the server answers a control request meanwhile; `None` when all is over."""
        if sent.ended.done():
            return None
        if control:
            self.hung = True
        elif not self.hung:
            try:
                return await asyncio.wait_for(self.barrier(), CONTROL_TIMEOUT)
            except TimeoutError:
                self.hung = True
        return not self.hung

    def _note_silence(
        self, request_id: Json, sending: Sending, why: str, *, alive: bool | None, seconds: float
    ) -> None:
        self.recorder.record(
            EventKind.SILENCE,
            session=self.connection.name,
            channel=sending.channel,
            sender=Sender.CLIENT,
            data={
                "id": request_id,
                "why": why,
                "alive": alive,
                "seconds": round(seconds, 3),
                **({"own_fault": True} if why == FAILED_READING else {}),
            },
        )

    def _receive(self, message: Message) -> None:
        if message.kind is Kind.BATCH:
            for value in as_list(message.value):
                self._receive(as_message(value))
        elif message.is_response:
            waiting = self._waiting.get(id_key(message.id)) or self._mistyped(message.id)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
        elif message.kind is Kind.REQUEST and self._is_echo(message):
            self.echoed = True
        elif message.kind is Kind.REQUEST:
            self._asked(message)

    def _is_echo(self, message: Message) -> bool:
        return message.method in OPENINGS and id_key(message.id) in self._waiting

    def _mistyped(self, request_id: Json) -> asyncio.Future[Message] | None:
        """Whoever waits for this id in another JSON type: a fault to judge, but no silence."""
        kind, text = id_key(request_id)
        found = [wait for key, wait in self._waiting.items() if key[0] != kind and key[1] == text]
        return found[0] if found else None

    @abstractmethod
    def _asked(self, message: Message, /) -> None:
        """React to a request from the server."""


def _message(method: str, params: JsonObject | None, request_id: Json) -> JsonObject:
    message: JsonObject = {"jsonrpc": "2.0", "id": request_id, "method": method}
    return message if params is None else {**message, "params": params}
