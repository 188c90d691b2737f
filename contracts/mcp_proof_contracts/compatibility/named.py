"""Lists of named things: what was removed, what was added, what is compared one by one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import JsonObject

Comparison: TypeAlias = Callable[[str, JsonObject, JsonObject], Iterator[Change]]
"""Compares two things of one name, at a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What is said of the things in a list."""

    part: str
    """The list's name in a surface."""
    use: str
    """What a client does with one: it breaks when there is none."""
    compare: Comparison


def compare_named(
    named: Named, old: Mapping[str, JsonObject], new: Mapping[str, JsonObject]
) -> Iterator[Change]:
    """Yield what changed in a list. Its order says nothing."""
    for name in sorted(old.keys() | new.keys()):
        path = json_pointer((named.part, name))
        if name not in new:
            yield Change(
                path=path,
                kind="removed",
                effect=Effect.BREAKING,
                why=f"A client that {named.use} it fails: it is gone.",
                old=old[name],
            )
        elif name not in old:
            yield Change(
                path=path,
                kind="added",
                effect=Effect.COMPATIBLE,
                why="It is new: clients that do not know it never ask for it.",
                adds=True,
                new=new[name],
            )
        else:
            yield from named.compare(path, old[name], new[name])
