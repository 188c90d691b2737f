"""A server that says no more but still listens: FIN in one direction only."""

from dataclasses import dataclass
from random import Random

from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.stream.mark import Before, ByteMark
from mcp_proof_mocks.stream.stream_fault import HalfClosed, Piped, Source, stream_fault


@stream_fault("half-close")
@dataclass(frozen=True, slots=True, kw_only=True)
class HalfClose:
    """After so many bytes the stream ends, while the other direction stays open."""

    after: int = 0
    """Bytes that still pass."""

    def __post_init__(self) -> None:
        """Refuse less than nothing."""
        at_least(0, after=self.after)

    async def pipe(self, source: Source, _random: Random, /) -> Piped:
        """End this direction instead of passing the next byte."""
        before = Before(source, ByteMark(self.after))
        async for chunk in before:
            yield chunk
        if before.reached:
            raise HalfClosed
