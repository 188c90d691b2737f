"""SARIF about a run over one server: how it went, and with whom."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from mcp_proof.driven_run import DrivenRun
from mcp_proof.reports.peer_name import peer_name
from mcp_proof.reports.sarif_log import notification, times
from mcp_proof_contracts.json_value import Json

INTERRUPTED: Final = "The run was interrupted: only what was done is told."


def category(run: DrivenRun[Any], command: str) -> tuple[str, ...]:
    """Return what tells a run from others: see `categories`."""
    spoken = str(run.spoken) if run.spoken is not None else "no revision"
    return peer_name(run), spoken, command


def invocation(run: DrivenRun[Any], without_verdict: Iterable[Json]) -> Json:
    """Return how a run went, with notifications of what has no verdict."""
    return {
        "executionSuccessful": not (run.lost or run.interrupted or run.faults),
        "toolExecutionNotifications": [*_notifications(run), *without_verdict],
        **times(run.began, run.seconds),
    }


def about_peer(run: DrivenRun[Any]) -> dict[str, Json]:
    """Return the properties that say with whom a run was."""
    peer = run.peer
    return {
        "peer": peer_name(run),
        "server": {"name": peer.name, "version": peer.version} if peer is not None else {},
        "revision": str(run.spoken) if run.spoken is not None else None,
        "transport": peer.transport if peer is not None else None,
    }


def _notifications(run: DrivenRun[Any]) -> Iterator[Json]:
    """What kept a run from its end."""
    if run.lost:
        yield notification("lost", "error", run.lost)
    if run.interrupted:
        yield notification("interrupted", "error", INTERRUPTED)
    for fault in run.faults:
        yield notification("own-fault", "error", fault)
