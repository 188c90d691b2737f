"""What a campaign came to for one operation."""

from dataclasses import dataclass

from mcp_proof.fuzz.failure import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationResult:
    """What is known of one operation at the end."""

    label: str
    cases: int
    """How many cases were sent by the end; 0 where it was not tried to its end."""
    failures: tuple[Failure, ...]
    """What was found, the gravest first."""
    reasons: tuple[str, ...]
    """Why it was not tried, or not to its end; empty where it was."""
