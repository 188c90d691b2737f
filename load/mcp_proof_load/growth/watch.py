"""Watch what the server uses, for as long as it can be seen."""

from collections.abc import Collection

from mcp_proof_load.events import Kind, Sampled
from mcp_proof_load.growth.resources import GoneError, UnwatchableError
from mcp_proof_load.growth.sampling import Sampler, sampler


class Watch:
    """Looks at the server when it is asked to, and remembers why it could not."""

    def __init__(self, url: str, metrics: str) -> None:
        self._url = url
        self._metrics = metrics
        self._sampler: Sampler | None = None
        self._why_not = ""
        self.samples: list[Sampled] = []
        self.lazy = False
        """Whether the server's garbage may lie there until its heap is full."""

    async def begin(self, pids: Collection[int] = ()) -> None:
        """Find the server.

        Args:
            pids: its processes, where load processes have started them.

        Raises:
            UsageError: the metrics cannot be read, or tell of no resource.
        """
        try:
            self._sampler = await sampler(url=self._url, pids=pids, metrics=self._metrics)
            self.lazy = self._sampler.lazy
        except UnwatchableError as error:
            self._why_not = str(error)

    async def look(self, at: float, calls: int, pids: Collection[int]) -> Sampled | None:
        """Return what the server uses now; `None` where it cannot be seen."""
        if self._sampler is None and not self._why_not and (pids or self._url or self._metrics):
            await self.begin(pids)
        if self._sampler is None:
            return None
        try:
            sampled = await self._sampler.sample(at, calls)
        except GoneError as error:
            self._sampler, self._why_not = None, str(error)
            return None
        self.samples.append(sampled)
        return sampled

    def saw_after(self, warm_up: float) -> bool:
        """Whether there is a sample that counts, from after the warm-up."""
        return any(sample.at >= warm_up for sample in self.samples)

    @property
    def untested(self) -> tuple[str, ...]:
        """What could not be seen, each with its reason."""
        if self._why_not:
            return (f"{Kind.GROWTH}: {self._why_not}",)
        if self._sampler is None:
            return (f"{Kind.GROWTH}: no process of the server is known; give --metrics URL",)
        return tuple(f"growth of {each}" for each in self._sampler.untested)
