"""What of a value is compared: its type, its value, whether it fits a pattern, or nothing."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ANY: Final = "*"
"""The step of a path that stands for any member or element."""


class Match(StrEnum):
    """The kinds of matchers."""

    TYPE = "type"
    EQUAL = "equal"
    REGEX = "regex"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """Says of a place in answers, and of all below it, what is compared there."""

    path: tuple[str, ...]
    match: Match
    pattern: re.Pattern[str] | None = None
    """What the text must hold, for `REGEX`."""
    tool: str | None = None
    """The tool whose results are meant; `None` for any."""
    method: str | None = None
    """The method whose answers are meant; `None` for any."""

    def is_of(self, method: str, tools: Collection[str]) -> bool:
        """Whether it is about the answers to these requests."""
        return self.method in (None, method) and (self.tool is None or self.tool in tools)

    def covers(self, steps: Sequence[str]) -> bool:
        """Whether a place is the one that is meant, or below it."""
        return len(self.path) <= len(steps) and all(
            wanted in (ANY, step) for wanted, step in zip(self.path, steps, strict=False)
        )


BY_TYPE: Final = Matcher(path=(), match=Match.TYPE)
PROSE: Final = ("title", "description", "$comment", "examples", "default", "$schema", "$id")
"""What a JSON Schema says that makes no value valid or invalid."""
NAMING: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
"""Members of a JSON Schema whose own members have names that users choose."""
SCHEMAS: Final = ("inputSchema", "outputSchema", "input_schema", "output_schema")
FIXED: Final = (
    Matcher(path=("capabilities",), match=Match.EQUAL),
    *(Matcher(path=("tools", ANY, name), match=Match.EQUAL) for name in (*SCHEMAS, "annotations")),
    *(
        Matcher(path=("prompts", ANY, "arguments", ANY, name), match=Match.EQUAL)
        for name in ("name", "required")
    ),
)
"""What MCP itself gives a meaning: another value is another structure there."""


class Matchers:
    """The matchers of one request's answers.

    Those of the user win over what is fixed: of these the one with the longest path, and of two
    such the later.
    """

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        self._given = sorted(matchers, key=lambda each: len(each.path))[::-1]

    def at(self, steps: Sequence[str]) -> Matcher:
        """Return what is compared at a place."""
        for matcher in self._given:
            if matcher.covers(steps):
                return matcher
        if _is_prose(steps):
            return BY_TYPE
        return next((matcher for matcher in FIXED if matcher.covers(steps)), BY_TYPE)


def _is_prose(steps: Sequence[str]) -> bool:
    return bool(steps) and steps[-1] in PROSE and (len(steps) == 1 or steps[-2] not in NAMING)
