"""How a server introduces itself."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.difference import Argued, difference
from mcp_proof_contracts.compatibility.presentation import compare_others, compare_presentation
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.surface import Surface

TOLD: Final[dict[str, str]] = {
    "name": "A server's name is told, and no call depends on it.",
    "version": "The version says that there is another, not what is different.",
}


def compare_introduction(old: Surface, new: Surface) -> Iterator[Change]:
    """Yield what changed in a server's name, version and instructions."""
    for member, why in TOLD.items():
        yield from difference("/info", member, old.info, new.info, Argued(Effect.COMPATIBLE, why))
    yield from compare_presentation("/info", old.info, new.info)
    yield from compare_others("/info", old.info, new.info, TOLD)
    why = "No call breaks by it; but models are told this, so they may behave differently."
    yield from difference(
        "", "instructions", _told(old), _told(new), Argued(Effect.COMPATIBLE, why)
    )


def _told(surface: Surface) -> JsonObject:
    return {} if surface.instructions is None else {"instructions": surface.instructions}
