"""What a load process tells of itself, about once a second: it goes as JSON, whatever the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.ledger import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One answer that is wrong, as evidence for its kind."""

    kind: Kind
    operation: str
    message: str
    expected: str = ""
    actual: str = ""
    rule: str = ""
    level: str = "MUST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A call without an answer."""

    operation: str
    sent_at: float
    """By the clock of the report's `began`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that a process has counted since it began; a later one holds all that an earlier did."""

    worker: str
    rows: Mapping[str, Row]
    users: int = 0
    final: bool = False
    """Whether nothing more will be counted."""
    ledger: str = ""
    """Where the numbers are kept, on the machine of that name."""
    machine: str = ""
    pids: Sequence[int] = ()
    """Processes of the server that this one has started."""
    began: float = 0.0
    """When its first user began, by a clock of its own; 0 before."""
    at: float = 0.0
    """Seconds since its first user began."""
    examples: Sequence[Example] = ()
    breaches: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, dict[str, int]])
    """How often each rule was broken, by operation and rule."""
    silences: Sequence[Silence] = ()
    complaints: Mapping[str, int] = field(default_factory=dict[str, int])
    """What went wrong with calls, in words, and how often."""
    faults: Sequence[str] = ()
    """What went wrong in mcp-proof itself."""

    def to_json(self) -> bytes:
        """Return it as one line."""
        return orjson.dumps(self, option=orjson.OPT_NON_STR_KEYS, default=list)

    @classmethod
    def from_members(cls, told: Mapping[str, Any]) -> "Report":
        """Return the report that `to_json` wrote, read as JSON."""
        members = dict(told)
        rows = {name: _row(*each) for name, each in members.pop("rows").items()}
        examples = [_example(**each) for each in members.pop("examples")]
        silences = [Silence(**each) for each in members.pop("silences")]
        return cls(**members, rows=rows, examples=examples, silences=silences)


def this_machine() -> str:
    """Return what tells this machine, since it was started, from others."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        import platform  # noqa: PLC0415  # where there is no /proc

        return platform.node()


def _example(kind: str, **members: Any) -> Example:  # noqa: ANN401  # what `to_json` wrote
    return Example(kind=Kind(kind), **members)


def _row(
    counts: list[int],
    violations: list[int],
    latency: dict[str, int],
    service: dict[str, int],
    begun: int,
) -> Row:
    return Row(
        counts=tuple(counts),
        violations=tuple(violations),
        latency={int(bucket): number for bucket, number in latency.items()},
        service={int(bucket): number for bucket, number in service.items()},
        begun=begun,
    )
