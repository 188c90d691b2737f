"""The slots of templates, `{{ … }}`: what is wrong with those in a value."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.schema_problem import Problem
from mcp_proof_contracts.suggestion import did_you_mean

OWN: Final = ("$inputs", "$call", "$state")
"""What slots can stand for beside arguments."""

_DOLLAR: Final = re.compile(r"\s*(\$[^\s.}]*)")


def slot_problems(value: Json, pointer: str, arguments: Iterable[str]) -> Iterator[Problem]:
    """Yield what is wrong with the slots in a value that has this place.

    `arguments` are those that are known; only a name with `$` must be one of them, or ours.
    """
    if isinstance(value, str):
        known = [*OWN, *(name for name in arguments if name.startswith("$"))]
        for slot in value.split("{{")[1:]:
            if (message := _slot_problem(slot, known)) is not None:
                yield Problem(pointer=pointer, message=message)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from slot_problems(inner, pointer + json_pointer([name]), arguments)
    elif isinstance(value, Sequence):
        for index, inner in enumerate(value):
            yield from slot_problems(inner, f"{pointer}/{index}", arguments)


def _slot_problem(slot: str, known: Sequence[str]) -> str | None:
    """What is wrong with a slot, given from behind its `{{` to the next one."""
    if "}}" not in slot:
        return "`{{` opens a slot that no `}}` closes"
    own = _DOLLAR.match(slot)
    if own is None or own[1] in known:
        return None
    allowed = ", ".join(known)
    return f"there is no slot `{own[1]}` (allowed: {allowed}).{did_you_mean(own[1], known)}"
