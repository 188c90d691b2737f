"""What is listed, by name, and in one form whatever the dialect."""

from collections.abc import Iterable, Mapping
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.rest_schema import in_draft_07
from mcp_proof_contracts.wire import quote

PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "tools/list": ("tools", "name"),
    "resources/list": ("resources", "uri"),
    "resources/templates/list": ("resource_templates", "uriTemplate"),
    "prompts/list": ("prompts", "name"),
}
"""What a list is called in a surface, and the member that tells its items apart."""
DEEPEST: Final = 100
"""Levels within what is listed: far deeper ones are more than readers, also of files, can bear."""
MOST_REASONS: Final = 3
SCHEMAS: Final = {"input_schema": "inputSchema", "output_schema": "outputSchema"}
"""Members of tools that some dialects write with underscores."""


def by_name(items: Iterable[JsonObject], key: str) -> tuple[dict[str, JsonObject], str]:
    """Return what is listed by the member that names it, and why that is not all, if so."""
    named: dict[str, JsonObject] = {}
    reasons: list[str] = []
    for item in items:
        name = item.get(key)
        if _is_deep(item):
            reasons.append(f"it lists something nested deeper than {DEEPEST} levels")
        elif not isinstance(name, str) or not name:
            reasons.append(f"it lists something without `{key}`: {quote(item)}")
        elif named.setdefault(name, item) != item:
            reasons.append(f"it lists {quote(name)} twice, and differently")
    return named, "; ".join(reasons[:MOST_REASONS])


def _is_deep(value: Json) -> bool:
    level: list[Json] = [value]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return False
    return True


def _inside(value: Json) -> Iterable[Json]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else ()


def tool_as_in_mcp(tool: JsonObject, *, draft_07: bool = False) -> JsonObject:
    """Return a tool whose schemas have the names of MCP.

    Args:
        tool: a tool, as any dialect lists it.
        draft_07: whether its schemas are of that draft unless they say another.
    """
    named: dict[str, Json] = {
        SCHEMAS.get(name, name): value
        for name, value in tool.items()
        if name not in SCHEMAS or value is not None
    }
    for name in SCHEMAS.values() if draft_07 else ():
        if isinstance(schema := named.get(name), dict):
            named[name] = in_draft_07(schema)
    return named
