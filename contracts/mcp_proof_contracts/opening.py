"""How a conversation begins, in either era: the request for who the server is, and its result."""

from typing import Final

from mcp_proof_contracts.headers import META_SERVER_INFO
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object

OPENINGS: Final = ("initialize", "server/discover")
"""The requests: of the stateful and of the stateless era."""


def server_info(result: JsonObject) -> JsonObject:
    """Return the server's name and version from the result of either; empty where it has none."""
    meta = as_object(result.get("_meta"))
    return as_object(result.get("serverInfo") or meta.get(META_SERVER_INFO))
