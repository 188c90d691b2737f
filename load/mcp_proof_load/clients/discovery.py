"""All parts of what a server tells of its tools."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from mcp_proof_load.clients.client import Discovered

MOST_PARTS: Final = 100
"""Parts that are asked for, so that a looping cursor ends."""


def parts(ask: Callable[[str], Discovered | None]) -> Iterator[Discovered]:
    """Yield one part after the other, until all are told, or `ask` has none to give.

    Args:
        ask: asks for a part by its name, which is empty for the first.
    """
    following = deque([""])
    for _ in range(MOST_PARTS):
        if not following or (found := ask(following.popleft())) is None:
            return
        yield found
        following.extend(found.following)
