"""What a tool says of its behaviour (server/tools, ToolAnnotations).

They are hints; but clients let tools run unasked by them, or call them again, which is what they
are for. What is not said is what the specification has as a default.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.difference import Argued, difference, kind_of_change
from mcp_proof_contracts.compatibility.presentation import SHOWN, compare_others
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hint:
    default: bool
    safe: bool
    """What clients take liberties by."""
    lost: str
    """Why its loss breaks them."""
    of_writers: bool = False
    """Whether it says something only of tools that are not read-only."""


READ_ONLY: Final = "readOnlyHint"
HINTS: Final[dict[str, _Hint]] = {
    READ_ONLY: _Hint(
        default=False,
        safe=True,
        lost="The tool was said to change nothing, so clients call it unasked; now it may.",
    ),
    "destructiveHint": _Hint(
        default=True,
        safe=False,
        lost="The tool was said to destroy nothing, so clients call it with less care; now it may.",
        of_writers=True,
    ),
    "idempotentHint": _Hint(
        default=False,
        safe=True,
        lost="To call again was said to do no more, so clients repeat calls whose answer is lost; "
        "now that may happen twice.",
        of_writers=True,
    ),
    "openWorldHint": _Hint(
        default=True,
        safe=False,
        lost="The tool was said to stay in a closed world, so clients trust it with more; now what "
        "it is told or tells may come from or go anywhere.",
    ),
}


def compare_annotations(path: str, old_tool: JsonObject, new_tool: JsonObject) -> Iterator[Change]:
    """Yield what changed in a tool's annotations."""
    path = f"{path}/annotations"
    old, new = (as_object(tool.get("annotations")) for tool in (old_tool, new_tool))
    writes = not any(_says(READ_ONLY, HINTS[READ_ONLY], side) for side in (old, new))
    for name, hint in HINTS.items():
        before, after = (_says(name, hint, side) for side in (old, new))
        if before == after or (hint.of_writers and not writes):
            continue
        lost = before is hint.safe
        default = f" Without a word it is {str(hint.default).lower()}." if name not in new else ""
        yield Change(
            path=f"{path}/{name}",
            kind=kind_of_change(old, new, name),
            effect=Effect.BREAKING if lost else Effect.COMPATIBLE,
            why=f"{hint.lost}{default}" if lost else "Clients are promised more than before.",
            old=old.get(name),
            new=new.get(name),
        )
    yield from compare_others(path, old, new, HINTS)
    shown = Argued(Effect.COMPATIBLE, SHOWN["title"])
    yield from difference(path, "title", old, new, shown)


def _says(name: str, hint: _Hint, annotations: JsonObject) -> bool:
    said = annotations.get(name)
    return said if isinstance(said, bool) else hint.default
