"""The capability that a server declares for what a client asks of it, in the stateful era."""

from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object

NEEDED: Final = {
    "tools/list": "tools",
    "tools/call": "tools",
    "resources/list": "resources",
    "resources/templates/list": "resources",
    "resources/read": "resources",
    "resources/subscribe": "resources.subscribe",
    "resources/unsubscribe": "resources.subscribe",
    "prompts/list": "prompts",
    "prompts/get": "prompts",
    "completion/complete": "completions",
    "logging/setLevel": "logging",
    "tasks/list": "tasks.list",
    "tasks/cancel": "tasks.cancel",
    "tasks/get": "tasks",
    "tasks/result": "tasks",
}
"""By method; a dot leads to a part of a capability."""


def needed_for(method: str, revision: Revision | None) -> str:
    """Return what a method needs; "" where it needs nothing."""
    if method == "completion/complete" and revision == Revision.R2024_11_05:
        return ""  # completions are declared since 2025-03-26
    return NEEDED.get(method, "")


def declares(capabilities: JsonObject, path: str) -> bool:
    """Whether capabilities hold one ("tools"), or its part or flag ("resources.subscribe")."""
    value: Json = capabilities
    for name in path.split("."):
        value = as_object(value).get(name)
    return value is True or isinstance(value, dict)
