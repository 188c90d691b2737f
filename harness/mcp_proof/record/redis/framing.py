"""The protocol of Redis, RESP2 and RESP3: values cut out of a byte stream."""

from typing import Final, TypeAlias

from mcp_proof_contracts.framing import MAX_FRAME

Value: TypeAlias = "bytes | int | list[Value] | None"
"""What is told apart here: texts of any kind, integers, and lists of any kind."""

END: Final = b"\r\n"
TEXTS: Final = b"$!="
LISTS: Final = b"*~>"
PAIRS: Final = b"%|"
SCALARS: Final = b"+-,(#_"
DEEPEST: Final = 8
MANY: Final = 100_000
"""Values in a list, and levels of lists, beyond which it is none that a queue has."""


class NotRedisError(Exception):
    """The bytes are no RESP, or hold more than any message."""


class _MissingError(Exception):
    """More bytes are needed."""


class RedisValues:
    """Cuts one direction into values."""

    def __init__(self) -> None:
        self._held = b""
        self._at = 0

    def feed(self, chunk: bytes) -> list[Value]:
        """Return the values that are complete.

        Raises:
            NotRedisError: what comes is none.
        """
        self._held += chunk
        if len(self._held) > 2 * MAX_FRAME:
            raise NotRedisError("longer than any message")
        values: list[Value] = []
        while self._held:
            self._at = 0
            try:
                values.append(self._value(0))
            except _MissingError:
                break
            self._held = self._held[self._at :]
        return values

    def _value(self, depth: int) -> Value:
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind in TEXTS:
            return self._text(_number(rest))
        if kind == b":":
            return _number(rest)
        if kind and kind in LISTS + PAIRS:
            count = _number(rest) * (2 if kind in PAIRS else 1)
            if count > MANY or depth > DEEPEST:
                raise NotRedisError("a list that no queue has")
            return None if count < 0 else [self._value(depth + 1) for _ in range(count)]
        if kind and kind in SCALARS:
            return None if kind == b"_" else rest
        raise NotRedisError("no value of Redis")

    def _line(self) -> bytes:
        end = self._held.find(END, self._at)
        if end < 0:
            raise _MissingError
        line, self._at = self._held[self._at : end], end + len(END)
        if not line:
            raise NotRedisError("no value of Redis")
        return line

    def _text(self, size: int) -> bytes | None:
        if size < 0:
            return None
        end = self._at + size
        if len(self._held) < end + len(END):
            raise _MissingError
        text, self._at = self._held[self._at : end], end + len(END)
        return text


def _number(text: bytes) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise NotRedisError("no number where one belongs") from error
