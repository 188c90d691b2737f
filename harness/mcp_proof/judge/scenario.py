"""Scenarios: what a client is led into, so that it shows whether it keeps a rule.

A scenario sets the stage: what the mock offers and does, and what the client is asked to do there.
It never judges; the rules read what was recorded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Final, TypeAlias

from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.rule import TransportName

Setting: TypeAlias = Callable[[Stage], None]

ORDINARY: Final = "ordinary"
"""The scenario in which nothing happens that every client does not expect."""
SCENARIOS: Final = "mcp_proof.judge.scenarios"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario, and where it makes sense."""

    name: str
    shows: tuple[str, ...]
    """The rules that it gives an occasion to keep or to break, besides those that judge any
    traffic."""
    set: Setting
    since: Revision
    until: Revision
    transports: tuple[TransportName, ...]
    """Over what it can be played; empty for any transport."""
    promise: str = ""
    """The promise of the user's that it is about; empty for the specification's own rules. Only the
    agreements that it shows are judged there."""
    dialect: Dialect | None = None
    """The only dialect in which it can be played; `None` where it is any, or no promise's."""

    @property
    def summary(self) -> str:
        """What happens in it, in a sentence."""
        return (self.set.__doc__ or "").partition("\n")[0]

    def applies(self, revision: Revision, transport: TransportName) -> bool:
        """Whether it can be played at this revision, over this transport."""
        within = self.since <= revision <= self.until
        return within and (not self.transports or transport in self.transports)

    def is_for(self, promised: JsonObject, dialect: Dialect) -> bool:
        """Whether it is the specification's own, or about something that a client has promised."""
        if not self.promise:
            return dialect is Dialect.MCP
        return self.promise in promised and self.dialect in (None, dialect)


class Scenarios:
    """Scenarios by name, in the order in which they are played; read on first use."""

    def __init__(self) -> None:
        self._scenarios: dict[str, Scenario] = {}

    def add(self, scenario: Scenario) -> None:
        """Register a scenario.

        Raises:
            TypeError: the name is taken, or nothing says what happens.
        """
        if scenario.name in self._scenarios:
            taken, new = self._scenarios[scenario.name].set.__module__, scenario.set.__module__
            raise TypeError(f"scenario {scenario.name} is defined in {taken} and again in {new}")
        if not scenario.summary:
            raise TypeError(f"scenario {scenario.name} says nothing: give it a docstring")
        self._scenarios[scenario.name] = scenario

    def __iter__(self) -> Iterator[Scenario]:
        import_module(SCENARIOS)
        return iter(self._scenarios.values())

    def get(self, name: str) -> Scenario | None:
        """Return the scenario of this name."""
        import_module(SCENARIOS)
        return self._scenarios.get(name)


scenarios: Final = Scenarios()


def scenario(  # noqa: PLR0913  # the parts of a scenario, all by keyword but the first
    name: str,
    *shows: str,
    since: Revision = REVISIONS[0],
    until: Revision = REVISIONS[-1],
    transports: tuple[TransportName, ...] = (),
    promise: str = "",
    dialect: Dialect | None = None,
) -> Callable[[Setting], Setting]:
    """Register the decorated function, which sets the stage, as the scenario `name`."""

    def register(setting: Setting) -> Setting:
        scenarios.add(
            Scenario(
                name=name,
                shows=shows,
                set=setting,
                since=since,
                until=until,
                transports=transports,
                promise=promise,
                dialect=dialect,
            )
        )
        return setting

    return register
