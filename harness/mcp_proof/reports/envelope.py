"""What every JSON report begins with, whatever the command."""

from importlib.metadata import version

from mcp_proof.events import PeerFound, RunStarted
from mcp_proof_contracts.dialect import Spoken, dialect_of
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import LATEST, Revision


def head(command: str) -> dict[str, Json]:
    """Say who made the report."""
    return {"tool": "mcp-proof", "version": version("mcp-proof"), "command": command}


def about(
    started: RunStarted | None, peer: PeerFound | None, spoken: Spoken | None
) -> dict[str, Json]:
    """Say whom it is about, as far as it is known."""
    known = peer or started
    return {
        "peer": started.peer if started is not None else "",
        "server": {"name": peer.name, "version": peer.version} if peer is not None else {},
        # Other dialects have no revisions.
        "revision": peer.spoken.value
        if peer is not None and isinstance(peer.spoken, Revision)
        else None,
        "transport": known.transport if known is not None else None,
        "dialect": dialect_of(spoken or LATEST).value,
        "started": started.started if started is not None else None,
    }
