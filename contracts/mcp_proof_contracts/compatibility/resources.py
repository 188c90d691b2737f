"""Resources, and templates of resources."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.difference import Argued, difference
from mcp_proof_contracts.compatibility.named import Named
from mcp_proof_contracts.compatibility.presentation import compare_others, compare_presentation
from mcp_proof_contracts.json_value import JsonObject

TOLD: Final[dict[str, str]] = {
    "name": "Resources are read by their URI, not by their name.",
    "size": "The size is that of the content, which may change at any time.",
    "annotations": "They say for whom a resource is and how important; no reading depends on it.",
}


def compare_resource(path: str, old: JsonObject, new: JsonObject) -> Iterator[Change]:
    """Yield what changed in a resource, or in a template."""
    if "mimeType" not in old:
        effect, why = Effect.COMPATIBLE, "What was not said before is said now."
    elif "mimeType" not in new:
        effect, why = Effect.UNKNOWN, "What the content is, is no longer said; it may be the same."
    else:
        effect, why = Effect.BREAKING, "Clients read the content by its type, and it has another."
    yield from difference(path, "mimeType", old, new, Argued(effect, why))
    for member, reason in TOLD.items():
        yield from difference(path, member, old, new, Argued(Effect.COMPATIBLE, reason))
    yield from compare_presentation(path, old, new)
    yield from compare_others(path, old, new, ("uri", "uriTemplate", "mimeType", *TOLD))


RESOURCES: Final = Named(part="resources", use="reads", compare=compare_resource)
TEMPLATES: Final = Named(
    part="resource_templates", use="reads what comes from", compare=compare_resource
)
