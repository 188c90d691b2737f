"""What clients ask a cassette for in vain, told while it is played."""

from typing import Final

from mcp_proof.pass_through import Tell
from mcp_proof_contracts.excerpt import excerpt

MOST: Final = 20
"""Different misses that are told: who has more plays another cassette than it asks for."""


class Misses:
    """Tells each miss once, in a line, and in the end how often it was repeated."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._times: dict[str, int] = {}
        self._untold = 0

    def __call__(self, what: str) -> None:
        """Take a miss."""
        line = excerpt(what.partition("\n")[0])
        if line in self._times:
            self._times[line] += 1
        elif len(self._times) < MOST:
            self._times[line] = 1
            self._tell(line)
        else:
            if not self._untold:
                self._tell("more is asked in vain, and counted only")
            self._untold += 1

    def close(self) -> None:
        """Tell how often it was."""
        for line, times in self._times.items():
            if times > 1:
                self._tell(f"{times} times: {line}")
        if self._untold:
            self._tell(f"{self._untold} further requests were asked in vain")
