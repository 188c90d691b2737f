"""Make a case smaller while it shows the same: bytes and headers are left out, piece by piece."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from mcp_proof.fuzz.protocol.case import ProtocolCase, ProtocolStep

Shows: TypeAlias = Callable[[ProtocolCase], Awaitable[bool]]
"""Whether a case shows what is looked for; it is sent for that."""

MOST_SENDS: Final = 60
"""How often a case is sent at most while it is made smaller."""


async def shrink_bytes(case: ProtocolCase, shows: Shows, *, most: int = MOST_SENDS) -> ProtocolCase:
    """Return a smaller case that still shows it; the same one where none was found.

    Halves are left out first, then ever smaller pieces, so that what is deep or long becomes small
    with few sends. The result has been sent: it is never a guess.

    Args:
        case: a case that shows it.
        shows: sends a case and judges it.
        most: how often it may do so.
    """
    sends = 0
    smaller = True
    while smaller:
        smaller = False
        for candidate in _smaller(case):
            if sends == most:
                return case
            sends += 1
            if await shows(candidate):
                case, smaller = candidate, True
                break
    return case


def _smaller(case: ProtocolCase) -> Iterator[ProtocolCase]:
    """Yield what is smaller by one piece, the largest pieces first."""
    for number in range(len(case.steps) if len(case.steps) > 1 else 0):
        yield _with(case, [*case.steps[:number], *case.steps[number + 1 :]])
    for number, step in enumerate(case.steps):
        for less in _less(step):
            yield _with(case, [*case.steps[:number], less, *case.steps[number + 1 :]])


def _less(step: ProtocolStep) -> Iterator[ProtocolStep]:
    size = len(step.raw) // 2
    while size:
        for begin in range(0, len(step.raw), size):
            yield replace(step, raw=step.raw[:begin] + step.raw[begin + size :])
        size //= 2
    for name in step.headers:
        kept = {other: value for other, value in step.headers.items() if other != name}
        yield replace(step, headers=kept)


def _with(case: ProtocolCase, steps: Sequence[ProtocolStep]) -> ProtocolCase:
    return replace(case, steps=tuple(steps))
