"""A limit on the calls of one tool: so many in any span of so many seconds."""

from collections import deque

from mcp_proof_contracts.contract import RateLimit


class RateWindow:
    """The calls of the last span."""

    def __init__(self, limit: RateLimit) -> None:
        self.limit = limit
        self._served: deque[float] = deque(maxlen=limit.calls)

    def wait(self, now: float) -> float:
        """Take a call in, and return 0; or return in how many seconds there is room again."""
        full = len(self._served) == self.limit.calls
        if full and (left := self._served[0] + self.limit.per - now) > 0:
            return left
        self._served.append(now)
        return 0.0
