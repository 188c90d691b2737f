"""A server built on the official Python SDK, over HTTP: `sdk_server.py PORT TRANSPORT [HOST]`.

It runs with the SDK's own interpreter, not with the project's.
"""

import sys
from typing import TypedDict

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.types import ToolAnnotations
from pydantic import BaseModel

READ_ONLY = ToolAnnotations(readOnlyHint=True)
server = MCPServer("sdk-everything", version="1.0.0")


class Weather(TypedDict):
    city: str
    degrees: float


class Name(BaseModel):
    name: str


@server.tool(annotations=READ_ONLY, structured_output=False)
def echo(message: str) -> str:
    """Return the message."""
    return message


@server.tool(annotations=READ_ONLY)
def weather(city: str) -> Weather:
    """Return data."""
    return {"city": city, "degrees": 11.5}


@server.tool(annotations=READ_ONLY, structured_output=False)
async def count(ctx: Context) -> str:
    """Report progress on the way."""
    for step in range(1, 4):
        await ctx.report_progress(step, 3)
    return "three"


@server.tool(annotations=READ_ONLY, structured_output=False)
async def ask(ctx: Context) -> str:
    """Ask the user for a name first."""
    answer = await ctx.elicit("What is your name?", Name)
    return f"hello: {answer.action}"


@server.tool(annotations=READ_ONLY, structured_output=False)
def fail() -> str:
    """Fail."""
    raise ValueError("this tool always fails")


@server.resource("memo://welcome")
def welcome() -> str:
    return "Welcome."


@server.prompt()
def greet(who: str) -> str:
    return f"Greet {who}."


port, transport, *host = sys.argv[1:]
server.run(transport=transport, port=int(port), host=host[0] if host else "127.0.0.1")
