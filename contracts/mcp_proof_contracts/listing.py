"""How things are listed at each revision: without the members that it does not know."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.contract import Tool
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object

SINCE: Final[Mapping[str, Revision]] = {
    "annotations": Revision.R2025_03_26,
    "outputSchema": Revision.R2025_06_18,
    "title": Revision.R2025_06_18,
    "_meta": Revision.R2025_06_18,
    "icons": Revision.R2025_11_25,
}
"""The members of tools, resources and prompts that an earlier revision does not have."""
RESOURCE_SINCE: Final[Mapping[str, Revision]] = {**SINCE, "annotations": Revision.R2024_11_05}
WITH_EXECUTION: Final = Revision.R2025_11_25
"""The one revision whose tools say how they run (`execution`)."""


def listed(
    item: JsonObject, revision: Revision, since: Mapping[str, Revision] = SINCE
) -> JsonObject:
    """Return `item` as a server lists it at this revision."""
    return {name: v for name, v in item.items() if revision >= since.get(name, revision)}


def listed_tool(tool: Tool, revision: Revision) -> JsonObject:
    """Return a tool as a server lists it at this revision."""
    shown = {name: value for name, value in tool.listed.items() if name != "execution"}
    if revision == WITH_EXECUTION and tool.task != "forbidden":
        shown["execution"] = {**as_object(tool.listed.get("execution")), "taskSupport": tool.task}
    return listed(shown, revision)


def introduced(info: JsonObject, revision: Revision) -> JsonObject:
    """Return a server's name and version as it tells them at this revision."""
    if revision >= Revision.R2025_11_25:
        return info
    known = {"name", "version", *(("title",) if revision >= Revision.R2025_06_18 else ())}
    return {name: value for name, value in info.items() if name in known}
