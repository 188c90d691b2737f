"""Probes: deliberate stimuli. A probe only sends; the rules that name it judge what came back."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, TypeAlias, TypeVar

from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.dialect import MCP_ONLY, Dialect, Spoken, dialect_of
from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.rule import TransportName

S = TypeVar("S", bound=ToolServer)
Stimulus: TypeAlias = Callable[[Any], Awaitable[None]]
"""Takes the driven server, of the class that its dialect has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One stimulus, and where it makes sense."""

    name: str
    run: Stimulus
    since: Revision
    until: Revision
    transport: TransportName | None
    dialects: tuple[Dialect, ...] = MCP_ONLY

    def applies(self, spoken: Spoken, transport: TransportName) -> bool:
        """Whether the probe can be sent where this is spoken, over this transport."""
        within = self.since <= spoken <= self.until if isinstance(spoken, Revision) else True
        named = dialect_of(spoken) in self.dialects
        return within and named and self.transport in (None, transport)


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
    dialects: tuple[Dialect, ...] = MCP_ONLY,
) -> Callable[[Callable[[S], Awaitable[None]]], Callable[[S], Awaitable[None]]]:
    """Register the decorated coroutine as the probe `name`; rules refer to it by that name."""

    def register(run: Callable[[S], Awaitable[None]]) -> Callable[[S], Awaitable[None]]:
        probes.add(
            Probe(
                name=name,
                run=run,
                since=since,
                until=until,
                transport=transport,
                dialects=dialects,
            )
        )
        return run

    return register
