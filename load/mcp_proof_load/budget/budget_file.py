"""The budget file, TOML: `[limits]`, in it `operations."NAME"` and `growth`, and `[relative]`."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from math import isfinite
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from mcp_proof.errors import UsageError
from mcp_proof.toml_file import read_toml, shown
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_load.budget.budget import Budget, Growth, Limits, Relative

Part = TypeVar("Part", Limits, Growth, Relative)

TABLES: Final = ("limits", "relative")
INNER: Final = ("operations", "growth")
"""Tables in `limits`."""
_NOTHING: Final = "there is no limit in it; begin with [limits] and p95_ms = 100"
HUNDRED: Final = 100


def read_budget(path: Path) -> Budget:
    """Return the budget that a file holds.

    Raises:
        UsageError: the file cannot be read, or something in it is wrong; all of it is told.
    """
    reading = _Reading(shown(path))
    budget = reading.budget(read_toml(path))
    if not reading.mistakes and _says_nothing(budget):
        reading.mistakes.append(f"{shown(path)}: {_NOTHING}")
    if reading.mistakes:
        raise UsageError("\n".join(reading.mistakes))
    return budget


class _Reading:
    """A file that is read, with all that is wrong in it."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.mistakes: list[str] = []

    def budget(self, entries: Mapping[str, object]) -> Budget:
        self._know("", entries, TABLES)
        limits = self._table("limits", entries.get("limits", {}))
        operations = self._table("limits.operations", limits.get("operations", {}))
        relative = self._table("relative", entries.get("relative", {}))
        own = {name: value for name, value in limits.items() if name not in INNER}
        return Budget(
            limits=self._part(Limits, "limits", own, INNER),
            operations={
                name: self._operation(f'limits.operations."{name}"', value)
                for name, value in operations.items()
            },
            growth=self._growth(limits),
            relative=(
                self._part(Relative, "relative", relative) if "relative" in entries else None
            ),
        )

    def _operation(self, place: str, value: object) -> Limits:
        return self._part(Limits, place, self._table(place, value))

    def _growth(self, limits: Mapping[str, object]) -> Growth:
        place = "limits.growth"
        return self._part(Growth, place, self._table(place, limits.get("growth", {})))

    def _part(
        self,
        kind: type[Part],
        place: str,
        entries: Mapping[str, object],
        others: tuple[str, ...] = (),
    ) -> Part:
        known: list[str] = [field.name for field in fields(kind)]
        self._know(f"{place}.", entries, (*known, *others))
        numbers: dict[str, Any] = {
            name: self._number(f"{place}.{name}", name, entries[name])
            for name in known
            if name in entries
        }
        return kind(**numbers)

    def _number(self, place: str, name: str, value: object) -> float | None:
        expected = "a number, 0 or more"
        good = isinstance(value, int | float) and isfinite(value) and value >= 0
        if name == "error_rate":
            expected = "a number from 0 to 100: percent of the calls"
            good = good and cast("float", value) <= HUNDRED
        if name == "max_violations":
            expected = "a whole number, 0 or more"
            good = good and isinstance(value, int)
        if not good or isinstance(value, bool):
            self._wrong(place, f"expected {expected}, got {value!r}")
            return None
        return cast("float", value)

    def _table(self, place: str, value: object) -> Mapping[str, object]:
        if isinstance(value, dict):
            return cast("Mapping[str, object]", value)
        self._wrong(place, f"expected a table, [{place}], got {value!r}")
        return {}

    def _know(self, prefix: str, entries: Mapping[str, object], known: tuple[str, ...]) -> None:
        for name, value in entries.items():
            if name not in known:
                self._wrong(f"{prefix}{name}", "".join(_unknown(name, value, known)))

    def _wrong(self, place: str, what: str) -> None:
        self.mistakes.append(f"{self._file}: {place}: {what}")


def _unknown(name: str, value: object, known: tuple[str, ...]) -> Iterator[str]:
    what = "table" if isinstance(value, dict) else "limit"
    yield f"there is no such {what}; allowed are {', '.join(known)}."
    if not (hint := did_you_mean(name, known)) and known == TABLES:
        inside = [field.name for field in fields(Limits)]
        hint = f" {name} stands in [limits]." if name in inside else did_you_mean(name, inside)
    yield hint


def _says_nothing(budget: Budget) -> bool:
    parts = [budget.limits, *budget.operations.values(), budget.growth, budget.relative]
    return not any(part for part in parts if part not in (Limits(), Growth(), Relative()))
