"""What changed between two schemas: told where it is, judged by what is proved of the whole.

A difference by itself may look harmful and not be, where a constraint only moved to another place;
and harmless ones may do harm together. So each says what it does, and the whole has the last word.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from mcp_proof_contracts.compatibility.change import Change, ChangeKind, Effect
from mcp_proof_contracts.compatibility.identical import identical
from mcp_proof_contracts.compatibility.schemas.containment import Answer, Containment
from mcp_proof_contracts.compatibility.schemas.direction import Direction, Judged
from mcp_proof_contracts.compatibility.schemas.edits import Edit, Edits, Kind, Path
from mcp_proof_contracts.compatibility.schemas.named_fields import NamedFields
from mcp_proof_contracts.compatibility.schemas.obstacle import obstacle, too_deep
from mcp_proof_contracts.compatibility.schemas.one_draft import in_one_draft
from mcp_proof_contracts.compatibility.schemas.plain_value import placed, plain_values
from mcp_proof_contracts.compatibility.schemas.sides import schema_object
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.embedded_schema import UnembeddableError
from mcp_proof_contracts.subschemas import with_subschemas

FOR_PEOPLE: Final = frozenset({"title", "description", "default", "examples", "$comment"})
KINDS: Final[dict[Kind, ChangeKind]] = {Kind.ADDED: "added", Kind.REMOVED: "removed"}
WEIGHTS: Final = {Effect.COMPATIBLE: 0, Effect.UNKNOWN: 1, Effect.BREAKING: 2}
MOST_TRIED: Final = 10
NOT_OF_THE_WHOLE: Final = "It could not be proved that this is so of the whole as well."
TOO_MANY: Final = "it describes too many values to look for members that are gone"


def compare_schemas(path: str, old: Json, new: Json, direction: Direction) -> Iterator[Change]:
    """Yield what changed in which values are valid, if anything did."""
    if identical(old, new) or _same_demands(old, new):
        return
    comparison = _Comparison(
        path, schema_object(old), schema_object(new), direction, written=(old, new)
    )
    try:
        if reason := _reason(old, new):
            yield comparison.of_whole(Containment(answer=Answer.UNKNOWN, reason=reason))
        else:
            yield from comparison.changes()
    except UnembeddableError as error:
        yield comparison.of_whole(Containment(answer=Answer.UNKNOWN, reason=str(error)))


def _same_demands(old: Json, new: Json) -> bool:
    """Whether they differ in nothing but words for people: no schema is too large to see that."""
    if too_deep(old) or too_deep(new):
        return False
    return identical(_demands(old), _demands(new))


def _demands(schema: Json) -> Json:
    if not isinstance(schema, dict):
        return schema
    demands = {name: value for name, value in schema.items() if name not in FOR_PEOPLE}
    return with_subschemas(demands, lambda _, part: _demands(part))


def _reason(old: Json, new: Json) -> str:
    for which, schema in (("old", old), ("new", new)):
        if reason := obstacle(schema):
            return f"of the {which} schema, {reason}"
    return ""


@dataclass(frozen=True, slots=True)
class _Comparison:
    path: str
    old: JsonObject
    new: JsonObject
    direction: Direction
    written: tuple[Json, Json]
    """Both as they were given, where they need not be schemas."""

    def changes(self) -> Iterator[Change]:
        """Yield what changed in which values are valid."""
        old, new = in_one_draft(self.old), in_one_draft(self.new)
        edits = Edits(old, new)
        told = {edit.path for edit in edits.found if edit.kind is Kind.REMOVED}
        yield from self._no_longer_named(NamedFields(old, new), told)
        judged = [(edit, found) for edit in edits.found if (found := self._judged(edit))]
        whole = self.direction.contained(
            self.old, self.new, self.direction.whole, tuple(self._tries(judged))
        )
        by_parts = edits.complete and all(edit.alone for edit in edits.found)
        harmless = all(each.effect is Effect.COMPATIBLE for _, each in judged)
        if whole.answer is Answer.UNKNOWN and by_parts and harmless:
            # Members and items by which values are judged one by one are proved one by one.
            whole = Containment(answer=Answer.YES)
        if whole.answer is Answer.YES and self.direction.same_meaning(self.old, self.new):
            judged = [each for each in judged if each[1].for_good]
            yield from (self._change(edit, each) for edit, each in judged)
        else:
            yield from self._reconciled(judged, whole)

    def _no_longer_named(self, fields: NamedFields, told: set[Path]) -> Iterator[Change]:
        """Yield the members that are gone where the differences do not tell of it."""
        for part in fields.gone:
            if part.way not in told:
                edit = Edit(kind=Kind.REMOVED, path=part.way, place=(), old=part.schema)
                yield self._change(edit, self.direction.of_member(edit))
        if not fields.complete:
            yield self.of_whole(Containment(answer=Answer.UNKNOWN, reason=TOO_MANY))

    def _judged(self, edit: Edit) -> Judged | None:
        """What a difference does by itself, if it does anything, and can be judged so."""
        if not edit.alone:
            return None
        if edit.kind is not Kind.SCHEMA:
            return self.direction.of_member(edit)
        answer = self.direction.contained(edit.before, edit.after, self.direction.part)
        if answer.answer is Answer.YES and self.direction.same_meaning(edit.before, edit.after):
            return None
        return self.direction.judged(answer)

    def _tries(self, judged: list[tuple[Edit, Judged]]) -> Iterator[Json]:
        """Values that may show the harm of one difference in the whole."""
        larger, smaller = self.direction.sides(self.old, self.new)
        for base in plain_values(smaller, larger, self.direction.whole):
            yield base
            for edit, each in judged[:MOST_TRIED]:
                yield from (placed(base, edit.place, example) for example in each.example)

    def _reconciled(
        self, judged: list[tuple[Edit, Judged]], whole: Containment
    ) -> Iterator[Change]:
        """Yield what the differences do, as far as it is true of the whole."""
        told = [(edit, held) for edit, each in judged if (held := _of_whole(each, whole.answer))]
        yield from (self._change(edit, each) for edit, each in told)
        worst = max((WEIGHTS[each.effect] for _, each in told), default=-1)
        if WEIGHTS[self.direction.judged(whole).effect] > worst:
            yield self.of_whole(whole)

    def of_whole(self, whole: Containment) -> Change:
        """Return the change of the whole schema."""
        judged = self.direction.judged(whole)
        return Change(
            path=self.path,
            kind="changed",
            effect=judged.effect,
            why=judged.why,
            adds=judged.adds,
            old=self.written[0],
            new=self.written[1],
        )

    def _change(self, edit: Edit, judged: Judged) -> Change:
        return Change(
            path=f"{self.path}{json_pointer(edit.path)}",
            kind=KINDS.get(edit.kind, "changed"),
            effect=judged.effect,
            why=judged.why,
            adds=judged.adds,
            old=edit.old,
            new=edit.new,
        )


def _of_whole(judged: Judged, answer: Answer) -> Judged | None:
    """What is left of a judgement, once the whole is judged."""
    if judged.for_good or judged.effect is Effect.COMPATIBLE or answer is Answer.NO:
        return judged
    if answer is Answer.YES:
        return None
    why = f"{judged.why} {NOT_OF_THE_WHOLE}" if judged.effect is Effect.BREAKING else judged.why
    return replace(judged, effect=Effect.UNKNOWN, why=why)
