"""An uneven way: what follows closely may arrive far apart, but never out of order."""

from dataclasses import dataclass
from random import Random

from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.stream.delay import delayed
from mcp_proof_mocks.stream.stream_fault import Piped, Source, stream_fault


@stream_fault("jitter")
@dataclass(frozen=True, slots=True, kw_only=True)
class Jitter:
    """Every piece arrives later by a time of its own; the order stays."""

    ms: int = 100
    """The most milliseconds that a piece is under way; each takes between none and these."""

    def __post_init__(self) -> None:
        """Refuse times before now."""
        at_least(0, ms=self.ms)

    def pipe(self, source: Source, random: Random, /) -> Piped:
        """Delay what comes."""
        return delayed(source, lambda: random.uniform(0, self.ms) / 1000)
