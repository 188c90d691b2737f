"""Edits a YAML text so that it stands for another document; all that stays is left as it is.

The places of the loader's nodes tell what to cut out and where to put something, so comments,
order, quotes and spacing of all else are those of the user. What comes out is read again before
anybody gets it. A library for round trips (ruamel.yaml 0.19 was tried) hangs a comment on what
stands before it: where an item is removed, its comment stays above the next, whose own is lost.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

import orjson
import yaml

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_contracts.yaml_aliases import lost_aliases, with_aliases_written_out
from mcp_proof_contracts.yaml_layout import Layout
from mcp_proof_contracts.yaml_render import on_one_line, rendered, rendered_item, rendered_member
from mcp_proof_contracts.yaml_text import YamlText, YamlTextError, yaml_of

Pair: TypeAlias = tuple[yaml.Node, yaml.Node]

NAMED_BY: Final = ("name", "uri", "uriTemplate", "id")
"""Members that tell the items of a list apart."""
MERGE: Final = "<<"
BOM: Final = "\ufeff"


class YamlEditError(Exception):
    """A text that cannot be edited in place."""


def edited_yaml(text: str, document: JsonObject, *, open_levels: int = 1) -> str:
    """Return the text with the least edits after which it stands for `document`.

    Aliases of what goes, or becomes something else, are written out.

    Args:
        text: YAML that stands for an object.
        document: what it shall stand for.
        open_levels: how deep each member that is new has a line of its own.

    Raises:
        YamlTextError: the text cannot be read.
        YamlEditError: no edit of its parts leaves the rest.
    """
    if text.startswith(BOM):  # its loaders do not count it
        return BOM + edited_yaml(text[1:], document, open_levels=open_levels)
    before = yaml_of(text)
    if not isinstance(before.root, yaml.MappingNode) or not before.root.value:
        return rendered(document, open_levels=open_levels)
    after = _edited(before, document, open_levels)
    if not _stands_for(after, document) and (lost := lost_aliases(after)):
        before = yaml_of(with_aliases_written_out(before, lost.__contains__))
        after = _edited(before, document, open_levels)
    if not _stands_for(after, document):
        before = yaml_of(with_aliases_written_out(before, lambda _: True))
        after = _edited(before, document, open_levels)
        if not _stands_for(after, document):
            raise YamlEditError("what has changed cannot be edited without the rest: write it anew")
    return after


def _edited(before: YamlText, document: JsonObject, open_levels: int) -> str:
    """Return the text after all edits, which may stand for something else if there are aliases."""
    assert before.root is not None, "a text that stands for an object"
    editor = _Editor(before.text, open_levels)
    if not editor.change(before.root, as_object(before.value), document, 0):
        return rendered(document, open_levels=open_levels)  # there is nothing that stays
    return editor.layout.edited() or ""


def _stands_for(text: str, document: JsonObject) -> bool:
    try:
        return _same(yaml_of(text).value, document)
    except YamlTextError:
        return False


def _same(one: Json, other: Json) -> bool:
    """Whether two values are the same JSON: unlike for Python, 1 is neither 1.0 nor true."""
    return one == other and _canonical(one) == _canonical(other)


def _canonical(value: Json) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


class _Editor:
    """Notes the edits of one text.

    Args:
        text: the text.
        open_levels: how deep new members have lines of their own.
    """

    def __init__(self, text: str, open_levels: int) -> None:
        self.layout = Layout(text)
        self.open_levels = open_levels

    def change(self, node: yaml.Node, old: Json, new: Json, depth: int) -> bool:
        """Edit what a node holds; return whether that could be done in its parts."""
        if not isinstance(node, yaml.CollectionNode) or not node.value:
            return False
        if isinstance(node, yaml.MappingNode) and isinstance(new, Mapping):
            if any(key.value == MERGE for key, _ in node.value):
                return False
            if not node.flow_style:
                return self._change_mapping(node, as_object(old), new, depth)
        elif isinstance(node, yaml.SequenceNode) and isinstance(new, list):
            if not node.flow_style:
                return self._change_sequence(node, as_list(old), as_list(new), depth)
        else:
            return False
        self.layout.replace(
            node.start_mark.index, self.layout.end(node), self._flow_text(node, old, new)
        )
        return True

    # Blocks

    def _change_mapping(
        self, node: yaml.MappingNode, old: JsonObject, new: JsonObject, depth: int
    ) -> bool:
        pairs: dict[str, Pair] = {key.value: (key, value) for key, value in node.value}
        kept = [name for name in pairs if name in new]
        if not kept:
            return False
        layout, column = self.layout, node.value[0][0].start_mark.column
        extents = {name: layout.extent(*layout.pair(pair), column) for name, pair in pairs.items()}
        spaced = layout.is_spaced(list(extents.values()))
        self._drop_members(list(pairs.items()), new, extents)
        for name in kept:
            if not _same(old.get(name), new[name]):
                self._replace(pairs[name], old.get(name), new[name], column, depth)
        before = kept[0]
        for name, value in new.items():
            if name in pairs:
                before = name
                continue
            lines = rendered_member(name, value, indent=column, open_levels=self._open(depth))
            layout.insert(extents[before][1], lines, blank_before=spaced)
        return True

    def _open(self, depth: int) -> int:
        return max(0, self.open_levels - 1 - depth)

    def _drop_members(
        self,
        pairs: Sequence[tuple[str, Pair]],
        new: JsonObject,
        extents: Mapping[str, tuple[int, int]],
    ) -> None:
        """Cut out members; those on the line of a dash leave it to the first that stays."""
        first_kept = next(number for number, (name, _) in enumerate(pairs) if name in new)
        first_key, stays = pairs[0][1][0], pairs[first_kept][1][0]
        begin = 0
        if first_kept and not self.layout.is_first_on_line(first_key.start_mark.index):
            self.layout.replace(first_key.start_mark.index, stays.start_mark.index, "")
            begin = first_kept
        for name, _ in pairs[begin:]:
            if name not in new:
                self.layout.cut(*extents[name])

    def _replace(self, pair: Pair, old: Json, new: Json, column: int, depth: int) -> None:
        key, value = pair
        layout = self.layout
        if not _is_alias(pair) and self.change(value, old, new, depth + 1):
            return
        colon = layout.colon(key)
        start, end = layout.value(pair)
        if layout.has_comment_behind(end) or start == end:
            layout.replace(start, end, (" " if start == end else "") + on_one_line(new))
            return
        lines = rendered_member("x", new, indent=column, open_levels=self._open(depth))
        layout.replace(colon, end, lines[column + len("x:") :])

    def _change_sequence(
        self, node: yaml.SequenceNode, old: Sequence[Json], new: Sequence[Json], depth: int
    ) -> bool:
        nodes = node.value
        names = _names(old, new)
        if names is None or _has_alias(nodes):
            return False
        before, after = names
        kept = [name for name in before if name in after]
        if not kept or kept != [name for name in after if name in before]:
            return False
        layout, column = self.layout, node.start_mark.column
        extents = {
            name: layout.extent(layout.dash(each), layout.end(each), column)
            for name, each in zip(before, nodes, strict=True)
        }
        spaced = layout.is_spaced(list(extents.values()))
        for name, each, held in zip(before, nodes, old, strict=True):
            if name not in after:
                layout.cut(*extents[name])
            elif not _same(held, after[name]):
                self._replace_item(each, held, after[name], column, depth)
        first = next(iter(extents.values()))[0]
        last = ""
        for name, value in after.items():
            if name in extents:
                last = name
                continue
            lines = rendered_item(value, indent=column, open_levels=1)
            if last:
                layout.insert(extents[last][1], lines, blank_before=spaced)
            else:
                layout.insert(first, lines, blank_after=spaced)
        return True

    def _replace_item(self, node: yaml.Node, old: Json, new: Json, column: int, depth: int) -> None:
        if self.change(node, old, new, depth + 1):
            return
        start, end = self.layout.dash(node), self.layout.end(node)
        lines = rendered_item(new, indent=column, open_levels=1)
        self.layout.replace(start, end, lines[column:])

    # Within brackets

    def _flow_text(self, node: yaml.Node, old: Json, new: Json) -> str:
        """Write what is within brackets; what stays in there is written as it was."""
        if _same(old, new):
            return self.layout.text[node.start_mark.index : self.layout.end(node)]
        if isinstance(node, yaml.MappingNode) and isinstance(new, Mapping):
            if {key.value for key, _ in node.value} == set(new):
                return self._in_place(node, as_object(old), new)
            return "{" + ", ".join(self._flow_pairs(node, as_object(old), new)) + "}"
        names = _names(as_list(old), as_list(new)) if isinstance(new, list) else None
        if isinstance(node, yaml.SequenceNode) and names is not None and not _has_alias(node.value):
            before, after = names
            nodes = dict(zip(before, node.value, strict=True))
            items = [
                self._flow_text(nodes[name], before[name], value)
                if name in nodes
                else on_one_line(value)
                for name, value in after.items()
            ]
            return f"[{', '.join(items)}]"
        return on_one_line(new)

    def _in_place(self, node: yaml.MappingNode, old: JsonObject, new: JsonObject) -> str:
        """Write a mapping whose members all stay, with all that is between them."""
        text, done = self.layout.text, node.start_mark.index
        pieces: list[str] = []
        for key, value in node.value:
            name, (start, end) = key.value, self.layout.value((key, value))
            if _same(old.get(name), new[name]):
                continue
            pieces += [text[done:start], " " * (start == end), self._held((key, value), old, new)]
            done = end
        return "".join([*pieces, text[done : self.layout.end(node)]])

    def _held(self, pair: Pair, old: JsonObject, new: JsonObject) -> str:
        """Write the value of a member that changes."""
        name = pair[0].value
        if _is_alias(pair):
            return on_one_line(new[name])
        return self._flow_text(pair[1], old.get(name), new[name])

    def _flow_pairs(
        self, node: yaml.MappingNode, old: JsonObject, new: JsonObject
    ) -> Iterator[str]:
        text = self.layout.text
        there: set[str] = set()
        for key, value in node.value:
            name = key.value
            there.add(name)
            if name not in new:
                continue
            colon = self.layout.colon(key)
            if _same(old.get(name), new[name]):
                yield text[key.start_mark.index : self.layout.value((key, value))[1]]
                continue
            held = self._held((key, value), old, new)
            yield f"{text[key.start_mark.index : colon]} {held}"
        for name, value in new.items():
            if name not in there:
                yield on_one_line({name: value})[1:-1]


def _is_alias(pair: Pair) -> bool:
    """Whether a member stands for what is written before it."""
    return pair[1].start_mark.index < pair[0].start_mark.index


def _has_alias(nodes: Sequence[yaml.Node]) -> bool:
    return any(one.start_mark.index >= other.start_mark.index for one, other in pairwise(nodes))


def _names(
    old: Sequence[Json], new: Sequence[Json]
) -> tuple[dict[str, Json], dict[str, Json]] | None:
    """Return the items of two lists by the member that tells them apart; `None` if none does."""
    for member in NAMED_BY:
        before, after = _by(member, old), _by(member, new)
        if before is not None and after is not None:
            return before, after
    return None


def _by(member: str, items: Sequence[Json]) -> dict[str, Json] | None:
    named = {name: item for item in items if isinstance(name := as_object(item).get(member), str)}
    return named if len(named) == len(items) else None
