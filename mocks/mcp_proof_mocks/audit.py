"""The audit of one mock: which tools were executed, by whom."""

from dataclasses import dataclass
from datetime import UTC, datetime

from mcp_proof_contracts.json_value import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One execution of a tool; what was refused before is none."""

    tool: str
    user: str
    """`user_id` or `sub` of the token; "anonymous" where nothing says who it was."""
    arguments: JsonObject
    at: float
    """Seconds since the epoch, by the server's clock."""

    @property
    def timestamp(self) -> str:
        """The time in the form of RFC 3339."""
        return datetime.fromtimestamp(self.at, UTC).isoformat()
