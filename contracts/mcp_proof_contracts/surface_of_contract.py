"""What clients see of the server that a contract describes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from mcp_proof_contracts.contract import Contract, Tool
from mcp_proof_contracts.contract_members import OUR_MEMBERS
from mcp_proof_contracts.declared_capabilities import declared_capabilities, settled_parts
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.listing import RESOURCE_SINCE, SINCE, introduced, listed, listed_tool
from mcp_proof_contracts.rate_limit_text import rate_limit_text
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.wire import as_object


def surface_of_contract(contract: Contract, at: Revision | None = None) -> Surface:
    """Return what a server of this contract shows.

    Args:
        contract: a contract.
        at: the revision at which it is seen, as a live server is at one; if it is not said, there
            is all that any of the contract's revisions shows.
    """
    if contract.dialect is not Dialect.MCP:
        return _of_other_dialect(contract)
    revisions = contract.revisions if at is None else (at,)
    offer = _Offer(contract, settled_parts(contract))

    def shown(look: Callable[[Revision], JsonObject]) -> JsonObject:
        return reduce(_together, map(look, revisions))

    def item(listing: JsonObject, since: Mapping[str, Revision] = SINCE) -> JsonObject:
        return shown(lambda revision: listed(listing, revision, since))

    return Surface(
        info=shown(lambda revision: introduced(contract.info, revision)),
        revisions=contract.revisions,
        instructions=contract.instructions,
        capabilities=shown(lambda revision: declared_capabilities(offer, revision)),
        tools=_tools(contract, lambda tool: shown(lambda at: listed_tool(tool, at))),
        prompts={each.name: item(each.listed) for each in contract.prompts if each.offered},
        resources={each.uri: item(each.listed, RESOURCE_SINCE) for each in contract.resources},
        resource_templates={
            str(each.listed["uriTemplate"]): item(each.listed, RESOURCE_SINCE)
            for each in contract.resource_templates
        },
        unread=_elsewhere(contract, ("capabilities", "prompts", "resources", "resource_templates")),
    )


def _of_other_dialect(contract: Contract) -> Surface:
    """Servers of the other dialects show their tools; one of them shows resources too."""
    unread = _elsewhere(contract)
    discovers = contract.dialect in (Dialect.REST, Dialect.QUEUE)
    tools = dict(_tools(contract, _discovered if discovers else lambda tool: tool.listed))
    for server in contract.servers:
        if server.contract is not None:
            unread["tools"] = f"the tools of {server.name} stand in a contract of its own"
        for tool in map(as_object, server.tools):
            tools[f"{server.name}:{tool.get('name')}"] = _behind(server.name, tool)
    has_resources = contract.dialect is Dialect.OPENAPI_JSONRPC
    return Surface(
        info={name: contract.info[name] for name in ("name", "version")},
        dialect=contract.dialect,
        tools=tools,
        resources={item.uri: item.listed for item in contract.resources} if has_resources else {},
        unread=unread,
    )


def _discovered(tool: Tool) -> JsonObject:
    """A tool as REST lists it."""
    limit = "" if tool.rate_limit is None else rate_limit_text(tool.rate_limit)
    told: JsonObject = {"rate_limit": limit} if limit else {}
    return {"description": tool.name, **tool.listed, **told}


def _behind(server: str, tool: JsonObject) -> JsonObject:
    """A tool as a gateway shows it, with what only a contract has left out."""
    ours = OUR_MEMBERS["tools"]
    listed = {name: value for name, value in tool.items() if name not in ours}
    return {"inputSchema": {"type": "object"}, **listed, "name": f"{server}:{tool.get('name')}"}


def _tools(contract: Contract, look: Callable[[Tool], JsonObject]) -> Mapping[str, JsonObject]:
    return {tool.name: look(tool) for tool in contract.tools if tool.offered}


def _elsewhere(contract: Contract, parts: Iterable[str] = ()) -> dict[str, str]:
    """What a real server has, which the contract lets answer in its place."""
    if contract.pass_through is None:
        return {}
    return dict.fromkeys(("tools", *parts), "a real server offers more of it (`pass_through`)")


def _together(one: JsonObject, other: JsonObject) -> JsonObject:
    """Return what either says; of what both say differently, what the later one does."""
    both: dict[str, Json] = {**one, **other}
    for name in one.keys() & other.keys():
        before, after = one[name], other[name]
        if before is not after and isinstance(before, Mapping) and isinstance(after, Mapping):
            both[name] = _together(as_object(before), as_object(after))
    return both


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a contract's server has, as long as it does all that it should."""

    contract: Contract
    settled: frozenset[str]

    @property
    def extensions(self) -> JsonObject:
        return self.contract.extensions

    def offers(self, part: str) -> bool:
        match part:
            case "tools":
                return bool(self.contract.tools)
            case "resources":
                return bool(self.contract.resources or self.contract.resource_templates)
            case "prompts":
                return bool(self.contract.prompts)
            case _:
                return part in self.settled

    def announces(self, name: str) -> bool:
        return name in self.contract.announces
