"""The arguments of a tool: what was accepted must still be, so that the schema may only widen."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.schema_annotations import compare_annotated
from mcp_proof_contracts.compatibility.schemas.compared import compare_schemas
from mcp_proof_contracts.compatibility.schemas.containment import Answer
from mcp_proof_contracts.compatibility.schemas.direction import Direction, Judged
from mcp_proof_contracts.compatibility.schemas.edits import Edit, Kind
from mcp_proof_contracts.compatibility.schemas.told_members import Asked
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object


class Arguments(Direction):
    """From clients to the server: the new schema admits what clients of the old one send."""

    whole = Asked.ARGUMENTS
    part = Asked.TOLD
    fine = "All that was accepted still is, and more."
    refused = "was accepted, and is refused now"
    unproved = "It could not be proved that all that was accepted still is"
    widens = True

    def sides(self, old: Json, new: Json) -> tuple[Json, Json]:
        """Return the new schema, and the old one."""
        return new, old

    def of_member(self, edit: Edit) -> Judged:
        """Return what it does that an argument is named or required, or no longer."""
        match edit.kind:
            case Kind.REQUIRED:
                return REQUIRED
            case Kind.OPTIONAL:
                return OPTIONAL
            case Kind.ADDED if edit.required:
                return NEEDED
            case Kind.ADDED:
                harm = None if edit.open else self._harm(edit)
                return harm or ADDED
            case _:
                return self._harm(edit) or REMOVED

    def _harm(self, edit: Edit) -> Judged | None:
        """What is refused now of the values that had no name, or lost it."""
        answer = self.contained(edit.before, edit.after, self.part)
        return None if answer.answer is Answer.YES else self.judged(answer)


REQUIRED: Final = Judged(
    effect=Effect.BREAKING, why="It became required, and clients could leave it out."
)
OPTIONAL: Final = Judged(
    effect=Effect.COMPATIBLE, why="It may be left out now, and can still be given.", adds=True
)
NEEDED: Final = Judged(
    effect=Effect.BREAKING,
    why="It is new and required: clients that do not know it do not give it.",
)
ADDED: Final = Judged(
    effect=Effect.COMPATIBLE,
    why="It is new and may be left out, as clients do that do not know it.",
    adds=True,
)
REMOVED: Final = Judged(
    effect=Effect.UNKNOWN,
    why="It is not named any more: where calls with it stay valid, nothing says that the server "
    "heeds it.",
    for_good=True,
)


def compare_input(path: str, old_tool: JsonObject, new_tool: JsonObject) -> Iterator[Change]:
    """Yield what changed in the arguments of a tool."""
    old, new = (tool.get("inputSchema", True) for tool in (old_tool, new_tool))
    yield from compare_schemas(path, old, new, Arguments())
    yield from compare_annotated(path, as_object(old), as_object(new), sent=True)
