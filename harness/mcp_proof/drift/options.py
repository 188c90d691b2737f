"""What is sent again, and how it is compared."""

from dataclasses import dataclass

from mcp_proof.drift.matcher import Matcher
from mcp_proof.runner import DEFAULT_TIMEOUT
from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.revision import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftOptions:
    """What is sent again, and how it is compared."""

    revision: Revision | None = None
    """The revision of MCP; `None` takes the one of the recording where the server speaks it."""
    dialect: Dialect | None = None
    """What is spoken; `None` takes what the recording is of."""
    tools: tuple[str, ...] = ()
    """These tools may be called though they do not declare themselves read-only."""
    allow_destructive: bool = False
    """Whether everything may be sent."""
    matchers: tuple[Matcher, ...] = ()
    timeout: float = DEFAULT_TIMEOUT
    """Seconds to wait for one answer."""

    @property
    def spoken(self) -> Spoken | None:
        """What is to be spoken; `None` finds out."""
        return self.revision or self.dialect
