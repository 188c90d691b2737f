"""The official Python SDK 2.x as a client: reads a plan, prints what it saw; both are JSON."""

from mcp import Client, MCPError, StdioServerParameters
from mcp.client.sse import sse_client
from plan import PLAN, reporting, run, transport
from python_sdk import USER, done, plain


def started(program, arguments):
    return StdioServerParameters(command=program, args=arguments)


def at(cursor):
    return {"cursor": cursor}


async def main():
    server = transport(http=str, sse=sse_client, stdio=started)
    async with Client(server, mode=PLAN["mode"], **USER) as client:

        async def call(name, arguments):
            try:
                result = await client.call_tool(name, arguments, progress_callback=reporting(name))
            except MCPError as error:
                return {"error": {"code": error.code, "message": error.message}}
            return plain(result)

        return {
            "revision": client.protocol_version,
            "server": client.server_info.name,
            **await done(client, call, at=at, uri=str),
        }


run(main)
