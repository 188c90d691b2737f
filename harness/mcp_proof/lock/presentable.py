"""A surface as it may be shown, written down and compared: no secret, and nothing but text."""

from collections.abc import Mapping
from dataclasses import replace

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.redaction import redacted_value
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.wire import as_object


def presentable(surface: Surface, mask: Mask) -> Surface:
    """Return a surface without secrets, and without halves of characters, which no file can hold.

    A server that repeats what it was given as a secret is known by the same surface to everybody.
    """

    def clean(value: Json) -> JsonObject:
        return as_object(presentable_value(value, mask))

    def items(listed: Mapping[str, JsonObject]) -> dict[str, JsonObject]:
        return {mask(_whole_text(name)): clean(item) for name, item in listed.items()}

    said = surface.instructions
    return replace(
        surface,
        info=clean(surface.info),
        instructions=None if said is None else mask(_whole_text(said)),
        capabilities=clean(surface.capabilities),
        tools=items(surface.tools),
        prompts=items(surface.prompts),
        resources=items(surface.resources),
        resource_templates=items(surface.resource_templates),
        unread={part: mask(_whole_text(why)) for part, why in surface.unread.items()},
    )


def presentable_value(value: Json, mask: Mask) -> Json:
    """Return a value without secrets, and without halves of characters."""
    return redacted_value(_whole(value), mask)


def _whole(value: Json) -> Json:
    if isinstance(value, str):
        return _whole_text(value)
    if isinstance(value, Mapping):
        return {_whole_text(name): _whole(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value


def _whole_text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
