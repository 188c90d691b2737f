"""Probes: deliberate stimuli. A probe only sends; the rules that name it judge what came back."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeAlias

from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.rule import TransportName

if TYPE_CHECKING:
    from mcp_proof.driver import Driver

Stimulus: TypeAlias = "Callable[[Driver], Awaitable[None]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One stimulus, and where it makes sense."""

    name: str
    run: Stimulus
    since: Revision
    until: Revision
    transport: TransportName | None

    def applies(self, revision: Revision, transport: TransportName) -> bool:
        """Whether the probe can be sent at this revision over this transport."""
        return self.since <= revision <= self.until and self.transport in (None, transport)


class Probes:
    """Probes by name, in the order in which they run; read on first use."""

    def __init__(self) -> None:
        self._probes: dict[str, Probe] = {}

    def add(self, probe: Probe) -> None:
        """Register a probe.

        Raises:
            TypeError: the name is taken.
        """
        if probe.name in self._probes:
            taken, new = self._probes[probe.name].run.__module__, probe.run.__module__
            raise TypeError(f"probe {probe.name} is defined in {taken} and again in {new}")
        self._probes[probe.name] = probe

    def __iter__(self) -> Iterator[Probe]:
        import_module("mcp_proof.probes")
        return iter(self._probes.values())


probes: Final = Probes()


def probe(
    name: str,
    *,
    since: Revision = REVISIONS[0],
    until: Revision = REVISIONS[-1],
    transport: TransportName | None = None,
) -> Callable[[Stimulus], Stimulus]:
    """Register the decorated coroutine as the probe `name`; rules refer to it by that name."""

    def register(run: Stimulus) -> Stimulus:
        probes.add(Probe(name=name, run=run, since=since, until=until, transport=transport))
        return run

    return register
