"""Which answer is whose, where everything that a server says comes one way."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias, cast

from gevent import Timeout
from gevent.event import AsyncResult

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import Kind, Message, as_list, is_integer, parse
from mcp_proof_contracts.wire import message as as_message
from mcp_proof_load.clients.client import BrokenError, Sent, SilentError, unsaid

CallId: TypeAlias = int | str
OnStray: TypeAlias = Callable[[bytes], None]
"""Takes an answer that nobody asked for, or that came for a call which had one already."""
Replying: TypeAlias = Callable[[Message], bytes | None]
"""Takes a request of the server; returns the response, or `None` where none is owed."""
REMEMBERED: Final = 1 << 16
"""Calls whose end is remembered, to tell a second answer from a late one."""


class Sending(Protocol):
    """Sends one message, or has it sent; tells when that is done."""

    def __call__(self, raw: bytes, sent: Sent = unsaid, /) -> None:
        """Send it."""
        ...


@dataclass(slots=True, eq=False)
class _Waiting:
    """Somebody waits for an answer."""

    on_stray: OnStray
    answer: "AsyncResult[Message]" = field(default_factory=lambda: AsyncResult())  # noqa: PLW0108  # typed so


class SharedChannel:
    """Sends requests and finds the answers by their ids, in whatever order they come."""

    def __init__(self, send: Sending, reply: Replying) -> None:
        """Answers are taken from `take`.

        Args:
            send: sends.
            reply: answers requests of the server.
        """
        self._send = send
        self._reply = reply
        self._waiting: dict[CallId, _Waiting] = {}
        self._ended_calls: dict[CallId, OnStray | None] = {}
        """Who made a call that was answered; `None` for one that was given up."""
        self._latest: OnStray = _ignored
        """Who asked last: told of answers that belong to no call at all."""
        self.why = ""
        """Why nothing can be asked any more; empty while it can."""

    @property
    def alive(self) -> bool:
        """Whether anything can still be asked."""
        return not self.why

    def ask(
        self,
        raw: bytes,
        call: CallId,
        timeout: float,
        on_stray: OnStray,
        sent: Sent = unsaid,
    ) -> Message:
        """Send a request and wait for its answer.

        Args:
            raw: the request.
            call: its id, which no other has.
            timeout: seconds to wait.
            on_stray: told of whatever else answers it.
            sent: told when it was sent.

        Raises:
            BrokenError: the connection is over.
            SilentError: there is no answer within the time.
        """
        if self.why:
            raise BrokenError(self.why)
        waiting = self._waiting[call] = _Waiting(on_stray)
        self._latest = on_stray
        ended: OnStray | None = None
        until = time.monotonic() + timeout
        try:
            self._send(raw, sent)
            left = max(until - time.monotonic(), 0)
            message = cast("Message", waiting.answer.get(timeout=left))
        except Timeout as silence:
            raise SilentError(f"no answer within {timeout:g} s") from silence
        else:
            ended = on_stray
            return message
        finally:
            if self._waiting.pop(call, None) is not None:
                self._remember(call, ended)

    def take(self, raw: bytes) -> None:
        """Take one message of the server: an answer, or a request. All else means nothing here."""
        self._take(parse(raw))

    def end(self, why: str) -> None:
        """Give up what is under way: nothing can come any more."""
        if self.why:
            return
        self.why = why
        for waiting in self._waiting.values():
            waiting.answer.set_exception(BrokenError(why))

    def _take(self, message: Message) -> None:
        if message.kind is Kind.BATCH:
            for value in as_list(message.value):
                self._take(as_message(value))
        elif message.kind is Kind.REQUEST:
            reply = self._reply(message)
            if reply is not None and not self.why:
                self._send(reply)
        elif message.is_response:
            self._answer(message)

    def _answer(self, message: Message) -> None:
        call = _call_id(message.id)
        if call is None:
            self._answer_without_id(message)
        elif (waiting := self._waiting.pop(call, None)) is not None:
            self._remember(call, waiting.on_stray)
            waiting.answer.set(message)
        elif call in self._ended_calls:
            self._again(call, message)
        else:
            self._latest(message.raw)

    def _answer_without_id(self, message: Message) -> None:
        """An error whose request could not be read has no id; it is somebody's if one waits."""
        if len(self._waiting) == 1:
            call, waiting = self._waiting.popitem()
            self._remember(call, waiting.on_stray)
            waiting.answer.set(message)

    def _again(self, call: CallId, message: Message) -> None:
        """Take an answer to a call that has ended: late where it was given up, else a second."""
        owner = self._ended_calls[call]
        if owner is None:
            self._ended_calls[call] = self._latest
        else:
            owner(message.raw)

    def _remember(self, call: CallId, owner: OnStray | None) -> None:
        self._ended_calls[call] = owner
        if len(self._ended_calls) > REMEMBERED:
            del self._ended_calls[next(iter(self._ended_calls))]


def _call_id(value: Json) -> CallId | None:
    """Return the id that is meant: 5.0 and "5" are 5, which is for the rules to judge."""
    if isinstance(value, str):
        return int(value) if value.isdecimal() else value
    return int(str(value).partition(".")[0]) if is_integer(value) else None


def _ignored(_body: bytes) -> None:
    """Take what comes before anybody has asked anything."""
