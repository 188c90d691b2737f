"""YAML that stands for a JSON document: read safely, with the line of each value."""

from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Final

import orjson
import yaml

from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.json_value import Json

MAX_VALUES: Final = 1_000_000
"""Values that a text may stand for, aliases expanded: a few lines can stand for billions."""
MAX_CHARACTERS: Final = 4_000_000
"""Characters of the longest text that is read: every one of them may take microseconds."""
TOO_LONG: Final = f"it is longer than {MAX_CHARACTERS // 1_000_000} MB: split it, or shorten it"
MAX_SLOW: Final = 200_000
"""Characters of the longest text that is read again for a better message."""
CHARACTERS: Final = 100
"""Characters that weigh as much as one value more."""
LONGEST_INTEGER: Final = 100
"""Characters of the longest that is looked at: 64 bits in base 2, and some underscores."""
TEXT: Final = "tag:yaml.org,2002:str"
INTEGER: Final = "tag:yaml.org,2002:int"
FLOAT: Final = "tag:yaml.org,2002:float"
MERGE: Final = "tag:yaml.org,2002:merge"


class YamlTextError(Exception):
    """A text that is no YAML, or not such that stands for JSON."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        """Counted from 1; `None` where no line can be named."""


class YamlText:
    """A YAML document.

    Raises:
        YamlTextError: it cannot be read, stands for too much, or for what JSON cannot hold.
    """

    def __init__(self, text: str) -> None:
        if len(text) > MAX_CHARACTERS:
            raise YamlTextError(TOO_LONG)
        self.text = text
        self.root, self.value = _read(text)

    def line(self, pointer: str) -> int:
        """The line, from 1, of what a JSON pointer names, or of what would hold it."""
        node = self.root
        line = 0
        for step in pointer_steps(pointer):
            found = _member(node, step)
            if found is None:
                break
            mark, node = found
            line = mark.start_mark.line
        return int(line) + 1


@lru_cache(maxsize=8)
def yaml_of(text: str) -> YamlText:
    """Read a text once, however often it is asked for; nobody may change what it holds.

    Raises:
        YamlTextError: see `YamlText`.
    """
    return YamlText(text)


# What YAML takes for a date is the text it is: a revision looks like one.
_RESOLVERS: Final = {
    start: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for start, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
FASTER: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Reads 15 times as fast, by libyaml, which PyYAML may be built without."""


def _read(text: str) -> tuple[yaml.Node | None, Json]:
    try:
        return _loaded(FASTER(text))
    except (yaml.YAMLError, TypeError, ValueError, RecursionError):
        return _slowly(text)


def _loaded(loader: yaml.SafeLoader) -> tuple[yaml.Node | None, Json]:
    loader.yaml_implicit_resolvers = _RESOLVERS
    root = loader.get_single_node()
    if root is None:
        return None, None
    _weight(root, {}, set())
    # As JSON each alias becomes a copy of its own.
    return root, orjson.loads(orjson.dumps(loader.construct_document(root)))  # pyright: ignore[reportUnknownMemberType]  # its stubs have no types


def _slowly(text: str) -> tuple[yaml.Node | None, Json]:
    """Read with the loader that says best what is wrong with a text."""
    try:
        return _loaded((yaml.SafeLoader if len(text) < MAX_SLOW else FASTER)(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = ", ".join(filter(None, (error.context, error.problem)))
        raise YamlTextError(what, None if mark is None else mark.line + 1) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlTextError(f"the character {error.character:#x} is not allowed", line) from error
    except RecursionError as error:
        raise YamlTextError("nested too deeply to be read", _deepest(text)) from error
    except (TypeError, ValueError) as error:
        raise YamlTextError(f"{error}; only what JSON can hold is allowed") from error


def _weight(node: yaml.Node, known: dict[int, int], within: set[int]) -> int:
    """Count what a node stands for, and look at each node once."""
    line = node.start_mark.line + 1
    if id(node) in within:
        raise YamlTextError("an alias that holds itself", line)
    if id(node) not in known:
        _check_names(node)
        inner = {*within, id(node)}
        weight = 1 + sum(_weight(child, known, inner) for child in _children(node))
        if isinstance(node, yaml.ScalarNode):
            weight += len(node.value) // CHARACTERS
            if node.tag == FLOAT and node.value.lower().endswith((".inf", ".nan")):
                raise YamlTextError(f"{node.value} is no number that JSON can hold", line)
            if node.tag == INTEGER and not _is_held(node):
                what = "an integer of more than 64 bits; only what JSON can hold is allowed"
                raise YamlTextError(what, line)
        if weight > MAX_VALUES:
            raise YamlTextError(f"stands for more than {MAX_VALUES} values", line)
        known[id(node)] = weight
    return known[id(node)]


def _is_held(node: yaml.ScalarNode) -> bool:
    """Whether an integer is of those that every reader of JSON takes for the same."""
    digits = len(node.value)
    if digits < len(str(1 << 63)):
        return True
    if digits > LONGEST_INTEGER:
        return False
    held: int = yaml.constructor.SafeConstructor().construct_yaml_int(node)
    return -(1 << 63) <= held < 1 << 64


def _deepest(text: str) -> int | None:
    """Return the line, from 1, where a text is nested most deeply."""
    depth = most = 0
    line: int | None = None
    with suppress(yaml.YAMLError):
        for event in yaml.parse(text, Loader=FASTER):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > most and event.start_mark is not None:
                    most, line = depth, int(event.start_mark.line) + 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    return line


def _check_names(node: yaml.Node) -> None:
    """Members have one name each, and it is text: `on` would be true, and of two the last wins."""
    if not isinstance(node, yaml.MappingNode):
        return
    lines: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if key.tag not in (TEXT, MERGE):
            raise YamlTextError("the name of a member must be text; put it in quotes", line)
        if key.value in lines:
            first = lines[key.value]
            raise YamlTextError(f"{key.value!r} is there twice, first in line {first}", line)
        lines[key.value] = line


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _member(node: yaml.Node | None, name: str) -> tuple[yaml.Node, yaml.Node] | None:
    """What shows where a member is, and the member itself."""
    if isinstance(node, yaml.MappingNode):
        return next((pair for pair in node.value if pair[0].value == name), None)
    if isinstance(node, yaml.SequenceNode):
        return node.value[int(name)], node.value[int(name)]
    return None
