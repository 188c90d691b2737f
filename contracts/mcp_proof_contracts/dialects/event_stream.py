"""The stream of server-sent events about what is executed."""

from typing import Final

from mcp_proof_contracts.dialect import Dialect

STREAM: Final = "/mcp/stream"
STREAMING: Final = (Dialect.WEBSOCKET, Dialect.OPENAPI_JSONRPC)
"""The dialects that may have it."""
