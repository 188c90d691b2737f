"""The document of a contract file for a server that was looked at, or what becomes of one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.contract_members import OUR_MEMBERS
from mcp_proof_contracts.declared_capabilities import LISTED
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.headers import TASKS
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.rate_limit_text import rate_limit_of
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.wire import as_list, as_object

KEYS: Final[Mapping[str, str]] = {
    "tools": "name",
    "resources": "uri",
    "resource_templates": "uriTemplate",
    "prompts": "name",
}
"""The lists of a contract, in order, and the member that tells their items apart."""
ORDER: Final = (
    *("info", "dialect", "instructions", "revisions", "announces", "subscriptions", "logging"),
    *("completions", "extensions", "servers", *KEYS),
)
"""What a lock writes, in the order of a new file."""
IN_ITEMS: Final = (
    *("title", "description", "mimeType", "icons", "annotations", "arguments"),
    *("inputSchema", "outputSchema", "execution"),
)
"""The members of what is listed, in order; others follow by name."""
MADE_UP: Final = "Generated."
ANY_OBJECT: Final[JsonObject] = {"type": "object"}
TEXTUAL: Final = ("text/", "application/json", "application/xml", "application/yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A surface, and what was spoken when it was looked at."""

    surface: Surface
    revision: Revision | None = None
    """Of MCP; `None` for other dialects."""


def locked_document(seen: Seen, old: JsonObject | None = None) -> JsonObject:
    """Return the document of a contract file for a server.

    What a server can list is as the surface has it; all that only a contract file has stays as it
    was: answers, cases, latencies, and members of other purpose. A list that could not be read
    stays too.

    Args:
        seen: the server.
        old: the document so far, if there is one, with the definitions that its tools name.
    """
    before: JsonObject = old or {}
    managed = dict(_members(seen, before))
    unread = {*seen.surface.unread}
    if seen.surface.dialect is Dialect.GATEWAY and "tools" in unread:
        unread.add("servers")
    document: dict[str, Json] = {}
    for name in [*ORDER, *(name for name in before if name not in ORDER)]:
        kept = name not in managed or (name in unread and name in before)
        if (value := before.get(name) if kept else managed[name]) is not None:
            document[name] = value
    return document


def _members(seen: Seen, old: JsonObject) -> Iterator[tuple[str, Json]]:
    """Yield what the surface says of each member; `None` where it is to be left out."""
    surface = seen.surface
    yield "info", _info(surface, as_object(old.get("info")))
    yield "dialect", None if surface.dialect is Dialect.MCP else str(surface.dialect)
    if surface.dialect is Dialect.MCP:
        yield "instructions", surface.instructions
        yield "revisions", _revisions(seen, old)
        if "capabilities" not in surface.unread:
            yield from _declared(surface.capabilities, old)
    if surface.dialect is Dialect.GATEWAY:
        yield "servers", _servers(surface, old)
        return
    for part in KEYS:
        listed: Mapping[str, JsonObject] = getattr(surface, part)
        items = _items(part, listed, as_list(old.get(part)), seen)
        yield part, items if items or part in old else None


def _info(surface: Surface, old: JsonObject) -> JsonObject:
    """Who the server is; in other dialects than MCP it tells no more than name and version."""
    info = surface.info if surface.dialect is Dialect.MCP else {**old, **surface.info}
    named = {name: info.get(name) for name in ("name", "version")}
    known: JsonObject = {
        name: value if isinstance(value, str) else "unknown" for name, value in named.items()
    }
    others = {name: value for name, value in info.items() if name not in known}
    return {**known, **others}


def _revisions(seen: Seen, old: JsonObject) -> Json:
    """All that the server speaks where it says so; otherwise those of the file, and this one."""
    before = [str(each) for each in as_list(old.get("revisions"))]
    if old and not before:
        return None
    known = [str(each) for each in seen.surface.revisions]
    spoken = [] if seen.revision is None else [str(seen.revision)]
    return list[Json](known or sorted({*before, *spoken})) or None


def _declared(capabilities: JsonObject, old: JsonObject) -> Iterator[tuple[str, Json]]:
    """Yield what is declared, where a contract file has a member for it."""

    def flag(name: str, *, has: bool) -> tuple[str, Json]:
        return name, has if has or name in old else None

    listed = {name: as_object(capabilities.get(name)) for name in LISTED}
    announced = [name for name in LISTED if listed[name].get("listChanged") is True]
    same = set(announced) == set(map(str, as_list(old.get("announces"))))
    yield "announces", old.get("announces") if same else list[Json](announced) or None
    yield flag("subscriptions", has=listed["resources"].get("subscribe") is True)
    yield flag("logging", has="logging" in capabilities)
    yield flag("completions", has="completions" in capabilities)
    by_tools = any("task" in as_object(tool) for tool in as_list(old.get("tools")))
    extensions = {
        name: as_object(settings)
        for name, settings in as_object(capabilities.get("extensions")).items()
        if name != TASKS or not by_tools  # which declare it already
    }
    yield "extensions", extensions or None


# Lists


