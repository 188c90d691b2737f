"""A connection that breaks: TCP's RST, as from a crashed host or an impatient middlebox."""

from dataclasses import dataclass
from random import Random

from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.stream.mark import Before, ByteMark
from mcp_proof_mocks.stream.stream_fault import (
    ConnectionReset,
    Piped,
    Source,
    stream_fault,
)


@stream_fault("reset", transport="http")
@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """After so many bytes both sides get a reset."""

    after: int = 0
    """Bytes that still pass."""

    def __post_init__(self) -> None:
        """Refuse less than nothing."""
        at_least(0, after=self.after)

    async def pipe(self, source: Source, _random: Random, /) -> Piped:
        """Reset the connection instead of passing the next byte."""
        before = Before(source, ByteMark(self.after))
        async for chunk in before:
            yield chunk
        if before.reached:
            raise ConnectionReset
