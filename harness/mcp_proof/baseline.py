"""Known findings that do not fail a run: a YAML list of `rule`, `reason` and maybe `expires`."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import yaml

from mcp_proof.errors import UsageError
from mcp_proof_contracts.agreements.explained import known_rule, known_rules
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.suggestion import did_you_mean

MEMBERS: Final = ("rule", "reason", "expires")


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why a rule may be violated, and for how long."""

    reason: str
    expires: date | None = None
    """The last day on which it holds; `None` for no end."""

    def expired(self, today: date) -> bool:
        """Whether it excuses nothing any more."""
        return self.expires is not None and today > self.expires


def read_baseline(path: Path, place: str = "--baseline") -> dict[str, Excuse]:
    """Return the excuses by rule id.

    Args:
        path: the file.
        place: what names the file, to be told when there is none.

    Raises:
        UsageError: the file cannot be read, or an entry is wrong.
    """
    entries = _entries(path, place)
    if not isinstance(entries, list):
        raise UsageError(f"{path}: expected a list of entries with `rule` and `reason`")
    baseline: dict[str, Excuse] = {}
    for number, entry in enumerate(entries, start=1):
        where = f"{path}: entry {number}"
        rule_id, excuse = _entry(entry, where)
        if rule_id in baseline:
            raise UsageError(f"{where}: rule: {rule_id} stands here twice")
        baseline[rule_id] = excuse
    return baseline


def _entries(path: Path, place: str) -> Json:
    try:
        # All scalars as texts: a date that does not exist is told with its entry.
        entries: Json = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  # it makes nothing but texts, lists and mappings
    except OSError as error:
        raise UsageError(f"{place}: {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: this is not UTF-8: {error.reason}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f" (at line {mark.line + 1}, column {mark.column + 1})" if mark is not None else ""
        raise UsageError(f"{path}: this is no YAML: {error.problem}{line}") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: this is no YAML: {' '.join(str(error).split())}") from error
    return [] if entries is None else entries  # a file without a word, or with comments alone


def _entry(entry: Json, where: str) -> tuple[str, Excuse]:
    if not isinstance(entry, dict):
        raise UsageError(f"{where}: expected `rule` and `reason`, got {entry!r}")
    for name in entry:
        if name not in MEMBERS:
            hint = did_you_mean(name, MEMBERS)
            allowed = ", ".join(MEMBERS)
            raise UsageError(f"{where}: {name}: there is no such key; allowed are {allowed}.{hint}")
    rule_id, reason = _text(entry, "rule", where), _text(entry, "reason", where)
    if known_rule(rule_id) is None:
        hint = did_you_mean(rule_id, (rule.id for rule in known_rules()))
        raise UsageError(f"{where}: rule: there is no rule {rule_id!r}.{hint}")
    return rule_id, Excuse(reason, _date(entry, where))


def _text(entry: dict[str, Json], name: str, where: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{where}: {name}: expected `rule` and `reason`, both texts")
    return value


def _date(entry: dict[str, Json], where: str) -> date | None:
    if "expires" not in entry:
        return None
    try:
        return date.fromisoformat(str(entry["expires"]))
    except ValueError as error:
        shown = entry["expires"]
        raise UsageError(
            f"{where}: expires: {shown!r} is no date; write it like 2027-01-31"
        ) from error
