"""Aliases of a YAML text: which have lost their anchor, and the text with them written out."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

import yaml

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_contracts.yaml_render import on_one_line
from mcp_proof_contracts.yaml_text import FASTER, YamlText


class _Mark(NamedTuple):
    """An anchor or an alias."""

    name: str
    is_alias: bool
    start: int
    end: int


def lost_aliases(text: str) -> set[str]:
    """Return the names of aliases before which no anchor of the name stands."""
    anchors: set[str] = set()
    lost: set[str] = set()
    with suppress(yaml.YAMLError):  # a text that cannot be read has lost more than that
        for mark in _marks(text):
            if not mark.is_alias:
                anchors.add(mark.name)
            elif mark.name not in anchors:
                lost.add(mark.name)
    return lost


def with_aliases_written_out(text: YamlText, of: Callable[[str], bool]) -> str:
    """Return a text in which aliases stand no more for what is elsewhere; comments stay.

    Args:
        text: a text that can be read.
        of: which, by their names.
    """
    values = dict(_values(text.root, text.value))
    places: dict[str, int] = {}
    pieces: list[str] = []
    done = 0
    for mark in _marks(text.text):
        if not mark.is_alias:
            places[mark.name] = mark.start
        elif of(mark.name) and places[mark.name] in values:
            pieces += [text.text[done : mark.start], on_one_line(values[places[mark.name]])]
            done = mark.end
    return "".join([*pieces, text.text[done:]])


def _marks(text: str) -> Iterator[_Mark]:
    for event in yaml.parse(text, Loader=FASTER):
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            assert event.start_mark is not None
            assert event.end_mark is not None
            start, end = int(event.start_mark.index), int(event.end_mark.index)
            yield _Mark(event.anchor, isinstance(event, yaml.AliasEvent), start, end)


def _values(root: yaml.Node | None, value: Json) -> Iterator[tuple[int, Json]]:
    """Yield where nodes begin, and what they stand for."""
    waiting = [(root, value)]
    seen: set[int] = set()
    while waiting:
        node, held = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        yield node.start_mark.index, held
        if isinstance(node, yaml.MappingNode):
            waiting += [(key, key.value) for key, _ in node.value]
            waiting += [(each, as_object(held).get(key.value)) for key, each in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += zip(node.value, as_list(held), strict=True)
