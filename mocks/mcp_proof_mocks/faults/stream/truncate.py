"""A server that goes away: whatever it was about to say stays unsaid."""

from dataclasses import dataclass
from random import Random

from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.stream.mark import Before, ByteMark
from mcp_proof_mocks.stream.stream_fault import Piped, Source, stream_fault


@stream_fault("truncate")
@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate:
    """After so many bytes the connection is closed in good order."""

    after: int = 200
    """Bytes that still pass."""

    def __post_init__(self) -> None:
        """Refuse less than nothing."""
        at_least(0, after=self.after)

    async def pipe(self, source: Source, _random: Random, /) -> Piped:
        """End before the source does."""
        async for chunk in Before(source, ByteMark(self.after)):
            yield chunk
