"""A line that was never finished: what follows it on standard output is taken for its end."""

from dataclasses import dataclass
from random import Random

from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.stream.mark import Before, LineMark
from mcp_proof_mocks.stream.stream_fault import Piped, Source, stream_fault


@stream_fault("half-written-line", transport="stdio")
@dataclass(frozen=True, slots=True, kw_only=True)
class HalfWrittenLine:
    """One line loses its second half, line end included; the next message follows at once."""

    after: int = 0
    """Lines that pass before it."""
    into: int = 20
    """Bytes of the line that still pass; shorter lines do not count."""

    def __post_init__(self) -> None:
        """Refuse less than nothing, and lines that were never begun."""
        at_least(0, after=self.after)
        at_least(1, into=self.into)

    async def pipe(self, source: Source, _random: Random, /) -> Piped:
        """Leave the rest of the line out."""
        before = Before(source, LineMark(b"", after=self.after, into=self.into))
        async for chunk in before:
            yield chunk
        rest = before.rest
        while b"\n" not in rest:
            rest = await anext(source, b"\n")
        yield rest.partition(b"\n")[2]
        async for chunk in source:
            yield chunk
