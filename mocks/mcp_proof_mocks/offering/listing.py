"""How things are listed at each revision: without the members that it does not know."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision

SINCE: Final[Mapping[str, Revision]] = {
    "annotations": Revision.R2025_03_26,
    "outputSchema": Revision.R2025_06_18,
    "title": Revision.R2025_06_18,
    "_meta": Revision.R2025_06_18,
    "icons": Revision.R2025_11_25,
}
"""The members of tools, resources and prompts that an earlier revision does not have."""


def listed(
    item: JsonObject, revision: Revision, since: Mapping[str, Revision] = SINCE
) -> JsonObject:
    """Return `item` as a server lists it at this revision."""
    return {name: v for name, v in item.items() if revision >= since.get(name, revision)}
