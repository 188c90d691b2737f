"""langchain-mcp-adapters as a client: reads a plan, prints what LangChain gets; both are JSON.

Every call opens a session of its own, which is how the adapters work unless told otherwise.
"""

from langchain_mcp_adapters.callbacks import Callbacks
from langchain_mcp_adapters.client import MultiServerMCPClient
from mcp import McpError
from mcp.types import ElicitResult
from plan import PLAN, asked, reporting, run


def connection():
    if PLAN["transport"] != "stdio":
        return {"transport": PLAN["transport"], "url": PLAN["url"]}
    program, *arguments = PLAN["command"]
    return {"transport": "stdio", "command": program, "args": arguments}


async def elicit(_mcp_context, params, _context):
    asked.append(params.message)
    return ElicitResult(action="accept", content={"name": "Ada"})


async def report(done, total, message, context):
    await reporting(context.tool_name)(done, total, message)


async def call(tool, arguments):
    request = {"type": "tool_call", "id": "call", "name": tool.name, "args": arguments}
    try:
        message = await tool.ainvoke(request)
    except McpError as error:
        return {"error": {"code": error.error.code, "message": error.error.message}}
    # LangChain gives each block an id of its own making.
    content = [{key: block[key] for key in block if key != "id"} for block in message.content]
    structured = {} if message.artifact is None else message.artifact["structured_content"]
    return {
        "content": content,
        "isError": message.status == "error",
        **({"structuredContent": structured} if structured else {}),
    }


def plain(blob):
    text = isinstance(blob.data, str)
    return [blob.mimetype, blob.data if text else blob.data.hex()]


async def main():
    client = MultiServerMCPClient(
        {"mock": connection()}, callbacks=Callbacks(on_elicitation=elicit, on_progress=report)
    )
    hello = (await client.get_server_info())["mock"]
    tools = {tool.name: tool for tool in await client.get_tools()}
    return {
        "revision": hello.protocolVersion,
        "server": hello.serverInfo.name,
        "tools": list(tools),
        "calls": {
            name: await call(tools[name], arguments) for name, arguments in PLAN["calls"].items()
        },
        "reads": {
            blob.metadata["uri"]: plain(blob)
            for blob in await client.get_resources(uris=PLAN["reads"])
        },
        "gets": {
            name: [
                [message.type, message.content]
                for message in await client.get_prompt("mock", name, arguments=arguments)
            ]
            for name, arguments in PLAN["gets"].items()
        },
    }


run(main)
