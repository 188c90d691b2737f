"""A schema document: where its references lead, and how deep a value must nest to end."""

from collections.abc import Iterator, Mapping
from math import inf
from typing import Final
from urllib.parse import unquote

from mcp_proof_contracts.generate.kinds import NESTING, kinds
from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")


class Document:
    """One schema with all that it refers to. Nothing outside of it is looked for."""

    def __init__(self, root: Json) -> None:
        self.root = root
        self._nodes = list(_nodes(root))
        self._named = _named(self._nodes)
        self._targets: dict[str, Json] = {}
        self._heights: dict[int, float] = {}
        """Of all parts, once one is asked for: who only follows references need not wait for it."""

    def target(self, reference: Json) -> Json:
        """What a reference leads to; anything goes where it leads outside."""
        text = str(reference)
        if text not in self._targets:
            self._targets[text] = self._resolved(text)
        return self._targets[text]

    def height(self, schema: Json) -> float:
        """How many levels the flattest value has; infinite if none ends."""
        if not isinstance(schema, Mapping):
            return inf if schema is False else 0
        if not self._heights:
            self._measure(self._nodes)
        known = self._heights.get(id(schema))
        return self._height(schema) if known is None else known

    def _resolved(self, reference: str) -> Json:
        place, _, fragment = reference.partition("#")
        value = self._named.get(place, True) if place else self.root
        if fragment and not fragment.startswith("/"):
            return self._named.get(f"#{fragment}", True)
        for name in pointer_steps(unquote(fragment)):
            if isinstance(value, Mapping):
                value = value.get(name, True)
            elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
                value = value[int(name)]
            else:
                return True
        return value

    def _measure(self, nodes: list[JsonObject]) -> None:
        """Lower the heights from infinity until nothing changes: recursion needs the rounds."""
        self._heights = {id(node): inf for node in nodes}
        changed = True
        while changed:
            changed = False
            for node in reversed(nodes):
                height = self._height(node)
                if height < self._heights[id(node)]:
                    self._heights[id(node)] = height
                    changed = True

    def _height(self, schema: JsonObject) -> float:
        if "const" in schema or "enum" in schema:
            return 0
        together = [self.target(schema[word]) for word in REFERENCES if word in schema]
        together += as_list(schema.get("allOf"))
        heights = [self.height(part) for part in together]
        branchings = [as_list(schema.get(keyword)) for keyword in ("anyOf", "oneOf")]
        heights += [min(map(self.height, branches)) for branches in branchings if branches]
        if all(kind in NESTING for kind in kinds(schema)):
            heights.append(1 + max(map(self.height, _needed(schema)), default=0))
        return max(heights, default=0)


def _needed(schema: JsonObject) -> Iterator[Json]:
    """The schemas of the parts that no value can do without."""
    properties = as_object(schema.get("properties"))
    for name in as_list(schema.get("required")):
        yield properties.get(str(name), True)
    if schema.get("minProperties") and not properties and "patternProperties" not in schema:
        yield schema.get("additionalProperties", True)
    if schema.get("minItems"):
        items = schema.get("items", True)
        yield from as_list(schema.get("prefixItems")) or as_list(items)[:1] or [items]
    if "contains" in schema and schema.get("minContains") != 0:
        yield schema["contains"]


def _nodes(root: Json) -> Iterator[JsonObject]:
    """Every object of a document, each before its parts."""
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _named(nodes: list[JsonObject]) -> Mapping[str, JsonObject]:
    """What `$id` and the anchors name; of equal names the outermost, as `$dynamicRef` wants it."""
    names: dict[str, JsonObject] = {}
    for node in nodes:
        for keyword, sign in (("$id", ""), ("id", ""), ("$anchor", "#"), ("$dynamicAnchor", "#")):
            if isinstance(name := node.get(keyword), str):
                names.setdefault(sign + name.removesuffix("#"), node)
    return names
