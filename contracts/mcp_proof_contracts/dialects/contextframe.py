"""What a ContextFrame server speaks, where it is asked for which tools, how operations end."""

from typing import Final

PROTOCOL: Final = "0.1.0"
"""The version that `initialize` has."""
ENDPOINT: Final = "/mcp/v1/jsonrpc"
HEALTH: Final = "/health"
SUBSCRIBE: Final = "/mcp/v1/sse/subscribe"
"""The stream of changes of the dataset."""
PROGRESS: Final = "/mcp/v1/sse/progress/"
"""What the streams of operations have before the operation's id."""
ENDED: Final = ("completed", "failed", "cancelled")
"""The statuses after which an operation makes no more progress."""
SEARCH: Final = "search_documents"
GET: Final = "get_document"
GET_MANY: Final = "batch_get_documents"
