"""What a server listed, pasted into a JSON file: the result of `tools/list`, or of all lists."""

from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.opening import server_info
from mcp_proof_contracts.revision import Revision, published
from mcp_proof_contracts.schema_problem import shown
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.wire import as_list, as_object

KEYS: Final = {
    "tools": "name",
    "prompts": "name",
    "resources": "uri",
    "resource_templates": "uriTemplate",
}
"""The lists of a surface, and what their items are called by."""
SPELLED: Final = {"resourceTemplates": "resource_templates"}
INFO: Final = "info"
"""The member that tells a contract from what is read here."""
NOT_THERE: Final = "the file does not have it"


def is_listing(value: Json) -> bool:
    """Whether this is what a server listed, and no contract."""
    if isinstance(value, list):
        return True
    members = as_object(value)
    held = {SPELLED.get(name, name) for name in (*members, *as_object(members.get("result")))}
    return INFO not in members and not held.isdisjoint(KEYS)


def surface_of_listing(value: Json) -> tuple[Surface, Revision | None]:
    """Return what is listed, and the revision that it says to be of.

    Raises:
        ValueError: something in a list has no name, or one that another has.
    """
    members = {"tools": value} if isinstance(value, list) else as_object(value)
    members = {**members, **as_object(members.get("result"))}
    lists = {SPELLED.get(name, name): held for name, held in members.items()}
    if "capabilities" not in members:
        lists.setdefault("capabilities", None)
    unread = dict.fromkeys(
        (part for part in (*KEYS, "capabilities") if lists.get(part) is None), NOT_THERE
    )
    instructions = members.get("instructions")
    named = {part: _by_key(part, key, lists.get(part)) for part, key in KEYS.items()}
    surface = Surface(
        info=server_info(members),
        instructions=instructions if isinstance(instructions, str) else None,
        capabilities=as_object(members.get("capabilities")),
        tools=named["tools"],
        prompts=named["prompts"],
        resources=named["resources"],
        resource_templates=named["resource_templates"],
        unread=unread,
    )
    return surface, published(members.get("protocolVersion"))


def _by_key(part: str, key: str, held: Json) -> dict[str, JsonObject]:
    named: dict[str, JsonObject] = {}
    for number, item in enumerate(as_list(held)):
        name = as_object(item).get(key)
        if not isinstance(name, str) or not name:
            raise ValueError(f"/{part}/{number}: expected an object with `{key}`: {shown(item)}")
        if name in named:
            raise ValueError(f"/{part}/{number}: there is another one with the {key} {name!r}")
        named[name] = as_object(item)
    return named
