"""The official Python SDK 1.x as a client: reads a plan, prints what it saw; both are JSON."""

from mcp import ClientSession, McpError, StdioServerParameters, types
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from plan import reporting, run, transport
from python_sdk import USER, done, plain


def started(program, arguments):
    return stdio_client(StdioServerParameters(command=program, args=arguments))


def at(cursor):
    return {"params": types.PaginatedRequestParams(cursor=cursor)}


async def main():
    streams = transport(http=streamable_http_client, sse=sse_client, stdio=started)
    async with streams as (read, write, *_), ClientSession(read, write, **USER) as session:

        async def call(name, arguments):
            try:
                result = await session.call_tool(name, arguments, progress_callback=reporting(name))
            except McpError as error:
                return {"error": plain(error.error)}
            return plain(result)

        hello = await session.initialize()
        return {
            "revision": hello.protocolVersion,
            "server": hello.serverInfo.name,
            **await done(session, call, at=at, uri=types.AnyUrl),
        }


run(main)
