"""What a survey goes by."""

from dataclasses import dataclass

from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.transcript import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyOptions:
    """What a survey goes by."""

    tools: tuple[str, ...] = ()
    """Only these tools, whether they declare themselves read-only or not; empty means all that
    do."""
    allow_destructive: bool = False
    """Whether every tool may be called."""
    contract: Contract | None = None
    """What gives examples of arguments, and weights."""
    recording: Transcript | None = None
    """What gives the tools that are called, their arguments and how often each is called."""
    speed: float | None = None
    """How many times faster than it was recorded the recording is made again; `None` takes only
    what it calls, and not when."""
    seed: int = 0