def _items(part: str, listed: Mapping[str, JsonObject], old: JsonArray, seen: Seen) -> list[Json]:
    """Return a list in the order of the old one; what is new stands where its name belongs."""
    key = KEYS[part]
    there = [as_object(item) for item in old]
    kept: list[JsonObject] = [
        item if item.get(key) not in listed else _updated(part, item, listed[str(item[key])], seen)
        for item in there
        if item.get(key) in listed or item.get("offered") is False
    ]
    names = {str(item.get(key)) for item in kept}
    for name in sorted(set(listed) - names):
        new = {**_listing(part, listed[name], seen), **_answers(part, listed[name], seen)}
        _put(kept, new, key)
    return list[Json](kept)


def _put(items: list[JsonObject], new: JsonObject, key: str) -> None:
    """Put an item behind the last one whose name comes before its own."""
    smaller = (n for n, item in enumerate(items, 1) if str(item.get(key)) < str(new[key]))
    items.insert(max(smaller, default=0), new)


def _listing(part: str, item: JsonObject, seen: Seen) -> JsonObject:
    """What a server lists, as a contract file has it, the member that names it first."""
    key = KEYS[part]
    ours = OUR_MEMBERS[part]
    names = [*IN_ITEMS, *sorted({*item} - {*IN_ITEMS, key})]
    members = {name: item[name] for name in names if name in item and name not in ours}
    if members.get("execution") == {"taskSupport": "forbidden"}:
        del members["execution"]  # what it is where nothing is said
    limit = rate_limit_of(item.get("rate_limit")) if seen.revision is None else None
    told: JsonObject = {"rate_limit": {"calls": limit.calls, "per": limit.per}} if limit else {}
    return {key: item[key], **members, **told}


def _updated(part: str, old: JsonObject, listed: JsonObject, seen: Seen) -> JsonObject:
    """Return an item with what the server lists of it now, and all that only the file has."""
    new = _listing(part, listed, seen)
    ours = {name: value for name, value in old.items() if name in OUR_MEMBERS[part]}
    for name, default in _defaults(part, old).items():
        if name not in old and new.get(name) == default:
            new = {each: value for each, value in new.items() if each != name}
    if part == "tools":
        ours = {name: value for name, value in ours.items() if name not in new}
        ours |= _task(old, listed, seen)
        if old.get("answer") == {"generate": True} and "outputSchema" not in new:
            ours |= _answers(part, new, seen)
    return {**new, **ours}


def _defaults(part: str, old: JsonObject) -> JsonObject:
    """What a member is that the file does not have."""
    if part == "tools":
        task = old.get("task", "forbidden")
        return {"inputSchema": ANY_OBJECT, "execution": {"taskSupport": task}}
    if part == "prompts":
        return {}
    return {"name": old[KEYS[part]]}


def _task(old: JsonObject, listed: JsonObject, seen: Seen) -> JsonObject:
    """What `task` is, which goes before the listed `execution`; only 2025-11-25 lists that."""
    if "task" not in old or seen.revision is not Revision.R2025_11_25:
        return {}
    return {"task": as_object(listed.get("execution")).get("taskSupport", "forbidden")}


def _answers(part: str, item: JsonObject, seen: Seen) -> JsonObject:
    """What a mock answers until somebody writes down something better."""
    answers: dict[str, Callable[[], JsonObject]] = {
        "tools": lambda: {"answer": {"text": MADE_UP}},
        "prompts": lambda: {"messages": [_message()]},
        "resources": lambda: _content(item),
        "resource_templates": lambda: _content(item),
    }
    if part == "tools" and seen.surface.dialect is Dialect.CONTEXTFRAME:
        return {}  # the dialect's own tools answer from the documents
    if part == "tools" and isinstance(item.get("outputSchema"), Mapping):
        return {"answer": {"generate": True}}
    return answers[part]()


def _message() -> JsonObject:
    return {"role": "user", "content": {"type": "text", "text": MADE_UP}}


def _content(item: JsonObject) -> JsonObject:
    kind = item.get("mimeType", TEXTUAL[0])
    return {"text": MADE_UP} if str(kind).startswith(TEXTUAL) else {"blob": ""}


# Gateways


def _servers(surface: Surface, old: JsonObject) -> list[Json]:
    """Return the servers behind a gateway, whose tools are listed as `server:tool`."""
    listed: dict[str, dict[str, JsonObject]] = {}
    for tool_id, tool in sorted(surface.tools.items()):
        server, _, name = tool_id.partition(":")
        listed.setdefault(server, {})[name] = {**tool, "name": name}
    servers: list[JsonObject] = []
    for entry in map(as_object, as_list(old.get("servers"))):
        tools = listed.pop(str(entry.get("name")), None)
        if tools is not None and "contract" not in entry:  # else its own file says what it has
            servers.append({**entry, "tools": _behind(tools, as_list(entry.get("tools")))})
        elif tools is not None:
            servers.append(entry)
    for name, tools in listed.items():
        _put(servers, {"name": name, "tools": _behind(tools, [])}, "name")
    return list[Json](servers)


def _behind(tools: Mapping[str, JsonObject], old: JsonArray) -> list[Json]:
    return _items("tools", tools, old, Seen(surface=Surface(dialect=Dialect.GATEWAY)))
