"""Calls in flight at the same time, and what each of them comes to alone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from mcp_proof.fuzz.fuzzed import Input
from mcp_proof.fuzz.observation import Ending, Observation

BEFORE: Final = 2
"""Rounds in which each is sent alone first: what differs then proves nothing later."""


async def together(
    inputs: Sequence[Input],
    one: Callable[[Input], Awaitable[Observation]],
    all_of: Callable[[Sequence[Input]], Awaitable[list[Observation]]],
) -> list[Observation]:
    """Send inputs one by one, then all at once, then one by one again.

    Args:
        inputs: what to send.
        one: sends one of them.
        all_of: sends all at once.

    Returns:
        What was seen of each in company; or alone, up to one that was not answered.
    """
    alone: list[list[Observation]] = [[] for _ in inputs]
    for _ in range(BEFORE):
        for number, given in enumerate(inputs):
            alone[number].append(await one(given))
            if alone[number][-1].ending is not Ending.ANSWERED:
                return [each[-1] for each in alone[: number + 1]]
    found = await all_of(inputs)
    if any(each.ending is not Ending.ANSWERED for each in found):
        return _after(found, alone)
    for given, seen in zip(inputs, alone, strict=True):
        seen.append(await one(given))
    return _after(found, alone)


def _after(found: list[Observation], alone: list[list[Observation]]) -> list[Observation]:
    return [replace(each, alone=tuple(seen)) for each, seen in zip(found, alone, strict=True)]
