"""How figures are written: with as many digits as say something, and their unit."""

from typing import Final

DIGITS: Final = 3
"""Digits that say something."""
EXACT: Final = 9
"""Digits with which two figures are told apart at most."""
STEP: Final = 1024
ROUNDED_UP: Final = 999.5
"""From here on three digits would be written with an exponent."""
TINY: Final = 1e-4
"""Below this a figure would be written with an exponent: it is none that anybody reads."""
UNMEASURED: Final = "not measured"


def number(value: float, digits: int = DIGITS) -> str:
    """Return "0.123", "12.3" or "12,345"."""
    if abs(value) >= ROUNDED_UP:
        return f"{value:,.{max(digits - 4, 0)}f}"
    return "0" if abs(value) < TINY else f"{value:.{digits}g}"


def amount(value: float | None, unit: str, digits: int = DIGITS) -> str:
    """Return "12.3 ms", "1.5 %", or that it was not measured."""
    if value is None:
        return UNMEASURED
    return f"{number(value, digits)} {unit}".strip()


def told_apart(value: float, limit: float, unit: str) -> tuple[str, str]:
    """Return two figures with as many digits as it takes to see that they differ."""
    digits = DIGITS
    while (
        value != limit
        and digits < EXACT
        and amount(value, unit, digits) == amount(limit, unit, digits)
    ):
        digits += 1
    return amount(value, unit, digits), amount(limit, unit, digits)


def percent(share: float) -> str:
    """Return a share (0 to 1) as "1.5 %"."""
    return f"{number(100 * share)} %"


def whole(count: int) -> str:
    """Return "12,345"."""
    return f"{count:,}"


def many(count: int, what: str) -> str:
    """Return "1 call" or "12,345 calls"."""
    return f"{whole(count)} {what}" if count == 1 else f"{whole(count)} {what}s"


def size(count: float) -> str:
    """Return bytes as "12.3 MiB"."""
    amount_left, units = float(count), ["B", "KiB", "MiB", "GiB", "TiB"]
    while abs(amount_left) >= STEP and len(units) > 1:
        amount_left, units = amount_left / STEP, units[1:]
    return f"{number(amount_left)} {units[0]}"


def resource(name: str, value: float) -> str:
    """Return how much a server has of a resource: of memory, bytes."""
    return size(value) if name == "memory" else number(value)
