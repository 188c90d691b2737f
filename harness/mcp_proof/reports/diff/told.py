"""How changes are told in texts: what is the same in every format."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.schemas.obstacle import too_deep
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import quote

RULES: Final = {
    Effect.BREAKING: ("breaking-change", "Clients written for the old surface break."),
    Effect.UNKNOWN: ("unproved-change", "It could not be proved that no client breaks."),
    Effect.COMPATIBLE: ("compatible-change", "No client breaks."),
}
"""What an effect is called where findings have rules, and what it says."""


def place(change: Change) -> str:
    """Where it is."""
    return excerpt(change.path or "/")


def title(change: Change) -> str:
    """What happened where."""
    return f"{place(change)} {change.kind}"


def values(change: Change) -> Iterator[tuple[str, str]]:
    """Yield what was there and what is, as far as there is something."""
    if change.kind != "added" and change.old is not None:
        yield "old", value(change.old)
    if change.kind != "removed" and change.new is not None:
        yield "new", value(change.new)


def value(held: Json) -> str:
    """A value as it is quoted."""
    return "(it nests too deeply to be shown)" if too_deep(held) else quote(held)
