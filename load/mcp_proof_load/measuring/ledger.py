"""What one load process counts: numbers in a mapped file, which outlive the process.

A process that is killed has told nobody of its last calls; what it counted is still in the file,
to be read by whoever is on the same machine. So nothing is lost, and nothing is counted twice: the
numbers only grow, and a reader takes them as they are.
"""

import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import orjson

from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.histogram import BUCKETS, bucket_of
from mcp_proof_load.measuring.measured import Counts

FIELDS: Final = tuple(Counts.__dataclass_fields__)
"""What is counted of each operation."""
KINDS: Final = tuple(Kind)
_VIOLATIONS: Final = len(FIELDS)
_LATENCY: Final = _VIOLATIONS + len(KINDS)
_SERVICE: Final = _LATENCY + BUCKETS
_BEGUN: Final = _SERVICE + BUCKETS
_ROW: Final = _BEGUN + 1
"""Numbers of one operation."""
_WORD: Final = 8
SENT: Final = FIELDS.index("sent")
ANSWERED: Final = FIELDS.index("answered")
FAILED: Final = FIELDS.index("failed")
BROKEN: Final = FIELDS.index("broken")
SILENT: Final = FIELDS.index("silent")
LATE: Final = FIELDS.index("late")
EVENTS: Final = FIELDS.index("events")
DELIVERIES: Final = "\0deliveries"
"""The row, besides those of the operations, of what streams deliver, where there are listeners:
`EVENTS` of them, `SENT` for each time that a stream was begun. No tool can have this name."""


class Ledger:
    """The numbers of one process. Each operation has a row, by its position among the names."""

    def __init__(self, operations: Sequence[str], memory: memoryview) -> None:
        self.operations = tuple(operations)
        self.position = {name: number for number, name in enumerate(operations)}
        self._numbers = memory

    @classmethod
    def in_memory(cls, operations: Sequence[str]) -> "Ledger":
        """Return one that ends with the process."""
        return cls(operations, memoryview(bytearray(len(operations) * _ROW * _WORD)).cast("Q"))

    @classmethod
    def create(cls, path: Path, operations: Sequence[str]) -> "Ledger":
        """Return one in a new file."""
        head = orjson.dumps(list(operations)) + b"\n"
        start = -(-len(head) // mmap.PAGESIZE) * mmap.PAGESIZE
        with path.open("x+b") as file:
            file.write(head.ljust(start, b" "))
            file.truncate(start + len(operations) * _ROW * _WORD)
            mapped = mmap.mmap(file.fileno(), 0)
        return cls(operations, memoryview(mapped)[start:].cast("Q"))

    @classmethod
    def left_at(cls, path: Path) -> "Ledger":
        """Return the one that a process has left; what it says no longer changes.

        Raises:
            OSError: there is no such file here.
        """
        content = path.read_bytes()
        operations: list[str] = orjson.loads(content[: content.index(b"\n")])
        start = len(content) - len(operations) * _ROW * _WORD
        return cls(operations, memoryview(content)[start:].cast("Q"))

    def add(self, operation: int, field: int, times: int = 1) -> None:
        """Count something of an operation, by both their positions."""
        self._numbers[operation * _ROW + field] += times

    def begin(self, operation: int) -> None:
        """Count a call that is about to be sent; `SENT` counts it again when that is done.

        Only of those that are between the two nobody can know whether they were still sent.
        """
        self._numbers[operation * _ROW + _BEGUN] += 1

    def time(self, operation: int, latency: float) -> None:
        """Count a latency from the intended start, in seconds."""
        self._numbers[operation * _ROW + _LATENCY + bucket_of(int(latency * 1e6))] += 1

    def serve(self, operation: int, service: float) -> None:
        """Count a latency from the real start, in seconds."""
        self._numbers[operation * _ROW + _SERVICE + bucket_of(int(service * 1e6))] += 1

    def violated(self, operation: int, kind: Kind, times: int = 1) -> None:
        """Count what is wrong with an answer."""
        self.add(operation, _VIOLATIONS + KINDS.index(kind), times)

    def read(self) -> dict[str, "Row"]:
        """Return all that is counted by now, by operation."""
        return {name: self._row(number) for name, number in self.position.items()}

    def _row(self, operation: int) -> "Row":
        start = operation * _ROW
        numbers = self._numbers[start : start + _ROW].tolist()
        return Row(
            counts=tuple(numbers[:_VIOLATIONS]),
            violations=tuple(numbers[_VIOLATIONS:_LATENCY]),
            latency=_buckets(numbers[_LATENCY:_SERVICE]),
            service=_buckets(numbers[_SERVICE:_BEGUN]),
            begun=numbers[_BEGUN],
        )


class Row(NamedTuple):
    """What was counted of one operation; it goes to a master as it is."""

    counts: tuple[int, ...]
    """In the order of `FIELDS`."""
    violations: tuple[int, ...]
    """In the order of `KINDS`."""
    latency: dict[int, int]
    """By bucket."""
    service: dict[int, int]
    """By bucket; empty in the closed model, where it would say the same."""
    begun: int = 0
    """Calls that were about to be sent, whether they were or not."""

    @property
    def uncertain(self) -> int:
        """Calls of a process that has ended of which nobody knows whether they were sent."""
        return max(self.begun - self.counts[SENT], 0)


def _buckets(numbers: Sequence[int]) -> dict[int, int]:
    return {bucket: number for bucket, number in enumerate(numbers) if number}
