"""What is known of a run while it goes on, for whoever watches."""

from dataclasses import dataclass, field

from mcp_proof_load.events import LoadEvent, Measurement, Planned, Sampled, Violated
from mcp_proof_load.measuring.measured import Measured, Window, together
from mcp_proof_load.reports.told import violation_counts


@dataclass(slots=True, kw_only=True)
class SoFar:
    """Feed it every event."""

    planned: Planned | None = None
    window: Window | None = None
    """The last one."""
    operations: dict[str, Measured] = field(default_factory=dict[str, Measured])
    """Since the warm-up ended; within it, since the load began."""
    violations: list[Violated] = field(default_factory=list[Violated])
    first: Sampled | None = None
    """The last look at the server's resources in the warm-up, and the last one of all."""
    last: Sampled | None = None

    def take(self, event: LoadEvent) -> None:
        """Count one event."""
        match event:
            case Planned():
                self.planned = event
            case Measurement():
                self._add(event.window)
            case Violated():
                self.violations.append(event)
            case Sampled():
                self.last = event
                if self.first is None or self.warming_up:
                    self.first = event
            case _:
                pass

    @property
    def elapsed(self) -> float:
        """Seconds since the load began."""
        return self.window.start + self.window.seconds if self.window is not None else 0.0

    @property
    def warming_up(self) -> bool:
        """Whether what is measured now is left out of all judgements."""
        return self.window is None or self.window.warm_up

    @property
    def total(self) -> Measured:
        """All operations together."""
        return together(self.operations.values())

    @property
    def seen(self) -> int:
        """How many violations there are."""
        return sum(violation_counts(self.violations).values())

    def _add(self, window: Window) -> None:
        if self.warming_up and not window.warm_up:
            self.operations = {}
        for name, measured in window.operations.items():
            known = self.operations.get(name, Measured())
            self.operations[name] = together([known, measured])
        self.window = window
