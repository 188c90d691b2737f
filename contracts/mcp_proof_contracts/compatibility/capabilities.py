"""What a server declares that it can do."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.difference import same
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object

OWN_MEANING: Final = ("extensions", "experimental")
"""Those that hold identifiers with settings that the specification does not know."""


def compare_capabilities(old: JsonObject, new: JsonObject) -> Iterator[Change]:
    """Yield what changed in the capabilities."""
    yield from _compare("/capabilities", old, new)


def _compare(path: str, old: JsonObject, new: JsonObject) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        place = f"{path}{json_pointer((name,))}"
        before, after = old.get(name, False), new.get(name, False)
        if same(old, new, name) or (before is False and after is False):
            continue
        if before is False:
            yield _added(place, after)
        elif after is False:
            yield _removed(place, before, name, experimental="/experimental/" in place)
        elif path.endswith(OWN_MEANING) or not isinstance(before, Mapping):
            yield _other(place, before, after)
        else:
            yield from _compare(place, as_object(before), as_object(after))


def _added(place: str, after: Json) -> Change:
    return Change(
        path=place,
        kind="added",
        effect=Effect.COMPATIBLE,
        why="It is new: clients that do not know it do not use it.",
        adds=True,
        new=after,
    )


def _removed(place: str, before: Json, name: str, *, experimental: bool) -> Change:
    if experimental:
        effect, why = Effect.UNKNOWN, "It was an experiment: nothing says whether anybody uses it."
    elif name in ("listChanged", "subscribe"):
        effect, why = Effect.BREAKING, "Clients that wait to be told of changes wait in vain."
    else:
        effect, why = Effect.BREAKING, "Clients that use it are refused: it is no longer declared."
    return Change(path=place, kind="removed", effect=effect, why=why, old=before)


def _other(place: str, before: Json, after: Json) -> Change:
    return Change(
        path=place,
        kind="changed",
        effect=Effect.UNKNOWN,
        why="What these settings mean is not for the specification to say.",
        old=before,
        new=after,
    )
