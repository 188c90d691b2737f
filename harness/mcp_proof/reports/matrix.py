"""Runs side by side: a row for each server, a column for each revision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mcp_proof.reports.clean import clean_text
from mcp_proof.reports.headline import Standing, standing
from mcp_proof.tally import Tally
from mcp_proof_contracts.rule import Outcome

SYMBOL: Final[Mapping[Standing, str]] = {
    Standing.FAILS: "✗",
    Standing.INCOMPLETE: "?",
    Standing.PASSES: "✓",
    Standing.UNSPOKEN: "-",
}
LEGEND: Final = "passed / violated / untested"
"""What the three numbers of a cell are."""
UNKNOWN: Final = "no revision"
"""The column of runs whose revision nobody said."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """What every server came to at every revision that it was verified at."""

    servers: tuple[str, ...]
    revisions: tuple[str, ...]
    runs: Mapping[tuple[str, str], Tally]
    """By server and revision; not every pair needs to have been run."""

    def row(self, server: str) -> list[str]:
        """The texts of a server's cells, "" where there was no run."""
        return [self._cell(server, revision) for revision in self.revisions]

    def column(self, revision: str) -> list[str]:
        """The texts of a revision's cells, "" where there was no run."""
        return [self._cell(server, revision) for server in self.servers]

    def _cell(self, server: str, revision: str) -> str:
        tally = self.runs.get((server, revision))
        return cell_text(tally) if tally is not None else ""


def matrix(runs: Sequence[Tally]) -> Matrix:
    """Return the matrix of some runs. A server that was run twice alike gets a second row."""
    cells: dict[tuple[str, str], Tally] = {}
    for tally in runs:
        name, revision = peer_name(tally), revision_name(tally)
        row, number = name, 1
        while (row, revision) in cells:
            number += 1
            row = f"{name} ({number})"
        cells[row, revision] = tally
    return Matrix(
        servers=tuple(dict.fromkeys(server for server, _ in cells)),
        revisions=tuple(sorted({revision for _, revision in cells})),
        runs=cells,
    )


def total_counts(runs: Sequence[Tally]) -> dict[str, int]:
    """How many rules got each verdict, in all runs together."""
    return {o.value: sum(tally.counts[o.value] for tally in runs) for o in Outcome}


def peer_name(tally: Tally) -> str:
    """The target as the user gave it, without secrets."""
    known = tally.started.peer if tally.started is not None else "unknown server"
    return clean_text(known, tally.mask)


def revision_name(tally: Tally) -> str:
    """The revision of a run, as its column is called."""
    return tally.spoken.value if tally.spoken is not None else UNKNOWN


def cell_text(tally: Tally) -> str:
    """Return what a run came to, as short as it can be said."""
    where = standing(tally)
    words = [SYMBOL[where]]
    if where is Standing.UNSPOKEN:
        words.append("not spoken")
    elif where is Standing.INCOMPLETE:
        words.append(why_incomplete(tally))
    if tally.judged:
        words.append("/".join(str(tally.counts[outcome.value]) for outcome in Outcome))
    return " ".join(words)


def why_incomplete(tally: Tally) -> str:
    """Return in a word or two what kept an incomplete run from its end."""
    if tally.lost:
        return "lost"
    if tally.interrupted:
        return "interrupted"
    return "own fault" if tally.faults else "nothing judged"
