"""An event stream that breaks off inside an event: what has arrived of it must be thrown away."""

from dataclasses import dataclass
from random import Random

from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.stream.mark import Before, LineMark
from mcp_proof_mocks.stream.stream_fault import Piped, Source, stream_fault


@stream_fault("cut-mid-event", transport="http")
@dataclass(frozen=True, slots=True, kw_only=True)
class CutMidEvent:
    """Inside the data of an SSE event the connection is closed in good order."""

    after: int = 0
    """Events with data that still pass."""
    into: int = 20
    """Bytes of the event's data that still pass; events with less do not count."""

    def __post_init__(self) -> None:
        """Refuse less than nothing, and cuts before the data begins."""
        at_least(0, after=self.after)
        at_least(1, into=self.into)

    async def pipe(self, source: Source, _random: Random, /) -> Piped:
        """End before the source does."""
        async for chunk in Before(source, LineMark(b"data:", after=self.after, into=self.into)):
            yield chunk
