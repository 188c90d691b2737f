"""Small pieces: a reader that takes one read for one message, or cuts characters, fails here."""

import asyncio
from dataclasses import dataclass
from random import Random

from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.stream.stream_fault import Piped, Source, stream_fault


@stream_fault("slicer")
@dataclass(frozen=True, slots=True, kw_only=True)
class Slicer:
    """The bytes arrive in small pieces, each written by itself."""

    bytes: int = 16
    """The size of a piece."""
    ms: int = 0
    """Milliseconds between two pieces; without, the receiver may still find several at once."""

    def __post_init__(self) -> None:
        """Refuse empty pieces and times before now."""
        at_least(1, bytes=self.bytes)
        at_least(0, ms=self.ms)

    async def pipe(self, source: Source, _random: Random, /) -> Piped:
        """Cut what comes."""
        async for chunk in source:
            for start in range(0, len(chunk), self.bytes):
                if start:
                    await asyncio.sleep(self.ms / 1000)
                yield chunk[start : start + self.bytes]
