"""Members that are read by people and models, and by no program."""

from collections.abc import Collection, Iterator
from typing import Final

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.difference import Argued, difference
from mcp_proof_contracts.json_value import JsonObject

SHOWN: Final[dict[str, str]] = {
    "title": "It is shown to people, and no program goes by it.",
    "description": "No call breaks by it; but models choose and call by what they read here, so "
    "they may behave differently.",
    "icons": "They are shown to people, and no program goes by them.",
    "websiteUrl": "It is shown to people, and no program goes by it.",
}
META: Final = "_meta"


def compare_presentation(path: str, old: JsonObject, new: JsonObject) -> Iterator[Change]:
    """Yield what changed in how a thing presents itself."""
    for member, why in SHOWN.items():
        yield from difference(path, member, old, new, Argued(Effect.COMPATIBLE, why))


def compare_others(
    path: str, old: JsonObject, new: JsonObject, compared: Collection[str]
) -> Iterator[Change]:
    """Yield what changed in members that nothing is known of: `_meta`, and those of extensions."""
    known = {*compared, *SHOWN}
    for member in sorted((old.keys() | new.keys()) - known):
        if member not in old:
            effect, why = Effect.COMPATIBLE, "Clients that do not know this member pass over it."
        else:
            effect = Effect.UNKNOWN
            why = "What this member means to clients is not for the specification to say."
        yield from difference(path, member, old, new, Argued(effect, why))
