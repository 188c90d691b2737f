"""A member that differs between two objects, whatever it holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from mcp_proof_contracts.compatibility.change import Change, ChangeKind, Effect
from mcp_proof_contracts.compatibility.identical import identical
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import JsonObject


@dataclass(frozen=True, slots=True)
class Argued:
    """An effect, and why it is that."""

    effect: Effect
    why: str


def difference(
    path: str, member: str, old: JsonObject, new: JsonObject, argued: Argued
) -> Iterator[Change]:
    """Yield a change with this effect if the member is not the same in both."""
    if same(old, new, member):
        return
    yield Change(
        path=f"{path}{json_pointer((member,))}",
        kind=kind_of_change(old, new, member),
        effect=argued.effect,
        why=argued.why,
        old=old.get(member),
        new=new.get(member),
    )


def kind_of_change(old: JsonObject, new: JsonObject, member: str) -> ChangeKind:
    """Whether a member came, went, or holds something else."""
    if member not in old:
        return "added"
    return "changed" if member in new else "removed"


def same(old: JsonObject, new: JsonObject, member: str) -> bool:
    """Whether a member is in neither, or the same JSON in both."""
    if (member in old) != (member in new):
        return False
    return identical(old.get(member), new.get(member))
