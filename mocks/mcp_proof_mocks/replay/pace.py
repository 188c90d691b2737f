"""How long is waited between what was recorded: not at all, as then, or so many times that."""

import asyncio
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Pace:
    """A factor of the recorded times."""

    factor: float = 0.0

    async def wait(self, since: float, until: float) -> None:
        """Wait for as long as it took then."""
        seconds = (until - since) * self.factor
        if seconds > 0:
            await asyncio.sleep(seconds)


AT_ONCE: Final = Pace()
"""No waiting."""
AS_RECORDED: Final = Pace(1.0)
