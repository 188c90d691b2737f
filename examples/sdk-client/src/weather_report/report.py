"""Ask for all cities at once; ask again where the server was slow."""

import anyio
from mcp import Client, MCPError
from mcp.types import REQUEST_TIMEOUT

TOOL = "get_weather"


class NoWeatherServerError(Exception):
    """The server does not offer what is needed."""


async def report(
    url: str, cities: list[str], *, patience: float = 5.0, attempts: int = 3
) -> dict[str, str]:
    """Return what the server says of each city, or why it says nothing.

    Args:
        url: of an MCP server that speaks Streamable HTTP.
        cities: what to ask for.
        patience: seconds to wait for one answer.
        attempts: how often to ask a server that does not answer in time.

    Raises:
        NoWeatherServerError: it has no such tool.
    """
    said: dict[str, str] = {}

    async def ask(client: Client, city: str) -> None:
        said[city] = await _ask(client, city, patience, attempts)

    async with Client(url) as client:
        offered = TOOL in await _tools(client)
        if offered:
            async with anyio.create_task_group() as tasks:
                for city in cities:
                    tasks.start_soon(ask, client, city)
    if not offered:  # raised within the block it would come out as an exception group
        raise NoWeatherServerError(f"{url} has no tool {TOOL}")
    return {city: said[city] for city in cities}


async def _tools(client: Client) -> set[str]:
    page = await client.list_tools()
    names = {tool.name for tool in page.tools}
    while page.next_cursor is not None:
        page = await client.list_tools(cursor=page.next_cursor)
        names |= {tool.name for tool in page.tools}
    return names


async def _ask(client: Client, city: str, patience: float, attempts: int) -> str:
    for attempt in range(1, attempts + 1):
        try:
            answer = await client.call_tool(TOOL, {"city": city}, read_timeout_seconds=patience)
        except MCPError as error:
            if error.code != REQUEST_TIMEOUT:
                return f"unknown ({error.message})"
            await anyio.sleep(0.01 * 2**attempt)
            continue
        text = answer.content[0].text
        return f"unknown ({text})" if answer.is_error else text
    return f"unknown (no answer, asked {attempts} times)"
