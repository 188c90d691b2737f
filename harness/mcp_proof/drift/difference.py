"""One place where a live answer is of another structure than the recorded ones."""

from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """What has become of a place."""

    OUTCOME = "outcome"
    """The request has another kind of answer: an error, a tool that failed, silence."""
    GONE = "gone"
    """What every recorded answer has is not there any more."""
    NEW = "new"
    """What no recorded answer has is there now."""
    TYPE = "type"
    """The value is of another type."""
    VALUE = "value"
    """The value is not what a matcher, or MCP itself, wants it to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs."""

    path: str
    """A JSON pointer into the answer, with `*` for the elements of arrays."""
    change: Change
    recorded: str
    actual: str
    why: str
