"""Where a server of the REST form is asked."""

from typing import Final

DISCOVER: Final = "/mcp/discover"
EXECUTE: Final = "/mcp/execute"
HEALTH: Final = "/health"
