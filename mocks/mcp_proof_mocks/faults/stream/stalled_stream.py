"""An event stream that stays open and says nothing more: only a timeout tells."""

from dataclasses import dataclass
from random import Random
from typing import Final

from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.stream.mark import Before, LineMark
from mcp_proof_mocks.stream.stream_fault import Piped, Source, stream_fault

BEGUN: Final = 2
"""Bytes after `data:` that show that an event has data: not all have."""


@stream_fault("stalled-stream", transport="http")
@dataclass(frozen=True, slots=True, kw_only=True)
class StalledStream:
    """After so many events an SSE stream stalls; the connection stays open."""

    after: int = 0
    """Events with data that still pass."""

    def __post_init__(self) -> None:
        """Refuse less than nothing."""
        at_least(0, after=self.after)

    async def pipe(self, source: Source, _random: Random, /) -> Piped:
        """Swallow everything from the next event on."""
        async for chunk in Before(source, LineMark(b"data:", after=self.after, into=BEGUN)):
            yield chunk
        async for _ in source:
            pass
