"""The dialects: how a server lists and calls tools that does not do it as MCP has it.

What each has on the wire is stated in docs/dialects, a page for each; their rules cite it.
"""

from enum import StrEnum
from typing import Final, TypeAlias

from mcp_proof_contracts.revision import Revision


class Dialect(StrEnum):
    """What a server speaks: MCP at one of its revisions, or another protocol for tools."""

    MCP = "mcp"
    REST = "rest"
    """`GET /mcp/discover` and `POST /mcp/execute`."""
    CONTEXTFRAME = "contextframe"
    """JSON-RPC at `/mcp/v1/jsonrpc`, whose results are bare objects."""
    OPENAPI_JSONRPC = "openapi-jsonrpc"
    """JSON-RPC at `/mcp`, described by an OpenAPI document."""
    WEBSOCKET = "websocket"
    """JSON-RPC over one WebSocket."""
    GATEWAY = "gateway"
    """One address for many servers, which are registered at `/servers`."""
    QUEUE = "queue"
    """Requests and results in lists of Redis."""


Spoken: TypeAlias = Revision | Dialect
"""What a run is about: a revision of MCP, or another dialect. Either prints as its name."""

DIALECTS: Final = tuple(Dialect)
MCP_ONLY: Final = (Dialect.MCP,)
JSON_RPC: Final = (Dialect.CONTEXTFRAME, Dialect.OPENAPI_JSONRPC, Dialect.WEBSOCKET)
"""The dialects besides MCP whose messages are those of JSON-RPC 2.0."""
EVERY_JSON_RPC: Final = (Dialect.MCP, *JSON_RPC)


def dialect_of(spoken: Spoken) -> Dialect:
    """Return the dialect: that of a revision is MCP."""
    return spoken if isinstance(spoken, Dialect) else Dialect.MCP
