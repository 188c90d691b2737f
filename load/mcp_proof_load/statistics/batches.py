"""Batches: neighbours in time merged, so that each says something and none is like the next."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def batches(
    items: Sequence[Item], weight: Callable[[Item], int], *, least: int, most: int
) -> list[Sequence[Item]]:
    """Return the items in consecutive batches, in order, nothing left out.

    Args:
        items: what is merged, in order of time.
        weight: how much an item weighs, such as its calls.
        least: the least weight of a batch; fewer items than that make none.
        most: how many batches there are at most.
    """
    length = -(-len(items) // most)
    made: list[Sequence[Item]] = []
    start = heavy = 0
    for end, item in enumerate(items, start=1):
        heavy += weight(item)
        if end - start >= length and heavy >= least:
            made.append(items[start:end])
            start, heavy = end, 0
    if start < len(items) and made:
        made[-1] = [*made[-1], *items[start:]]
    return made
