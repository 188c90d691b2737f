"""fastmcp 4 as a client: reads a plan, prints what it saw; both are JSON."""

from functools import partial

from fastmcp import Client
from fastmcp.client.transports import SSETransport, StdioTransport, StreamableHttpTransport
from mcp import MCPError
from plan import PLAN, asked, each, reporting, run, transport
from pydantic_core import to_jsonable_python


def started(program, arguments):
    return StdioTransport(program, arguments, keep_alive=False)


async def elicit(message, _response_type, _params, _context):
    asked.append(message)
    return {"name": "Ada"}


async def sample(messages, _params, _context):
    asked.append(messages[0].content.text)
    return "Something."


async def roots(_context):
    asked.append("roots")
    return ["file:///project"]


def plain(value):
    return to_jsonable_python(value, by_alias=True, exclude_none=True)


async def call(client, name, arguments):
    try:
        result = await client.call_tool(
            name, arguments, progress_handler=reporting(name), raise_on_error=False
        )
    except MCPError as error:
        return {"error": {"code": error.code, "message": error.message}}
    structured = result.structured_content
    return {
        "content": plain(result.content),
        "isError": result.is_error,
        **({} if structured is None else {"structuredContent": structured}),
    }


async def get(client, name, arguments):
    return plain(await client.get_prompt(name, arguments))


async def main():
    async with Client(
        transport(http=StreamableHttpTransport, sse=SSETransport, stdio=started),
        mode=PLAN["mode"],
        elicitation_handler=elicit,
        sampling_handler=sample,
        roots=roots,
    ) as client:
        return {
            "revision": client.protocol_version,
            "server": client.server_info.name,
            "tools": [tool.name for tool in await client.list_tools()],
            "resources": [resource.uri for resource in await client.list_resources()],
            "templates": [
                template.uri_template for template in await client.list_resource_templates()
            ],
            "prompts": [prompt.name for prompt in await client.list_prompts()],
            "calls": await each("calls", partial(call, client)),
            "reads": {
                uri: {"contents": plain(await client.read_resource(uri))} for uri in PLAN["reads"]
            },
            "gets": await each("gets", partial(get, client)),
        }


run(main)
