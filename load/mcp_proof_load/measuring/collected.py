"""What all load processes have counted so far, and what came in since one last looked."""

from collections.abc import Mapping, Sequence

from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.histogram import Histogram
from mcp_proof_load.measuring.ledger import FIELDS, KINDS, SENT, Row
from mcp_proof_load.measuring.measured import Counts, Measured


class Collected:
    """The rows of each process, as it last told them: numbers that only grow.

    A report that comes twice or late changes nothing, and one that was missed is in the next.
    """

    def __init__(self) -> None:
        self._rows: dict[str, Mapping[str, Row]] = {}
        self._taken: dict[str, Row] = {}

    def report(self, worker: str, rows: Mapping[str, Row]) -> None:
        """Take what a process has counted so far."""
        known = self._rows.get(worker, {})
        if all(_sent(rows.get(name)) >= _sent(row) for name, row in known.items()):
            self._rows[worker] = rows

    @property
    def ended(self) -> int:
        """How many calls have ended."""
        return sum(
            Counts.of(row.counts).ended for rows in self._rows.values() for row in rows.values()
        )

    def violations(self) -> dict[tuple[str, Kind], int]:
        """Return how often each kind was seen, by operation."""
        found: dict[tuple[str, Kind], int] = {}
        for rows in self._rows.values():
            for name, row in rows.items():
                for kind, times in zip(KINDS, row.violations, strict=True):
                    if times:
                        found[name, kind] = found.get((name, kind), 0) + times
        return found

    def take(self) -> dict[str, Measured]:
        """Return what was counted since the last time, by operation."""
        now = self._together()
        before, self._taken = self._taken, now
        return {name: _since(row, before.get(name)) for name, row in now.items()}

    def _together(self) -> dict[str, Row]:
        names = dict.fromkeys(name for rows in self._rows.values() for name in rows)
        return {
            name: _sum([rows[name] for rows in self._rows.values() if name in rows])
            for name in names
        }


def _sent(row: Row | None) -> int:
    return row.counts[SENT] if row is not None else 0


def _sum(rows: Sequence[Row]) -> Row:
    return Row(
        counts=tuple(map(sum, zip(*(row.counts for row in rows), strict=True))),
        violations=tuple(map(sum, zip(*(row.violations for row in rows), strict=True))),
        latency=_added([row.latency for row in rows]),
        service=_added([row.service for row in rows]),
    )


def _added(buckets: Sequence[Mapping[int, int]]) -> dict[int, int]:
    total: dict[int, int] = {}
    for each in buckets:
        for bucket, number in each.items():
            total[bucket] = total.get(bucket, 0) + number
    return total


def _since(now: Row, before: Row | None) -> Measured:
    old = before.counts if before is not None else (0,) * len(FIELDS)
    new = [after - known for after, known in zip(now.counts, old, strict=True)]
    counts = Counts.of(new)
    latency = Histogram(_new(now.latency, before.latency if before else {}))
    if not now.service:
        return Measured(counts=counts, latency=latency, service=latency)
    service = Histogram(_new(now.service, before.service if before else {}))
    return Measured(counts=counts, latency=latency, service=service)


def _new(now: Mapping[int, int], before: Mapping[int, int]) -> dict[int, int]:
    return {b: number - before.get(b, 0) for b, number in now.items() if number > before.get(b, 0)}
