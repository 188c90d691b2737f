"""Servers that say too little, or the wrong things, about themselves."""

from collections.abc import Mapping

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import ReplyEdit, fault


def discovering(**changed: Json) -> ReplyEdit:
    """Return an edit that changes members of the discover result; `None` leaves one out."""

    def edit(request: JsonObject, reply: JsonObject) -> Json:
        if request.get("method") != "server/discover" or "result" not in reply:
            return reply
        result = {**as_object(reply["result"]), **changed}
        return {**reply, "result": {name: v for name, v in result.items() if v is not None}}

    return edit


def _without_prompts(request: JsonObject, reply: JsonObject) -> Json:
    result = reply.get("result")
    if request.get("method") != "server/discover" or not isinstance(result, Mapping):
        return reply
    capabilities = as_object(result.get("capabilities"))
    declared = {name: value for name, value in capabilities.items() if name != "prompts"}
    return {**reply, "result": {**result, "capabilities": declared}}


fault("discover-implemented")
fault("discover-result-members", reply=discovering(supportedVersions=None))
fault("discover-lists-used-version", reply=discovering(supportedVersions=["2025-11-25"]))
fault("discover-server-info-in-meta")
fault("server-info-every-result")
fault("discover-capabilities-match", reply=_without_prompts)
