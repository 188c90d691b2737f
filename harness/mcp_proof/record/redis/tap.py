"""One connection of a client to a Redis: the requests that it pushes, the answers that it reads."""

from collections import deque
from collections.abc import Sequence
from typing import Final

from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof.record.redis.framing import NotRedisError, RedisValues, Value
from mcp_proof_contracts.dialects.queue import (
    COMPLETED,
    REQUESTED,
    REQUESTS,
    RESPONSES,
    TOOLS,
)
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import parse
from mcp_proof_mocks.stream.connection import Direction

PUSHING: Final = (b"LPUSH", b"RPUSH")
READING: Final = (b"GET", b"GETDEL", b"GETEX")
EXPIRY: Final = {b"PTTL": 1000, b"TTL": 1}
"""The commands that ask how long a key stays, and their unit in a second."""
UNANSWERED: Final = (b"SUBSCRIBE", b"UNSUBSCRIBE", b"PSUBSCRIBE", b"PUNSUBSCRIBE")
"""Commands whose replies come as the events do."""
HEARD: Final = {b"message": 2, b"pmessage": 3}
"""The events of a channel, and where in them their text stands."""
PUSHED: Final = (*HEARD, *(name.lower() for name in UNANSWERED))
SESSION: Final = "queue-1"
"""A queue has no sessions: all of its clients are one."""

Command = tuple[bytes, ...]


class RedisTap:
    """Records what a client of a queue says and reads; all passes as it is."""

    def __init__(self, cassette: CassetteWriter) -> None:
        self._cassette = cassette
        self._values = {"up": RedisValues(), "down": RedisValues()}
        self._asked: deque[Command] = deque()
        """The commands whose replies have not come."""
        self._queued: list[Command] | None = None
        """The commands of a transaction; `None` outside of one."""

    def passed(self, direction: Direction, chunk: bytes) -> bytes:
        """Record what is complete, and pass the bytes on."""
        if direction in self._values:
            try:
                for value in self._values[direction].feed(chunk):
                    if direction == "up":
                        self._take_command(value)
                    else:
                        self._take_reply(value)
            except NotRedisError as error:
                self._values.clear()
                data: JsonObject = {"text": f"({error})", "bytes": len(chunk)}
                sender = Sender.CLIENT if direction == "up" else Sender.SERVER
                self._add(EventKind.BODY, "redis", sender, data=data)
        self._cassette.flush()
        return chunk

    def ended(self, _direction: Direction) -> bytes:
        """Hold nothing back."""
        return b""

    def over(self) -> None:
        """Leave it at that: a queue outlives its clients."""

    def _take_command(self, value: Value) -> None:
        if not isinstance(value, list):
            raise NotRedisError("a command in one line, which no client of a queue sends")
        command = tuple(word if isinstance(word, bytes) else b"" for word in value) or (b"",)
        command = (command[0].upper(), *command[1:])
        name = command[0]
        if name in PUSHING and command[1:2] == (REQUESTS.encode(),):
            for entry in command[2:]:
                self._add(EventKind.MESSAGE, REQUESTS, Sender.CLIENT, entry)
        elif name == b"PUBLISH" and command[1:2] == (REQUESTED.encode(),):
            self._add(EventKind.MESSAGE, REQUESTED, Sender.CLIENT, command[-1])
        if name not in UNANSWERED:
            self._asked.append(command)

    def _take_reply(self, value: Value) -> None:
        if isinstance(value, list) and value and value[0] in PUSHED:
            self._hear(value)
            return
        if not self._asked:
            return
        command = self._asked.popleft()
        if command[0] == b"MULTI":
            self._queued = []
        elif command[0] in (b"EXEC", b"DISCARD"):
            queued, self._queued = self._queued or [], None
            if command[0] == b"EXEC" and isinstance(value, list):
                self._answered([*zip(queued, value, strict=False)])
        elif self._queued is not None:
            self._queued.append(command)
        else:
            self._answered([(command, value)])

    def _answered(self, pairs: Sequence[tuple[Command, Value]]) -> None:
        """Take commands with their replies; what was asked together belongs together."""
        expires = {
            command[1]: reply / EXPIRY[command[0]] if reply >= 0 else None
            for command, reply in pairs
            if command[0] in EXPIRY and isinstance(reply, int)
        }
        for (name, *words), reply in pairs:
            if name in READING and words and isinstance(reply, bytes) and _is_told_there(words[0]):
                told: JsonObject = {"expires": expires[words[0]]} if words[0] in expires else {}
                self._add(EventKind.MESSAGE, words[0].decode(), Sender.SERVER, reply, told)

    def _hear(self, value: list[Value]) -> None:
        kind = value[0]
        at = HEARD.get(kind, 0) if isinstance(kind, bytes) else 0
        if at and len(value) > at and value[at - 1] == COMPLETED.encode():
            text = value[at]
            if isinstance(text, bytes):
                self._add(EventKind.MESSAGE, COMPLETED, Sender.SERVER, text)

    def _add(
        self,
        kind: EventKind,
        channel: str,
        sender: Sender,
        raw: bytes | None = None,
        data: JsonObject | None = None,
    ) -> None:
        self._cassette.add(
            kind,
            session=SESSION,
            channel=channel,
            sender=sender,
            message=parse(raw) if raw is not None else None,
            data=data,
        )


def _is_told_there(key: bytes) -> bool:
    """Whether a key holds a response, or the list of tools."""
    return key == TOOLS.encode() or key.startswith(f"{RESPONSES}:".encode())
