"""A narrow way: long answers take long, and whoever sends them has to wait."""

import asyncio
from dataclasses import dataclass
from random import Random
from typing import Final

from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.stream.stream_fault import Piped, Source, stream_fault

PIECES_PER_SECOND: Final = 20
"""Into how many pieces a second's worth of bytes is cut, so that they flow."""


@stream_fault("bandwidth")
@dataclass(frozen=True, slots=True, kw_only=True)
class Bandwidth:
    """Only so many bytes pass in a second."""

    rate: int = 10_000
    """Bytes per second."""

    def __post_init__(self) -> None:
        """Refuse what never passes anything."""
        at_least(1, rate=self.rate)

    async def pipe(self, source: Source, _random: Random, /) -> Piped:
        """Let each piece take its time."""
        size = max(1, self.rate // PIECES_PER_SECOND)
        async for chunk in source:
            for start in range(0, len(chunk), size):
                piece = chunk[start : start + size]
                await asyncio.sleep(len(piece) / self.rate)
                yield piece
