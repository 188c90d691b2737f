"""How reports call the server of a run."""

from typing import Any

from mcp_proof.driven_run import DrivenRun
from mcp_proof.reports.clean import clean_text


def peer_name(run: DrivenRun[Any]) -> str:
    """The target as the user gave it, without secrets."""
    known = run.started.peer if run.started is not None else "unknown server"
    return clean_text(known, run.mask)
