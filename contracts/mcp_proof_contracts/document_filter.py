"""The filters of ContextFrame: comparisons of a document's members, `metadata.index > 5`."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object

DocumentFilter: TypeAlias = Callable[[JsonObject], bool]
"""Whether a document satisfies a filter; one that lacks the member does not."""

COMPARISON: Final = re.compile(
    r"\s*(?P<member>[A-Za-z_]\w*(?:\.\w+)*)\s*"
    r"(?P<sign><=|>=|<>|!=|==?|<|>)\s*"
    r"(?P<literal>'(?:[^']|'')*'|-?\d+(?:\.\d+)?|true\b|false\b)\s*",
    re.IGNORECASE,
)
MAX_DIGITS: Final = 4000
"""Of an integer: Python refuses to read longer ones, which are more than any document holds."""
AND: Final = re.compile(r"and\b", re.IGNORECASE)
SIGNS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
}


class DocumentFilterError(ValueError):
    """A text is no filter."""


def document_filter(text: str) -> DocumentFilter:
    """Return what a filter asks of a document: one comparison, or several joined by `AND`.

    Raises:
        DocumentFilterError: it is no filter; the message says from where on.
    """
    comparisons: list[DocumentFilter] = []
    place = 0
    while True:
        found = COMPARISON.match(text, place)
        if found is None:
            rest = excerpt(text[place:]) or "its end"
            raise DocumentFilterError(f"expected a comparison such as metadata.index > 5 at {rest}")
        comparisons.append(_comparison(found["member"], found["sign"], found["literal"]))
        if found.end() == len(text):
            return lambda document: all(holds(document) for holds in comparisons)
        joined = AND.match(text, found.end())
        if joined is None:
            raise DocumentFilterError(f"expected AND at {excerpt(text[found.end() :])}")
        place = joined.end()


def has_members(document: JsonObject, text: str) -> bool:
    """Whether a document shows every member that a filter compares."""
    compared = (found["member"].split(".") for found in COMPARISON.finditer(text))
    return all(_member(document, path) is not None for path in compared)


def _comparison(member: str, sign: str, literal: str) -> DocumentFilter:
    compare, wanted = SIGNS[sign], _literal(literal)
    kinds = _kinds(wanted)

    def holds(document: JsonObject) -> bool:
        value: Any = _member(document, member.split("."))
        return type(value) in kinds and compare(value, wanted)

    return holds


def _literal(text: str) -> str | int | float | bool:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return float(text) if "." in text or len(text) > MAX_DIGITS else int(text)


def _kinds(wanted: object) -> tuple[type, ...]:
    """The types of what can be compared with a literal."""
    return (int, float) if type(wanted) in (int, float) else (type(wanted),)


def _member(document: JsonObject, path: list[str]) -> Json:
    value: Json = document
    for name in path:
        value = as_object(value).get(name)
    return value
