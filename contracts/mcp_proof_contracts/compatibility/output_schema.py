"""The structured results of a tool: clients get what they were promised, or less of it."""

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


class Results(Direction):
    """From the server to clients: the old schema admits what the new one lets through."""

    whole = Asked.ALL
    part = Asked.ALL
    fine = "All that can be answered now could be answered before."
    refused = "may be answered now, which was promised not to be"
    unproved = "It could not be proved that all that is answered is as it was promised"
    widens = False

    def sides(self, old: Json, new: Json) -> tuple[Json, Json]:
        """Return the old schema, and the new one."""
        return old, new

    def of_member(self, edit: Edit) -> Judged:
        """Return what it does that a field is named or required, or no longer."""
        match edit.kind:
            case Kind.REQUIRED:
                return REQUIRED
            case Kind.OPTIONAL:
                return OPTIONAL
            case Kind.ADDED:
                return ADDED if edit.open else self._added(edit)
            case _:
                return REMOVED

    def _added(self, edit: Edit) -> Judged:
        """What becomes of who goes by what was said of fields without a name."""
        answer = self.contained(edit.before, edit.after, self.part)
        return ADDED if answer.answer is Answer.YES else self.judged(answer)


REQUIRED: Final = Judged(
    effect=Effect.COMPATIBLE, why="It is always there now, and could be missing.", adds=True
)
OPTIONAL: Final = Judged(
    effect=Effect.BREAKING, why="It may be missing now, and was promised to be there."
)
ADDED: Final = Judged(
    effect=Effect.COMPATIBLE, why="It is new: clients that do not know it pass over it.", adds=True
)
REMOVED: Final = Judged(
    effect=Effect.BREAKING,
    why="It is gone: clients that read it find nothing that they were told of.",
    for_good=True,
)


def compare_output(path: str, old_tool: JsonObject, new_tool: JsonObject) -> Iterator[Change]:
    """Yield what changed in the results of a tool."""
    old, new = (tool.get("outputSchema", True) for tool in (old_tool, new_tool))
    if ("outputSchema" in old_tool) == ("outputSchema" in new_tool):
        yield from compare_schemas(path, old, new, Results())
        yield from compare_annotated(path, as_object(old), as_object(new), sent=False)
    elif "outputSchema" in new_tool:
        yield Change(
            path=path,
            kind="added",
            effect=Effect.COMPATIBLE,
            why="Results are described now, and come structured; clients may pass over that.",
            adds=True,
            new=new,
        )
    else:
        yield Change(
            path=path,
            kind="removed",
            effect=Effect.BREAKING,
            why="Clients that read structured results are promised none any more.",
            old=old,
        )
