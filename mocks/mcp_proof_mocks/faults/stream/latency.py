"""A long way: everything takes the same time longer, as much as there is of it."""

from dataclasses import dataclass
from random import Random

from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.stream.delay import delayed
from mcp_proof_mocks.stream.stream_fault import Piped, Source, stream_fault


@stream_fault("latency")
@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Every byte arrives later by the same time; none is lost, and the rate stays."""

    ms: int = 100
    """Milliseconds that each byte is under way."""

    def __post_init__(self) -> None:
        """Refuse times before now."""
        at_least(0, ms=self.ms)

    def pipe(self, source: Source, _random: Random, /) -> Piped:
        """Delay what comes."""
        return delayed(source, lambda: self.ms / 1000)
