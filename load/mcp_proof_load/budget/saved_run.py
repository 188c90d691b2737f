"""A run that was saved, to compare later ones with: the JSON report of `mcp-proof load`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import orjson

from mcp_proof.errors import UsageError
from mcp_proof.toml_file import shown
from mcp_proof_load.budget.likeness import DIGITS, Load, differences, load_of
from mcp_proof_load.events import Planned
from mcp_proof_load.measuring.measured import Window

QUANTILES: Final[Mapping[str, float]] = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
"""Those that can be compared."""
FEWEST: Final = 5
"""Batches or windows of each run that tests need: with fewer, no outcome is below p = 0.01."""
SHORTEST: Final = 6
"""Seconds after the warm-up in which there are so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What is known of a window in either run."""

    ended: int
    errors: int
    latency_ms: Mapping[str, float]
    """By quantile; empty where nothing was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRun:
    """A saved run, as far as it is compared."""

    file: str
    load: Load
    latency_ms: Mapping[str, float]
    """By quantile, of all calls after the warm-up."""
    stretches: tuple[Stretch, ...]
    """The windows after the warm-up."""

    @property
    def ended(self) -> int:
        """Calls after the warm-up."""
        return sum(each.ended for each in self.stretches)

    @property
    def errors(self) -> int:
        """Those that ended badly."""
        return sum(each.errors for each in self.stretches)


def refuse_unlike(saved: SavedRun, planned: Planned) -> None:
    """Refuse to compare a run with one that was another load.

    Raises:
        UsageError: it says in what they differ. A run that only calls more tools is another load,
            too: what they add to the percentiles of all calls would hide what became slower, or
            pass for it, and a saved run has no windows of single operations.
    """
    if unlike := [*differences(saved.load, load_of(planned))]:
        tools = " (--tool NAME chooses what is called)" * any(
            each.startswith("operations:") for each in unlike
        )
        raise UsageError(
            f"{saved.file}: this run was another load, and nothing can be compared: "
            f"{'; '.join(unlike)}. Load as then{tools}, or save a new run with --report "
            "json=FILE"
        )


def read_saved_run(path: Path) -> SavedRun:
    """Return the run that a file holds.

    Raises:
        UsageError: the file cannot be read, or is no report of a load run that measured something.
    """
    file = shown(path)
    try:
        report = orjson.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"--baseline: {file}: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{file}: this is no JSON: {error}") from error
    _refuse_others(file, report)
    try:
        return _saved(file, report)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{file}: {_NOT_WHOLE}: {error!r}") from error


_NOT_WHOLE: Final = "this report of a load run is not whole; save one with --report json=FILE"


def stretch_of(window: Window) -> Stretch:
    """Return a window of this run as those of saved runs are."""
    total = window.total
    found = {name: total.latency.quantile(share) for name, share in QUANTILES.items()}
    return Stretch(
        ended=total.counts.ended,
        errors=total.counts.errors,
        latency_ms={name: 1000 * value for name, value in found.items() if value is not None},
    )


def _refuse_others(file: str, report: object) -> None:
    found = cast("Mapping[str, object]", report if isinstance(report, dict) else {})
    if found.get("command") != "load":
        what = f"the report of `{found['command']}`" if "command" in found else "no report"
        raise UsageError(f"{file}: this is {what}, and not the JSON report of `mcp-proof load`")
    if "runs" in found:
        raise UsageError(f"{file}: this report holds several runs; save one of a single target")
    if found.get("interrupted") or found.get("lost"):
        why = found.get("lost") or "it was interrupted"
        raise UsageError(f"{file}: this run did not come to its end, nothing compares: {why}")


def _saved(file: str, report: Mapping[str, Mapping[str, object]]) -> SavedRun:
    windows = cast("Sequence[Mapping[str, object]]", report["windows"])
    latency = cast("Mapping[str, object]", report["percentiles"]["latency"])
    saved = SavedRun(
        file=file,
        load=_load(report["planned"]),
        latency_ms=_quantiles(latency),
        stretches=tuple(_stretch(each) for each in windows if not each["warm_up"]),
    )
    if not saved.latency_ms:
        raise UsageError(f"{file}: no call was answered in this run after its warm-up")
    if missing := [name for name in QUANTILES if name not in saved.latency_ms]:
        raise UsageError(f"{file}: {_NOT_WHOLE}: it has no {', '.join(missing)} of all calls")
    if (found := sum(each.ended > 0 for each in saved.stretches)) < FEWEST:
        raise UsageError(
            f"{file}: this run is too short to compare others with: it has {found} windows with "
            f"calls after its warm-up, and {FEWEST} are needed. Save one of --duration {SHORTEST} "
            "or more"
        )
    return saved


def _load(planned: Mapping[str, object]) -> Load:
    """Return what a report says of its load: an older one does not say all."""
    names = planned.keys() & {"arrivals", "think", "recording"}
    texts = {name: str(planned[name]) for name in names}
    rate, seconds = planned["rate"], None
    if "duration" in planned:
        seconds = round(_number(planned["duration"]) - _number(planned["warm_up"]), DIGITS)
    return Load(
        profile=str(planned["profile"]),
        users=_whole(planned["users"]),
        rate=None if rate is None else _number(rate),
        operations=_weights(planned["operations"]),
        user_kinds=_weights(planned["user_kinds"]) if "user_kinds" in planned else None,
        connections=_whole(planned["connections"]) if "connections" in planned else None,
        speed=_number(planned["speed"]) if "speed" in planned else None,
        seconds=seconds,
        **texts,
    )


def _weights(listed: object) -> dict[str, int]:
    weighted = cast("Sequence[Mapping[str, object]]", listed)
    return {str(each["name"]): _whole(each["weight"]) for each in weighted}


def _stretch(window: Mapping[str, object]) -> Stretch:
    return Stretch(
        ended=_whole(window["ended"]),
        errors=_whole(window["errors"]),
        latency_ms=_quantiles(window),
    )


def _quantiles(members: Mapping[str, object]) -> dict[str, float]:
    found = {name: members[f"{name}_ms"] for name in QUANTILES}
    return {name: _number(value) for name, value in found.items() if value is not None}


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"expected a number, got {value!r}")
    return float(value)


def _whole(value: object) -> int:
    return int(_number(value))
