"""A limit on the calls of one tool: so many of each caller in any span of so many seconds."""

from collections import deque
from typing import Final

from mcp_proof_contracts.contract import RateLimit
from mcp_proof_mocks.bounded import Bounded

MAX_CALLERS: Final = 1000


class RateWindow:
    """The calls of the last span."""

    def __init__(self, limit: RateLimit) -> None:
        self.limit = limit
        self._served: Bounded[str, deque[float]] = Bounded(MAX_CALLERS)

    def wait(self, now: float, caller: str = "") -> float:
        """Take a call in, and return 0; or return in how many seconds there is room again."""
        served = self._served.get(caller)
        if served is None:
            served = self._served[caller] = deque(maxlen=self.limit.calls)
        full = len(served) == self.limit.calls
        if full and (left := served[0] + self.limit.per - now) > 0:
            return left
        served.append(now)
        return 0.0
