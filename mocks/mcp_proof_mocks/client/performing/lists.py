"""Lists, page by page."""

from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.client.icons import fetch_icons
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.client.parameter_headers import offered
from mcp_proof_mocks.client.results import handed_on
from mcp_proof_mocks.client.wishes import performs

METHODS: Final = {
    "tools": ("tools/list", "tools"),
    "resources": ("resources/list", "resources"),
    "resource-templates": ("resources/templates/list", "resourceTemplates"),
    "prompts": ("prompts/list", "prompts"),
}
MOST_PAGES: Final = 100
INVENTED: Final = "the-page-after-the-last"


@performs("list")
async def listed(client: MockClient, wish: JsonObject) -> Json:
    """Return all items of a list (utilities/pagination)."""
    method, member = METHODS[str(wish["what"])]
    items: list[Json] = []
    longest = 0
    params: JsonObject = {}
    if method in client.cursors and not client.keeps("page-client-no-cursor-across-sessions"):
        params = {"cursor": client.cursors[method]}
    for _ in range(MOST_PAGES):
        page = await client.request(method, params)
        shown = as_list(page.get(member))
        items += shown
        if len(shown) < longest and not client.keeps("page-client-no-fixed-size"):
            break
        longest = max(longest, len(shown))
        cursor = page.get("nextCursor")
        if cursor is None or (
            cursor == "" and not client.keeps("page-client-empty-cursor-continues")
        ):
            break
        if not client.keeps("page-client-cursor-verbatim"):
            cursor = str(cursor).strip()
        if not client.keeps("page-client-cursor-type"):
            cursor = len(str(cursor))
        client.cursors[method] = cursor
        params = {"cursor": cursor}
    if params and not client.keeps("page-client-missing-cursor-ends"):
        await client.request(method, {"cursor": INVENTED})
    await fetch_icons(client, items)
    if member == "tools":
        items = offered(client, items)
        client.known_tools = {str(tool.get("name")): tool for tool in map(as_object, items)}
        return handed_on(client, items)
    return items
