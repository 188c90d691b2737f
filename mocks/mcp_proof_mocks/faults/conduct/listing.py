"""Servers whose list of tools cannot be relied on."""

import itertools

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import fault

_walks = itertools.count()


def _by_popularity(request: JsonObject, reply: JsonObject) -> Json:
    """Put the first two tools the other way round in every other walk."""
    result = as_object(reply.get("result"))
    later_page = "cursor" in as_object(request.get("params"))
    if request.get("method") != "tools/list" or later_page or next(_walks) % 2:
        return reply
    first, second, *rest = [*as_list(result.get("tools")), None, None]
    tools = [tool for tool in (second, first, *rest) if tool is not None]
    return {**reply, "result": {**result, "tools": tools}}


fault("conduct-tools-list-steady", reply=_by_popularity, revision=LATEST_STATEFUL)
