"""What a live server shows: asked for each list to its end, and why where it does not give one."""

from http import HTTPStatus
from typing import cast

from mcp_proof.dialects.gateway import MAX_SERVERS, GatewayServer, at
from mcp_proof.dialects.json_rpc import JsonRpcServer
from mcp_proof.dialects.over_http import HttpAnswer
from mcp_proof.dialects.rest import RestServer
from mcp_proof.driver import Driver
from mcp_proof.lock.listing import Listing, Page, walked
from mcp_proof.lock.presentable import presentable
from mcp_proof.targets import CassetteTarget
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.queue import TOOLS, tools_in
from mcp_proof_contracts.dialects.rest import DISCOVER
from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.listed_items import PARTS, by_name, tool_as_in_mcp
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.opening import server_info
from mcp_proof_contracts.revision import Era, Revision, published
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.surface_of_transcript import surface_of_transcript
from mcp_proof_contracts.wire import as_list, as_object


async def surface_of_server(server: ToolServer) -> Surface:
    """Ask a server for all that it shows.

    Tools of any dialect have the names of MCP for their schemas; those of REST name their draft.
    `unread` has the parts that are not known, or not to their end. Revisions are known only where
    `server/discover` names some of either era: `initialize` tells of none but the one agreed on.

    Raises:
        PeerError: the server is gone, and cannot be brought back.
    """
    if isinstance(server.target, CassetteTarget):
        shown = surface_of_transcript(server.target.transcript, server.spoken)
    elif isinstance(server, Driver):
        shown = await _of_mcp(server)
    else:
        shown = await _of_dialect(server)
    return presentable(shown, server.recorder.mask)


async def _of_dialect(server: ToolServer) -> Surface:
    tools, resources = await _tools(server), await _resources(server)
    named, why = by_name(tools.items, "name")
    by_uri, lacking = by_name(resources.items, "uri")
    unread = {"tools": why or tools.why, "resources": lacking or resources.why}
    return Surface(
        info=server_info(server.introduction),
        dialect=cast("Dialect", server.spoken),
        tools=named,
        resources=by_uri,
        unread={part: reason for part, reason in unread.items() if reason},
    )


# MCP


async def _of_mcp(driver: Driver) -> Surface:
    declared = (await driver.session()).capabilities
    lists: dict[str, dict[str, JsonObject]] = {}
    unread: dict[str, str] = {}
    for capability, method, member in LISTS:
        part, key = PARTS[method]
        listing = await _listed(driver, method, member) if capability in declared else Listing()
        lists[part], why = by_name(listing.items, key)
        if why := why or listing.why:
            unread[part] = f"{method}: {why}"
    said = driver.introduction
    if not said:
        unread["capabilities"] = "the server did not introduce itself"
    instructions = said.get("instructions")
    return Surface(
        info=server_info(said),
        revisions=_revisions(driver),
        instructions=instructions if isinstance(instructions, str) else None,
        capabilities=declared,
        tools=lists["tools"],
        prompts=lists["prompts"],
        resources=lists["resources"],
        resource_templates=lists["resource_templates"],
        unread=unread,
    )


def _revisions(driver: Driver) -> tuple[Revision, ...]:
    """All revisions, where the server names them; one that names none of an era may speak some."""
    named = map(published, as_list(driver.introduction.get("supportedVersions")))
    known = {driver.revision, *(each for each in named if each is not None)}
    return tuple(sorted(known)) if {each.era for each in known} == {*Era} else ()


async def _listed(driver: Driver, method: str, member: str) -> Listing:
    async def ask(params: JsonObject) -> Page:
        answer = await (await driver.session()).request(method, params or None)
        error = answer.message.error_code if answer.message is not None else None
        why = answer.why
        if answer.result is None and answer.message is not None:
            said = excerpt(str(answer.message.error.get("message")))
            why = f"it is answered by the error {error}: {said}"
        return Page(answer.result, why, missing=error == METHOD_NOT_FOUND)

    return await walked(ask, member)


# Other dialects


async def _tools(server: ToolServer) -> Listing:
    if isinstance(server, RestServer):
        listing = _in_answer(await server.request("GET", DISCOVER), "tools")
        return _as_in_mcp(listing, draft_07=True)
    if isinstance(server, GatewayServer):
        return _as_in_mcp(await _behind(server))
    if isinstance(server, JsonRpcServer):
        return _as_in_mcp(await _asked(server, "tools/list", "tools"))
    return _as_in_mcp(await _in_redis(server))


async def _resources(server: ToolServer) -> Listing:
    if server.spoken is Dialect.OPENAPI_JSONRPC and isinstance(server, JsonRpcServer):
        return await _asked(server, "resources/list", "resources")
    return Listing()


async def _asked(server: JsonRpcServer, method: str, member: str) -> Listing:
    async def ask(params: JsonObject) -> Page:
        answer = await server.rpc(method, params)
        failure = answer.failure
        if failure is None:
            return Page(as_object(answer.result))
        status = f" (status {failure.status})" if failure.status else ""
        said = f"{method} is not answered by a result: {excerpt(failure.text)}{status}"
        return Page(None, said, missing=failure.code == METHOD_NOT_FOUND)

    return await walked(ask, member)


def _in_answer(answer: HttpAnswer, member: str) -> Listing:
    held = answer.members.get(member)
    if answer.status == HTTPStatus.OK and isinstance(held, list):
        return Listing(tuple(map(as_object, held)))
    what = answer.why or f"status {answer.status}"
    return Listing(why=f"the answer has no list `{member}` ({what})")


async def _behind(gateway: GatewayServer) -> Listing:
    """The tools of all servers behind a gateway, each named `server:tool`."""
    servers = _in_answer(await gateway.request("GET", gateway.ENDPOINTS[0]), "servers")
    names = [name for each in servers.items if isinstance(name := each.get("name"), str) and name]
    tools: list[JsonObject] = []
    why = servers.why
    for name in dict.fromkeys(names[:MAX_SERVERS]):
        listing = _in_answer(await gateway.request("GET", at(name, "tools")), "tools")
        why = why or (listing.why and f"{excerpt(name)}: {listing.why}")
        tools += [{**tool, "name": f"{name}:{tool.get('name')}"} for tool in listing.items]
    if len(names) > MAX_SERVERS:
        why = why or f"there are more than {MAX_SERVERS} servers behind it"
    return Listing(tuple(tools), why)


async def _in_redis(server: ToolServer) -> Listing:
    from mcp_proof.dialects.queue import QueueServer  # noqa: PLC0415  # needs what an extra brings

    assert isinstance(server, QueueServer)
    document = await server.connection.look(TOOLS)
    if document is None:
        return Listing(why=f"nothing stands under {TOOLS}")
    return Listing(tuple(tools_in(document)))


def _as_in_mcp(listing: Listing, *, draft_07: bool = False) -> Listing:
    """Name the schemas of tools as MCP does."""
    tools = (tool_as_in_mcp(tool, draft_07=draft_07) for tool in listing.items)
    return Listing(tuple(tools), listing.why)
