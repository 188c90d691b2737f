"""Verify any Model Context Protocol server: contract checks that never cry wolf.

Everything here is loaded on first use, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mcp_proof.errors import McpProofError, PeerError, UsageError
    from mcp_proof.events import (
        PeerFound,
        RunFinished,
        RunStarted,
        VerdictReached,
    )
    from mcp_proof.runner import Verification, VerifyOptions
    from mcp_proof.targets import CommandTarget, UrlTarget
    from mcp_proof_contracts.revision import Revision
    from mcp_proof_contracts.rule import Finding, Level, Outcome, Rule, Verdict
    from mcp_proof_contracts.transcript import Event, Transcript
    from mcp_proof_mocks.server import MockServer

__all__ = [
    "CommandTarget",
    "Event",
    "Finding",
    "Level",
    "McpProofError",
    "MockServer",
    "Outcome",
    "PeerError",
    "PeerFound",
    "Revision",
    "Rule",
    "RunFinished",
    "RunStarted",
    "Transcript",
    "UrlTarget",
    "UsageError",
    "Verdict",
    "VerdictReached",
    "Verification",
    "VerifyOptions",
]

_HOMES: Final = {
    "mcp_proof_contracts.revision": ("Revision",),
    "mcp_proof_contracts.rule": ("Finding", "Level", "Outcome", "Rule", "Verdict"),
    "mcp_proof_contracts.transcript": ("Event", "Transcript"),
    "mcp_proof_mocks.server": ("MockServer",),
    "mcp_proof.errors": ("McpProofError", "PeerError", "UsageError"),
    "mcp_proof.events": (
        "PeerFound",
        "RunFinished",
        "RunStarted",
        "VerdictReached",
    ),
    "mcp_proof.runner": ("Verification", "VerifyOptions"),
    "mcp_proof.targets": ("CommandTarget", "UrlTarget"),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'mcp_proof' has no attribute {name!r}")
