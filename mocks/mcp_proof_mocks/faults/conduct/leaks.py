"""Servers that keep something of every call."""

import os

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.fault import fault


def _left_open(request: JsonObject, reply: JsonObject) -> Json:
    """Open a file for each call, and close none."""
    if request.get("method") == "tools/call":
        os.open(os.devnull, os.O_RDONLY)
    return reply


fault("conduct-calls-leave-nothing", reply=_left_open)
