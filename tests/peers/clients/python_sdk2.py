"""The official Python SDK 2.x as a client: reads a plan, prints what it saw; both are JSON."""

import asyncio
import json
import sys

import mcp_types as types
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.sse import sse_client

PLAN = json.load(sys.stdin)
asked, progress = [], {}


def server():
    if PLAN["transport"] == "http":
        return PLAN["url"]
    if PLAN["transport"] == "sse":
        return sse_client(PLAN["url"])
    program, *arguments = PLAN["command"]
    return StdioServerParameters(command=program, args=arguments)


async def elicit(_context, params):
    asked.append(params.message)
    return types.ElicitResult(action="accept", content={"name": "Ada"})


async def sample(_context, params):
    asked.append(params.messages[0].content.text)
    text = types.TextContent(text="Something.")
    return types.CreateMessageResult(role="assistant", content=text, model="scripted")


async def roots(_context):
    asked.append("roots")
    return types.ListRootsResult(roots=[types.Root(uri="file:///project")])


async def pages(ask, member):
    items, cursor = [], None
    while True:
        page = await ask(cursor=cursor)
        items += getattr(page, member)
        cursor = page.next_cursor
        if cursor is None:
            return items


def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


async def call(client, name, arguments):
    async def report(done, total, _message):
        progress.setdefault(name, []).append([done, total])

    try:
        return plain(await client.call_tool(name, arguments, progress_callback=report))
    except MCPError as error:
        return {"error": {"code": error.code, "message": error.message}}


async def main():
    async with Client(
        server(),
        mode=PLAN["mode"],
        elicitation_callback=elicit,
        sampling_callback=sample,
        list_roots_callback=roots,
    ) as client:
        return {
            "revision": client.protocol_version,
            "server": client.server_info.name,
            "tools": [tool.name for tool in await pages(client.list_tools, "tools")],
            "resources": [
                resource.uri for resource in await pages(client.list_resources, "resources")
            ],
            "templates": [
                template.uri_template
                for template in await pages(client.list_resource_templates, "resource_templates")
            ],
            "prompts": [prompt.name for prompt in await pages(client.list_prompts, "prompts")],
            "calls": {
                name: await call(client, name, arguments)
                for name, arguments in PLAN["calls"].items()
            },
            "reads": {uri: plain(await client.read_resource(uri)) for uri in PLAN["reads"]},
            "gets": {
                name: plain(await client.get_prompt(name, arguments))
                for name, arguments in PLAN["gets"].items()
            },
            "asked": asked,
            "progress": progress,
        }


json.dump(asyncio.run(main()), sys.stdout)
