"""How a client polls a task, in either form: by what it was told of the interval."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.rule import Finding, Kept

LEAST: Final = 20
"""Milliseconds: a shorter interval cannot be told from what the network does."""
HALF: Final = 0.5
"""The part of the interval after which a poll is in time: clocks and networks vary."""
IN_A_ROW: Final = 3
"""So many polls in a row that come too early are no accident."""


def judged(
    polls: Sequence[Exchange], member: str, told: Sequence[Said]
) -> Iterator[Kept | Finding]:
    """Judge how one task was polled.

    Args:
        polls: the `tasks/get` requests, in order.
        member: where the server says how long to wait, in milliseconds.
        told: notifications about it, after which a client may ask at once.
    """
    hasty: list[Exchange] = []
    for before, after in pairwise(polls):
        wanted = before.result.get(member)
        if before.result.get("status") != "working" or not isinstance(wanted, int | float):
            hasty = []
            continue
        sent, again = before.sent.event, after.sent.event
        prompted = any(sent.seq < said.event.seq < again.seq for said in told)
        if wanted < LEAST or prompted:
            hasty = []
        elif (again.at - sent.at) * 1000 >= wanted * HALF:
            hasty = []
            yield Kept(again)
        else:
            hasty.append(after)
            if len(hasty) == IN_A_ROW:
                yield _too_fast(before, hasty, wanted)


def _too_fast(before: Exchange, hasty: Sequence[Exchange], wanted: float) -> Finding:
    first = hasty[0].sent.event
    seconds = (hasty[-1].sent.event.at - first.at) / (len(hasty) - 1)
    return Finding(
        message=f"a task is polled every {seconds * 1000:.0f} ms",
        expected=f"polls about {wanted:g} ms apart, as the server says",
        actual=before.outcome,
        events=(*before.evidence, *(each.sent.event for each in hasty)),
    )
