"""The members of what a contract lists that no server lists: they say what it answers."""

from collections.abc import Mapping
from typing import Final

CONTENT: Final = ("text", "blob", "refusal")
"""What a resource can answer with; a `file` is one of the first two once it is read."""
_ANYWHERE: Final = frozenset({"steps", "cases", "when", "then"})
OUR_MEMBERS: Final[Mapping[str, frozenset[str]]] = {
    "tools": _ANYWHERE
    | {"definition", "answer", "latency", "rate_limit", "requires", "offered", "task"},
    "resources": _ANYWHERE | {*CONTENT, "file", "completions", "offered"},
    "resource_templates": _ANYWHERE | {*CONTENT, "file", "completions"},
    "prompts": _ANYWHERE | {"messages", "refusal", "completions", "offered"},
}
"""By the list in which they may stand."""
