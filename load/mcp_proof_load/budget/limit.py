"""One limit of a budget, and what became of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A limit that was compared with a run."""

    name: str
    """Such as `p95` or `weather.p95`, as the budget has it."""
    limit: float
    """In the unit of `value`."""
    value: float | None
    """`None` where nothing was measured: then nothing shows that the limit is kept."""
    unit: str
    """`ms`, `%`, `calls/s`, `calls`, or empty for a plain number."""
    ok: bool
    """Whether it is kept; of one that is not judged, `False`."""
    judged: bool = True
    """Whether it could be told from noise; else it is neither kept nor exceeded."""
    relative_to: float | None = None
    """The value of the saved run that the limit was made of."""
    why: str = ""
    """Why it is kept or not, where the figures alone do not say: such as the test that was made."""

    @property
    def broken(self) -> bool:
        """Whether it is exceeded: what fails a run."""
        return self.judged and not self.ok
