"""The server of `weather.yaml` on the official Python SDK: `sdk_server.py [sessions] stdio|PORT`.

It runs with the SDK's own interpreter, and logs errors only.
"""

import sys

from mcp.server import MCPServer
from mcp.types import ToolAnnotations

server = MCPServer("weather", version="1.0.0", log_level="ERROR")
TEXT = (
    "Weather in {}: 11.5 degrees, light rain from the west in the morning, clear in the afternoon, "
    "wind from the north with gusts of up to 40 km/h. The night stays clear, with a chance of fog "
    "near the river before sunrise. Tomorrow brings more of the same, and the day after it clears "
    "up again. No warnings."
)


# A coroutine, because the SDK runs plain functions in a thread, which would cost it more.
@server.tool(annotations=ToolAnnotations(readOnlyHint=True), structured_output=False)
async def describe(city: str) -> str:
    """Describe the weather of a city."""
    return TEXT.format(city)


if sys.argv[-1] == "stdio":
    server.run()
else:
    server.run(
        transport="streamable-http",
        port=int(sys.argv[-1]),
        json_response=True,
        stateless_http="sessions" not in sys.argv,
    )
