"""Servers that log what nobody wants, or in a way that nobody can read."""

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_notifications

TOKEN = "ghp_" + "0123456789abcdefghijklmnopqrstuvwxyz"
"""In the form of a GitHub token."""


def _logged(notification: dict[str, Json], **members: Json) -> Json:
    """Replace members of log messages."""
    if notification.get("method") != "notifications/message":
        return notification
    return {**notification, "params": {**as_object(notification.get("params")), **members}}


fault("logging-capability-declared")
fault("logging-setlevel-empty-result")
fault("logging-setlevel-respected")
fault("logging-message-members", output=in_notifications(lambda said: _logged(said, logger=7)))
fault("logging-invalid-level-32602")
fault(
    "logging-no-secrets",
    output=in_notifications(lambda said: _logged(said, data=f"signed in with {TOKEN}")),
)
fault("logging-26-opt-in-only")
fault("logging-26-threshold")
fault("logging-26-own-stream-only")
