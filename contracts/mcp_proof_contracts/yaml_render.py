"""JSON as YAML for people: what is short on one line, texts of several lines as such.

What is written reads back to the same value, by loaders of YAML 1.1 as by those of 1.2: a text that
either takes for something else stands in quotes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof_contracts.excerpt import UNSEEN
from mcp_proof_contracts.json_value import Json, JsonObject

WIDTH: Final = 100
"""Characters of the longest line that a collection is put on."""
STEP: Final = 2
"""Columns by which what is inside stands further right."""
LONGEST_KEY: Final = 1000
"""Characters of the longest name that may stand before a colon just so; YAML allows 1024."""

_WORDS: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What some loader takes for no text, in whatever case."""
_HIDDEN: Final = "".join(f"\\U{code:08x}" for code in UNSEEN)
"""Characters that nobody sees in an editor, or that make a line read as another."""
_UNFIT: Final = re.compile(f"[{_HIDDEN}\\ufeff\\ud800-\\udfff\\ufffe\\uffff]")
_UNFIT_IN_LINES: Final = re.compile(
    f"[{_HIDDEN}\\ufeff\\ud800-\\udfff\\ufffe\\uffff]".replace("\\U0000000a", "")
)
_PLAIN: Final = re.compile(r"(?:[^\W\d]|[/($])[^\n]*(?<![\s:])|[^\W\d]")
_NUMBERED: Final = re.compile(r"\d{4}-\d{2}-\d{2}|\d+(?:\.\d+){2,}")
"""What begins with a digit and is text to every loader that reads contract files."""
_ENDS_PLAIN: Final = re.compile(r":\s|\s#")
_ENDS_PLAIN_IN_FLOW: Final = re.compile(r"[,\[\]{}:?#]")
_ESCAPED: Final = re.compile(f'[{_HIDDEN}\\ufeff\\ud800-\\udfff\\ufffe\\uffff"\\\\]')
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def rendered(document: JsonObject, *, open_levels: int = 1) -> str:
    """Return a document as YAML, ending in a newline.

    Args:
        document: any JSON object.
        open_levels: how deep each member has a line of its own, however short it is.
    """
    return "".join(f"{line}\n" for line in _members(document, 0, open_levels - 1)) or "{}\n"


def rendered_member(name: str, value: Json, *, indent: int = 0, open_levels: int = 0) -> str:
    """Return a member of a mapping, in lines that begin at a column; without the last newline."""
    return "\n".join(_member(name, value, indent, open_levels))


def rendered_item(value: Json, *, indent: int = 0, open_levels: int = 0) -> str:
    """Return an item of a list, in lines that begin at a column; without the last newline."""
    return "\n".join(_item(value, indent, open_levels))


def on_one_line(value: Json) -> str:
    """Return a value as it may stand within brackets, or anywhere else."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(_in_flow(name, held) for name, held in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(on_one_line, value)) + "]"
    return _scalar(value, in_flow=True)


def _in_flow(name: str, value: Json) -> str:
    key = _scalar(name, in_flow=True)
    marked = f"? {key} " if len(key) > LONGEST_KEY else key
    return f"{marked}: {on_one_line(value)}"


def _members(value: JsonObject, indent: int, open_levels: int) -> Iterator[str]:
    for name, held in value.items():
        yield from _member(name, held, indent, open_levels)


def _member(name: str, value: Json, indent: int, open_levels: int) -> Iterator[str]:
    margin = " " * indent
    key = _scalar(name, in_flow=True)
    head = f"{margin}{key}:"
    if len(key) > LONGEST_KEY:
        yield f"{margin}? {key}"
        head = f"{margin}:"
    first, *rest = _value(value, indent, len(head), open_levels)
    yield f"{head} {first}" if first else head
    yield from rest


def _value(value: Json, indent: int, before: int, open_levels: int) -> Iterator[str]:
    """Yield what stands behind a colon, and the lines below it."""
    if isinstance(value, str) and _is_literal(value):
        yield "|" if value.endswith("\n") else "|-"
        margin = " " * (indent + STEP)
        for line in value.removesuffix("\n").split("\n"):
            yield f"{margin}{line}" if line else ""
    elif not isinstance(value, Mapping | list | tuple):
        yield _scalar(value, in_flow=False)
    elif not value or (open_levels <= 0 and _fits(value, before)):
        yield on_one_line(value)
    else:
        yield ""
        yield from _inside(value, indent + STEP, open_levels - 1)


def _inside(value: Json, indent: int, open_levels: int) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _members(value, indent, open_levels)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _item(item, indent, open_levels)


def _item(value: Json, indent: int, open_levels: int) -> Iterator[str]:
    dash = " " * indent + "- "
    is_open = isinstance(value, Mapping | list | tuple) and bool(value)
    if is_open and (open_levels > 0 or not _fits(value, len(dash))):
        first, *rest = _inside(value, indent + STEP, open_levels - 1)
        first = first[indent + STEP :]
    else:
        first, *rest = _value(value, indent, len(dash), open_levels)
    yield dash + first
    yield from rest


def _fits(value: Json, before: int) -> bool:
    """Whether a collection can stand on the line on which something stands before it."""
    room = WIDTH - before
    return _least(value, room) <= room and len(on_one_line(value)) <= room


def _least(value: Json, enough: int) -> int:
    """Count characters that a value takes at least, and no further than there are enough."""
    if isinstance(value, str):
        return len(value)
    least = 1
    if isinstance(value, Mapping):
        for name, held in value.items():
            least += len(name) + _least(held, enough)
            if least > enough:
                break
    elif isinstance(value, list | tuple):
        for held in value:
            least += _least(held, enough)
            if least > enough:
                break
    return least


def _scalar(value: Json, *, in_flow: bool) -> str:
    if isinstance(value, str):
        return value if _is_plain(value, in_flow) else _quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = repr(value)
        # To YAML 1.1 a number without a point is none.
        return text if "." in text or "e" not in text else text.replace("e", ".0e")
    return str(value)


def _is_plain(text: str, in_flow: bool) -> bool:  # noqa: FBT001  # by one caller
    if text.casefold() in _WORDS or _UNFIT.search(text):
        return False
    if text[:1].isdecimal():
        return _NUMBERED.fullmatch(text) is not None
    ends = _ENDS_PLAIN_IN_FLOW if in_flow else _ENDS_PLAIN
    return _PLAIN.fullmatch(text) is not None and ends.search(text) is None


def _is_literal(text: str) -> bool:
    """Whether a text of several lines can stand as they are."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and bool(text.strip())
        and not text[0].isspace()
        and not text.endswith("\n\n")
        and not any(line != line.rstrip() for line in lines)
        and _UNFIT_IN_LINES.search(text) is None
    )


def _quoted(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004  # one byte
