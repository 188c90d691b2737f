"""What is different between two schemas, each difference at the deepest place that has a name.

The two are walked side by side through `properties`, `items` and `$ref`. What is said here is where
they differ, not what that means: the verdict comes from proofs.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

from mcp_proof_contracts.compatibility.identical import identical
from mcp_proof_contracts.compatibility.schemas.told_members import OF_UNNAMED, in_place
from mcp_proof_contracts.generate.document import REFERENCES, Document
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.subschemas import subschemas
from mcp_proof_contracts.wire import as_list, as_object

Path: TypeAlias = tuple[str | int, ...]
DEFINITIONS: Final = ("$defs", "definitions")
ANNOTATIONS: Final = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"}
    | {"$comment", "$schema", "$id", *DEFINITIONS}
)
"""Keywords that no value is refused by."""
MEMBERS: Final = ("properties", "required")
MOST: Final = 80
"""Differences, before it is another schema altogether."""


class Kind(Enum):
    """What is different."""

    ADDED = auto()
    """A member is named that was not."""
    REMOVED = auto()
    """A member is no longer named."""
    REQUIRED = auto()
    """A member must be there that could be left out."""
    OPTIONAL = auto()
    """A member may be left out that could not."""
    SCHEMA = auto()
    """Something else is said of a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One difference."""

    kind: Kind
    path: Path
    """Where it stands in the schema."""
    place: Path
    """Where the value is that it is about; 0 for all items of an array."""
    old: Json = None
    """What stood there."""
    new: Json = None
    before: Json = True
    """A schema of the value by itself; of an added member, what was said of those without name."""
    after: Json = True
    """The same, now."""
    open: bool = False
    """Of an added or a removed member: whether nothing is said of those without name."""
    required: bool = False
    """Of an added member: whether it must be there."""
    alone: bool = True
    """Whether the schemas can be judged by themselves, without the whole around them."""


class Edits:
    """The differences of two schemas of 2020-12."""

    def __init__(self, old: JsonObject, new: JsonObject) -> None:
        self.found: list[Edit] = []
        self.complete = True
        """Whether they are all there is: who proves each of them has proved the whole."""
        self._old, self._new = Document(old), Document(new)
        self._targets_differ = not all(
            identical(old.get(name), new.get(name)) for name in DEFINITIONS
        ) or any(_refers(side, DEFINED) for side in (old, new))
        self._seen: set[tuple[int, int]] = set()
        self._led: dict[int, tuple[Json, Json]] = {}
        """Where schemas with references lead; both are kept, so that they stay who they are."""
        self._walk((), (), old, new)

    def _walk(self, path: Path, place: Path, old: Json, new: Json) -> None:
        old, new = self._resolved(self._old, old), self._resolved(self._new, new)
        pair = (id(old), id(new))
        if pair in self._seen or self._same(old, new):
            return
        self._seen.add(pair)
        if len(self.found) >= MOST:
            self.complete = False
        elif isinstance(old, dict) and isinstance(new, dict):
            self._keywords(path, place, old, new)
            self._members(path, place, old, new)
            if _has_items(old, new):
                self._walk((*path, "items"), (*place, 0), old["items"], new["items"])
        else:
            self._schema(path, place, (old, new), (old, new))

    def _keywords(self, path: Path, place: Path, old: JsonObject, new: JsonObject) -> None:
        """What is said of the value itself, and not of its members one by one."""
        walked = {*ANNOTATIONS, *(MEMBERS if _has_members(old, new) else ())}
        walked |= {"items"} if _has_items(old, new) else set()
        others = sorted((old.keys() | new.keys()) - walked)
        changed = [name for name in others if not self._held_the_same(name, old, new)]
        if not changed:
            return
        rest = {name: value for name, value in old.items() if name not in others}
        after = {**rest, **{name: new[name] for name in others if name in new}}
        alone = changed[0] if len(changed) == 1 else None
        if alone is None:
            self._schema(path, place, (old, new), (old, after))
        else:
            shown = (old.get(alone), new.get(alone))
            self._schema((*path, alone), place, shown, (old, after))

    def _members(self, path: Path, place: Path, old: JsonObject, new: JsonObject) -> None:
        if not _has_members(old, new):
            return
        before, after = as_object(old.get("properties")), as_object(new.get("properties"))
        needed, needs = _required(old), _required(new)
        for name in sorted(before.keys() | after.keys() | needed | needs):
            where, there = (*path, "properties", name), (*place, name)
            if name in before and name in after:
                self._walk(where, there, before[name], after[name])
            elif name in before or name in after:
                self._named(where, there, (old, new), required=name in needs)
                continue
            if (name in needed) != (name in needs):
                kind = Kind.REQUIRED if name in needs else Kind.OPTIONAL
                way = (*path, "required", name)
                self.found.append(
                    Edit(kind=kind, path=way, place=there, old=name in needed, new=name in needs)
                )

    def _named(
        self, path: Path, place: Path, sides: tuple[JsonObject, JsonObject], *, required: bool
    ) -> None:
        """A member that only one of the two names."""
        old, new = sides
        name = str(path[-1])
        removed = name in as_object(old.get("properties"))
        silent, document = (new, self._new) if removed else (old, self._old)
        if any(name in as_object(part.get("properties")) for part in in_place(document, silent)):
            self.complete = False  # it only stands elsewhere
            return
        was, now = (as_object(side.get("properties")).get(name) for side in sides)
        unnamed = silent.get("additionalProperties", True)
        is_open = not any(word in silent for word in OF_UNNAMED)
        # What is said of members by patterns, or of those left over, is not compared one by one.
        self.complete = self.complete and not any(word in silent for word in OF_UNNAMED[1:])
        self.found.append(
            Edit(
                kind=Kind.REMOVED if removed else Kind.ADDED,
                path=path,
                place=place,
                old=was,
                new=now,
                before=self._alone(self._old, was if removed else unnamed),
                after=self._alone(self._new, unnamed if removed else now),
                alone=not any(_refers(side, DEFINED) for side in (was, now, unnamed)),
                open=is_open,
                required=required,
            )
        )

    def _schema(
        self, path: Path, place: Path, shown: tuple[Json, Json], judged: tuple[Json, Json]
    ) -> None:
        before, after = judged
        self.found.append(
            Edit(
                kind=Kind.SCHEMA,
                path=path,
                place=place,
                old=shown[0],
                new=shown[1],
                before=self._alone(self._old, before),
                after=self._alone(self._new, after),
                # The outermost schema is the whole: its references lead where they should.
                alone=not place or not any(_refers(side, DEFINED) for side in judged),
            )
        )

    def _alone(self, document: Document, schema: Json) -> Json:
        """A schema with what it refers to, so that it stands by itself."""
        if not isinstance(schema, dict):
            return schema
        root = as_object(document.root)
        return {**schema, **{name: root[name] for name in DEFINITIONS if name in root}}

    def _resolved(self, document: Document, schema: Json) -> Json:
        if id(schema) not in self._led:
            self._led[id(schema)] = (schema, _resolved(document, schema))
        return self._led[id(schema)][1]

    def _same(self, old: Json, new: Json) -> bool:
        """Whether two schemas are the same, and so is what they refer to."""
        return identical(old, new) and not (self._targets_differ and _refers(old))

    def _held_the_same(self, keyword: str, old: JsonObject, new: JsonObject) -> bool:
        one = {keyword: old[keyword]} if keyword in old else {}
        return self._same(one, {keyword: new[keyword]} if keyword in new else {})


DEFINED: Final = tuple(f"#/{name}/" for name in DEFINITIONS)


def _resolved(document: Document, schema: Json) -> Json:
    """Follow references, as long as nothing beside them says something else."""
    for _ in range(MOST):
        reference = as_object(schema).get("$ref")
        beside = {name: v for name, v in as_object(schema).items() if name != "$ref"}
        target = document.target(reference) if isinstance(reference, str) else None
        if not isinstance(target, dict):
            return schema
        clash = (beside.keys() & target.keys()) - ANNOTATIONS
        if any(not identical(beside[name], target[name]) for name in clash):
            return schema
        schema = target if beside.keys() <= ANNOTATIONS else {**target, **beside}
    return schema


def _refers(schema: Json, other_than: tuple[str, ...] = ()) -> bool:
    """Whether a schema refers to anything, or to anything elsewhere than in these places."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, dict):
            continue
        for word in REFERENCES:
            if word in part and not (other_than and str(part[word]).startswith(other_than)):
                return True
        waiting += (held for _, held in subschemas(part))
    return False


def _has_members(old: JsonObject, new: JsonObject) -> bool:
    return "properties" in old and "properties" in new


def _has_items(old: JsonObject, new: JsonObject) -> bool:
    return "items" in old and "items" in new


def _required(schema: JsonObject) -> set[str]:
    return set(map(str, as_list(schema.get("required"))))
