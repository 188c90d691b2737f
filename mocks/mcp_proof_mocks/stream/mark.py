"""Places in a byte stream, found while it passes in any pieces, with nothing held back."""

from typing import Protocol

from mcp_proof_mocks.stream.stream_fault import Source


class Mark(Protocol):
    """A place that is looked for in a stream, once."""

    def find(self, chunk: bytes) -> int | None:
        """Return where in this chunk the place is, or `None` when it is further on."""
        ...


class ByteMark:
    """The place before the byte that follows so many others."""

    def __init__(self, after: int) -> None:
        self._left = after

    def find(self, chunk: bytes) -> int | None:
        """Count the bytes; a place at the very end of a chunk is one before the next."""
        if len(chunk) > self._left:
            return self._left
        self._left -= len(chunk)
        return None


class LineMark:
    """The place so many bytes into a line that begins with a prefix, after so many such lines.

    Lines that end before the place do not count.
    """

    def __init__(self, prefix: bytes, *, after: int, into: int) -> None:
        self._prefix = prefix
        self._after = after
        self._depth = len(prefix) + into
        self._line = b""
        """The beginning of the current line, as far as the place is deep."""

    def find(self, chunk: bytes) -> int | None:
        """Follow the lines."""
        at = 0
        while at < len(chunk):
            end = chunk.find(b"\n", at) + 1 or len(chunk)
            content = end - chunk.endswith(b"\n", at, end)
            missing = self._depth - len(self._line)
            if missing > 0:
                self._line += chunk[at : min(content, at + missing)]
                if len(self._line) == self._depth and self._line.startswith(self._prefix):
                    if not self._after:
                        return at + missing
                    self._after -= 1
            if content < end:
                self._line = b""
            at = end
        return None


class Before:
    """The part of a stream before a mark: iterate over it, then see whether the mark came."""

    def __init__(self, source: Source, mark: Mark) -> None:
        self._source = source
        self._mark = mark
        self.reached = False
        self.rest = b""
        """What came together with the mark, but after it."""

    def __aiter__(self) -> Source:
        return self

    async def __anext__(self) -> bytes:
        """Pass on what comes before the mark."""
        if self.reached:
            raise StopAsyncIteration
        chunk = await anext(self._source)
        at = self._mark.find(chunk)
        if at is None:
            return chunk
        self.reached, self.rest = True, chunk[at:]
        if not at:
            raise StopAsyncIteration
        return chunk[:at]
