"""What a server tells of its work."""

from dataclasses import dataclass

from mcp_proof_contracts.json_value import JsonObject


@dataclass(slots=True)
class Metrics:
    """Counts requests, their time, and those that were answered with an error."""

    requests: int = 0
    seconds: float = 0.0
    errors: int = 0

    def count(self, seconds: float, *, failed: bool) -> None:
        """Count one request."""
        self.requests += 1
        self.seconds += seconds
        self.errors += failed

    @property
    def told(self) -> JsonObject:
        """The counts as they are served: the average in milliseconds, the rate from 0 to 1."""
        each = 1 / self.requests if self.requests else 0.0
        return {
            "total_requests": self.requests,
            "avg_response_time": self.seconds * 1000 * each,
            "error_rate": self.errors * each,
        }
