"""Bytes that nobody sent: noise on the line, or two writers on one stream."""

from dataclasses import dataclass
from random import Random

from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.stream.mark import Before, ByteMark
from mcp_proof_mocks.stream.stream_fault import Piped, Source, stream_fault


@stream_fault("garbage")
@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage:
    """Random bytes are inserted once; nothing else changes."""

    after: int = 0
    """Bytes that pass before them."""
    bytes: int = 16
    """Bytes that are inserted."""

    def __post_init__(self) -> None:
        """Refuse less than nothing."""
        at_least(0, after=self.after)
        at_least(1, bytes=self.bytes)

    async def pipe(self, source: Source, random: Random, /) -> Piped:
        """Insert the bytes before the next one."""
        before = Before(source, ByteMark(self.after))
        async for chunk in before:
            yield chunk
        if before.reached:
            yield random.randbytes(self.bytes)
            yield before.rest
        async for chunk in source:
            yield chunk
