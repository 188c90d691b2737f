"""What a load process is told to do: plain data, as JSON, the same for every process of a run."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import orjson

from mcp_proof_contracts.json_value import Json, JsonObject

MAY_BE_SECRET: Final = ("headers", "env")
"""What of a place does not travel with a plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What users call: a tool with arguments made beforehand."""

    name: str
    """The tool's name, which is also the operation's in all reports."""
    weight: int
    arguments: tuple[JsonObject, ...]
    """The arguments of its calls; each call takes one of them, seeded."""
    marker: str = ""
    """The argument that takes the marker; empty where none can. A marker is a text."""
    echoes: bool = False
    """Whether its answers gave back the marker before the load, so that they must under it."""
    shares: bool = False
    """Whether its answers held markers of other sessions before the load: then that is its work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedCall:
    """A call of a recording, to be made again at its time."""

    at: float
    """Seconds since the recording's first call."""
    name: str
    arguments: JsonObject
    session: int = 0
    """Which session of the recording made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is sent where, by whom, and when."""

    client: str
    """The kind of client: a module of `clients`, such as `stateless` or `rest`."""
    place: Mapping[str, Json]
    """Where the server is: `url` and `headers` (pairs), or `command` with `cwd` and `env`."""
    speech: Mapping[str, Json]
    """What else the client must know: `revision`, and of the dialect what it needs."""
    operations: tuple[Operation, ...]
    recorded: tuple[TimedCall, ...] = ()
    """Recorded traffic, in order of time; then `operations` are not called by themselves."""
    speed: float = 1.0
    """How many times faster than recorded it is."""
    user_kinds: Mapping[str, int] = field(default_factory=dict[str, int])
    """The kinds of users with their weights."""
    profile: str = "steady"
    users: int = 1
    rate: float | None = None
    """Calls a second at the peak, in the open model."""
    arrivals: str = "constant"
    duration: float = 60.0
    """Seconds, warm-up not included."""
    warm_up: float = 5.0
    think: str = ""
    """The time between two calls of a user, as it was written; empty for none."""
    connections: int = 0
    """How many connections the users of a process share; 0 for one each."""
    timeout: float = 10.0
    """Seconds to wait for an answer."""
    max_calls: int = 0
    """Calls after which the run ends; 0 for as many as there are."""
    check: float = 0.0
    """The share of the exchanges that are kept for the rules, 0 to 1."""
    opening: tuple[str, ...] = ()
    """The messages of the session's opening and of its list of tools, as lines of a transcript."""
    seed: int = 0
    statistics: bool = False
    """Whether locust's own statistics are fed, too: only its web interface shows them."""
    workers: int = 1
    """Load processes that share it."""

    def without_secrets(self) -> tuple["Plan", dict[str, Json]]:
        """Return it without what may be secret of its place, and that."""
        secret = {name: value for name, value in self.place.items() if name in MAY_BE_SECRET}
        place = {name: value for name, value in self.place.items() if name not in secret}
        return replace(self, place=place), secret

    def with_secrets(self, secret: Mapping[str, Json]) -> "Plan":
        """Return it with what may be secret of its place."""
        return replace(self, place={**self.place, **secret})

    def to_json(self) -> bytes:
        """Return it as JSON."""
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: bytes) -> "Plan":
        """Return the plan that `to_json` wrote."""
        members: dict[str, Any] = orjson.loads(text)
        operations = [_operation(each) for each in members.pop("operations")]
        recorded = [TimedCall(**each) for each in members.pop("recorded")]
        members["opening"] = tuple(members["opening"])
        return cls(**members, operations=tuple(operations), recorded=tuple(recorded))


def _operation(members: dict[str, Any]) -> Operation:
    members["arguments"] = tuple(members["arguments"])
    return Operation(**members)
