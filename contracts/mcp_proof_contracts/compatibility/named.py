"""Lists of named things: what was removed, what was added, what is compared one by one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.surface import Surface

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


def compare_named(named: Named, old: Surface, new: Surface) -> Iterator[Change]:
    """Yield what changed in a list. Its order says nothing.

    Where one was not read to its end, nothing is said of what it does not have.
    """
    before, after = _list(old, named.part), _list(new, named.part)
    for name in sorted(before.keys() | after.keys()):
        path = json_pointer((named.part, name))
        if (name not in after and named.part in new.unread) or (
            name not in before and named.part in old.unread
        ):
            continue
        if name not in after:
            yield Change(
                path=path,
                kind="removed",
                effect=Effect.BREAKING,
                why=f"A client that {named.use} it fails: it is gone.",
                old=before[name],
            )
        elif name not in before:
            yield Change(
                path=path,
                kind="added",
                effect=Effect.COMPATIBLE,
                why="It is new: clients that do not know it never ask for it.",
                adds=True,
                new=after[name],
            )
        else:
            yield from named.compare(path, before[name], after[name])


def _list(surface: Surface, part: str) -> Mapping[str, JsonObject]:
    held: Mapping[str, JsonObject] = getattr(surface, part)
    return held
