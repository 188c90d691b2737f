"""Prompts and their arguments."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.named import Named
from mcp_proof_contracts.compatibility.presentation import compare_others, compare_presentation
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_list, as_object


def compare_prompt(path: str, old: JsonObject, new: JsonObject) -> Iterator[Change]:
    """Yield what changed in a prompt."""
    before, after = _arguments(old), _arguments(new)
    for name in sorted(before.keys() | after.keys()):
        place = f"{path}/arguments{json_pointer((name,))}"
        yield from _compare_argument(place, before.get(name), after.get(name))
    yield from compare_presentation(path, old, new)
    yield from compare_others(path, old, new, ("name", "arguments"))


def _compare_argument(
    place: str, old: JsonObject | None, new: JsonObject | None
) -> Iterator[Change]:
    if new is None:
        yield Change(
            path=place,
            kind="removed",
            effect=Effect.UNKNOWN,
            why="Clients that give it may be refused, or heard without it: prompts do not say.",
            old=old,
        )
        return
    required = new.get("required") is True
    if old is None:
        yield Change(
            path=place,
            kind="added",
            effect=Effect.BREAKING if required else Effect.COMPATIBLE,
            why="It is required, and clients that do not know it do not give it."
            if required
            else "It may be left out, as clients do that do not know it.",
            adds=not required,
            new=new,
        )
        return
    if (old.get("required") is True) != required:
        yield Change(
            path=f"{place}/required",
            kind="changed",
            effect=Effect.BREAKING if required else Effect.COMPATIBLE,
            why="The argument became required, and clients could leave it out."
            if required
            else "The argument may be left out now; it can still be given.",
            adds=not required,
            old=not required,
            new=required,
        )
    yield from compare_presentation(place, old, new)
    yield from compare_others(place, old, new, ("name", "required"))


def _arguments(prompt: JsonObject) -> dict[str, JsonObject]:
    arguments = map(as_object, as_list(prompt.get("arguments")))
    return {str(each.get("name")): each for each in arguments}


PROMPTS: Final = Named(part="prompts", use="gets", compare=compare_prompt)
