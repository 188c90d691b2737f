"""Whether two runs are the same load, so that what they measured can be compared.

How long they warm up, how the load is shared between processes, and the seed are free.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import gcd
from typing import Final

from mcp_proof_load.events import Planned

LONGER: Final = 0.2
"""The share by which one run may last longer or shorter than the other."""
DIGITS: Final = 3
"""Behind the point, as reports have figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What makes a load another one; `None` for what an older report does not say."""

    profile: str
    users: int
    rate: float | None
    """Calls a second; `None` in the closed model."""
    operations: Mapping[str, int]
    user_kinds: Mapping[str, int] | None = None
    arrivals: str | None = None
    think: str | None = None
    connections: int | None = None
    recording: str | None = None
    speed: float | None = None
    seconds: float | None = None
    """Without the warm-up."""


def load_of(planned: Planned) -> Load:
    """Return the load that is planned."""
    return Load(
        profile=planned.profile,
        users=planned.users,
        rate=None if planned.rate is None else round(planned.rate, DIGITS),
        operations=planned.operations,
        user_kinds=planned.user_kinds,
        arrivals=planned.arrivals,
        think=planned.think,
        connections=planned.connections,
        recording=planned.recording,
        speed=round(planned.speed, DIGITS),
        seconds=round(planned.duration - planned.warm_up, DIGITS),
    )


def differences(then: Load, now: Load) -> Iterator[str]:
    """Yield what makes a run another load than the one of then."""
    was, is_now = _figures(then), _figures(now)
    for name, text in is_now.items():
        if was[name] is not None and was[name] != text:
            yield f"{name} {was[name]}, now {text}"
    if then.user_kinds is not None:
        yield from _other_weights("user kinds", then.user_kinds, now.user_kinds or {})
    yield from _other_weights("operations", then.operations, now.operations)
    was_s, is_now_s = then.seconds, now.seconds
    if was_s is not None and is_now_s is not None and abs(is_now_s - was_s) > LONGER * was_s:
        yield f"duration {was_s:g} s, now {is_now_s:g} s"


def _figures(load: Load) -> dict[str, str | None]:
    """Return what must be the same, in words; `None` for what is not known."""
    return {
        "profile": load.profile,
        "users": str(load.users),
        "rate": "none" if load.rate is None else f"{load.rate:g} calls/s",
        "arrivals": _text(load.arrivals),
        "think time": _text(load.think),
        "connections": None if load.connections is None else str(load.connections),
        "recording": _text(load.recording),
        "speed": None if load.speed is None else f"{load.speed:g}",
    }


def _text(text: str | None) -> str | None:
    return "none" if text == "" else text


def _other_weights(what: str, then: Mapping[str, int], now: Mapping[str, int]) -> Iterator[str]:
    new, gone = sorted(now.keys() - then.keys()), sorted(then.keys() - now.keys())
    if new or gone:
        parts = [f"now also {', '.join(new)}"] if new else []
        parts += [f"no longer {', '.join(gone)}"] if gone else []
        yield f"{what}: {', '.join(parts)}"
    elif _shares(then) != _shares(now):
        yield f"weights of {what} {_weights(then)}, now {_weights(now)}"


def _shares(weights: Mapping[str, int]) -> dict[str, int]:
    """Return weights in the smallest numbers: 2 and 4 are the same load as 1 and 2."""
    divisor = gcd(*weights.values()) or 1
    return {name: weight // divisor for name, weight in weights.items()}


def _weights(weights: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({weight})" for name, weight in sorted(weights.items()))
