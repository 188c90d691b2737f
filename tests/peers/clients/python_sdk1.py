"""The official Python SDK 1.x as a client: reads a plan, prints what it saw; both are JSON."""

import asyncio
import json
import sys

from mcp import ClientSession, McpError, StdioServerParameters, types
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

PLAN = json.load(sys.stdin)
asked, progress = [], {}


def transport():
    if PLAN["transport"] == "http":
        return streamable_http_client(PLAN["url"])
    if PLAN["transport"] == "sse":
        return sse_client(PLAN["url"])
    program, *arguments = PLAN["command"]
    return stdio_client(StdioServerParameters(command=program, args=arguments))


async def elicit(_context, params):
    asked.append(params.message)
    return types.ElicitResult(action="accept", content={"name": "Ada"})


async def sample(_context, params):
    asked.append(params.messages[0].content.text)
    text = types.TextContent(type="text", text="Something.")
    return types.CreateMessageResult(role="assistant", content=text, model="scripted")


async def roots(_context):
    asked.append("roots")
    return types.ListRootsResult(roots=[types.Root(uri="file:///project")])


async def pages(ask, member):
    items, cursor = [], None
    while True:
        page = await ask(params=types.PaginatedRequestParams(cursor=cursor))
        items += getattr(page, member)
        cursor = page.nextCursor
        if cursor is None:
            return items


def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


async def call(session, name, arguments):
    async def report(done, total, _message):
        progress.setdefault(name, []).append([done, total])

    try:
        return plain(await session.call_tool(name, arguments, progress_callback=report))
    except McpError as error:
        return {"error": plain(error.error)}


async def main():
    async with (
        transport() as (read, write, *_),
        ClientSession(
            read,
            write,
            elicitation_callback=elicit,
            sampling_callback=sample,
            list_roots_callback=roots,
        ) as session,
    ):
        hello = await session.initialize()
        return {
            "revision": hello.protocolVersion,
            "server": hello.serverInfo.name,
            "tools": [tool.name for tool in await pages(session.list_tools, "tools")],
            "resources": [
                str(resource.uri) for resource in await pages(session.list_resources, "resources")
            ],
            "templates": [
                template.uriTemplate
                for template in await pages(session.list_resource_templates, "resourceTemplates")
            ],
            "prompts": [prompt.name for prompt in await pages(session.list_prompts, "prompts")],
            "calls": {
                name: await call(session, name, arguments)
                for name, arguments in PLAN["calls"].items()
            },
            "reads": {
                uri: plain(await session.read_resource(types.AnyUrl(uri))) for uri in PLAN["reads"]
            },
            "gets": {
                name: plain(await session.get_prompt(name, arguments))
                for name, arguments in PLAN["gets"].items()
            },
            "asked": asked,
            "progress": progress,
        }


json.dump(asyncio.run(main()), sys.stdout)
