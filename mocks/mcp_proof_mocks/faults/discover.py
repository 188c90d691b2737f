"""Servers that say too little, or the wrong things, about themselves."""

from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import in_results

DISCOVER: Final = "server/discover"


def _discovering(**changed: Json) -> ReplyEdit:
    """Change members of the discover result; `None` leaves one out."""

    def edit(result: dict[str, Json]) -> Json:
        return {name: v for name, v in {**result, **changed}.items() if v is not None}

    return in_results(edit, DISCOVER)


def _without_prompts(result: dict[str, Json]) -> Json:
    capabilities = as_object(result.get("capabilities"))
    declared = {name: value for name, value in capabilities.items() if name != "prompts"}
    return {**result, "capabilities": declared}


fault("discover-implemented")
fault("discover-result-members", reply=_discovering(supportedVersions=None))
fault("discover-lists-used-version", reply=_discovering(supportedVersions=["2025-11-25"]))
fault("discover-server-info-in-meta")
fault("server-info-every-result")
fault("discover-capabilities-match", reply=in_results(_without_prompts, DISCOVER))
