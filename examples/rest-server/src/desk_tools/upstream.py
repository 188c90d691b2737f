"""The tools of an MCP server, as if they were our own."""

from typing import Any

from mcp import Client, MCPError


class ToolFailedError(Exception):
    """A tool could not do what it was asked for."""


async def upstream_definitions(url: str) -> dict[str, dict[str, Any]]:
    """Return the definitions of the server's tools by name."""
    async with Client(url) as client:
        page = await client.list_tools()
        tools = list(page.tools)
        while page.next_cursor is not None:
            page = await client.list_tools(cursor=page.next_cursor)
            tools += page.tools
    return {
        tool.name: {
            "name": tool.name,
            "description": tool.description or tool.title or tool.name,
            "input_schema": tool.input_schema,
            "output_schema": tool.output_schema,
        }
        for tool in tools
    }


async def call_upstream(url: str, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Call a tool of the server.

    Raises:
        ToolFailedError: the tool, or the server, says that it failed.
    """
    async with Client(url) as client:
        try:
            result = await client.call_tool(name, arguments)
        except MCPError as error:
            failure: str | None = error.message
        else:
            texts = [block.text for block in result.content if block.type == "text"]
            failure = "\n".join(texts) if result.is_error else None
    if failure is not None:
        raise ToolFailedError(f"{name}: {failure}")
    return result.structured_content or {"text": "\n".join(texts)}
