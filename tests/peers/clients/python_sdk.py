"""What the drivers of both majors of the official Python SDK have in common."""

from mcp import types
from plan import PLAN, asked, each


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


USER = {
    "elicitation_callback": elicit,
    "sampling_callback": sample,
    "list_roots_callback": roots,
}


def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


async def names(ask, at, member, name):
    """Return the names on all pages of a list."""
    found, cursor = [], None
    while True:
        page = plain(await ask(**at(cursor)))
        found += [item[name] for item in page[member]]
        cursor = page.get("nextCursor")
        if cursor is None:
            return found


async def done(client, call, *, at, uri):
    """Do what the plan says; `at` makes the options for a page, `uri` makes a URI."""
    templates = client.list_resource_templates

    async def get(name, arguments):
        return plain(await client.get_prompt(name, arguments))

    return {
        "tools": await names(client.list_tools, at, "tools", "name"),
        "resources": await names(client.list_resources, at, "resources", "uri"),
        "templates": await names(templates, at, "resourceTemplates", "uriTemplate"),
        "prompts": await names(client.list_prompts, at, "prompts", "name"),
        "calls": await each("calls", call),
        "reads": {read: plain(await client.read_resource(uri(read))) for read in PLAN["reads"]},
        "gets": await each("gets", get),
    }
