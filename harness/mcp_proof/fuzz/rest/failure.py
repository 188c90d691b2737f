"""What Schemathesis tells of a run; loaded in its own process too."""

from dataclasses import dataclass
from typing import Final

DESCRIPTOR: Final = "MCP_PROOF_TELL"
"""The variable with the file descriptor that our hooks in its process tell it to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestFailure:
    """A check that failed for an operation; Schemathesis tells each once."""

    operation: str
    """Method and path."""
    check: str
    message: str
    reproduce: str
    """A curl command, without what is secret in it; empty where there is none."""
    response: str
    """Status and body, cut; empty where nothing was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestNotTried:
    """An operation that could not be tried, or not to the end: it has no verdict."""

    operation: str
    reason: str
