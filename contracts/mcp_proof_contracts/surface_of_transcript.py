"""What a recorded server showed: the lists that it was asked for; the others are not known."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote

from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.dialects.gateway import SERVERS
from mcp_proof_contracts.dialects.queue import TOOLS
from mcp_proof_contracts.dialects.rest import DISCOVER
from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.listed_items import PARTS, by_name, tool_as_in_mcp
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.opening import server_info
from mcp_proof_contracts.reading import ORDINARY, Reading
from mcp_proof_contracts.reading import spoken as spoken_in
from mcp_proof_contracts.revision import Era, Revision, published
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.transcript import Event, Sender, Transcript
from mcp_proof_contracts.wire import as_list, as_object

_TOOLS_AT: Final = re.compile(
    rf"(?:.*){re.escape(DISCOVER)}|(?:.*){re.escape(SERVERS)}/(?P<server>[^/]+)/tools"
)
"""Where REST servers and gateways list tools."""
UNTOLD: Final = "nothing in the recording tells what was spoken"
UNSHOWN: Final = "the recording does not show it to its end"


def server_side(transcript: Transcript) -> Transcript:
    """Return a transcript as one of its server, also where the client was recorded."""
    if transcript.header.side is Sender.SERVER:
        return transcript
    return Transcript(replace(transcript.header, side=Sender.SERVER), transcript.events)


def server_reading(transcript: Transcript, spoken: Spoken) -> Reading:
    """Return a reading of what a server answered."""
    return Reading(server_side(transcript), spoken)


def surface_of_transcript(transcript: Transcript, spoken: Spoken | None = None) -> Surface:
    """Return what the server of a transcript showed; of a list, what it was at last.

    Args:
        transcript: any, of a server or of its client.
        spoken: what is spoken in it; it is found out where nobody says.
    """
    spoken = spoken or spoken_in(server_side(transcript))
    if spoken is None:
        parts = ("capabilities", *(part for part, _ in PARTS.values()))
        return Surface(dialect=transcript.header.dialect, unread=dict.fromkeys(parts, UNTOLD))
    reading = server_reading(transcript, spoken)
    if isinstance(spoken, Dialect):
        return _of_dialect(reading, spoken)
    opening = reading.introduction
    introduction: JsonObject = opening.result if opening is not None else {}
    unread = {} if opening is not None else {"capabilities": UNSHOWN}
    lists: dict[str, dict[str, JsonObject]] = {}
    for capability, method, member in LISTS:
        part, key = PARTS[method]
        items, why = _listed(reading, method, member)
        if capability not in reading.capabilities and opening is not None and not items:
            items, why = [], ""
        lists[part], other = by_name(items, key)
        if why := why or other:
            unread[part] = f"{method}: {why}"
    instructions = introduction.get("instructions")
    return Surface(
        info=server_info(introduction),
        revisions=_revisions(introduction),
        instructions=instructions if isinstance(instructions, str) else None,
        capabilities=reading.capabilities,
        tools=lists["tools"],
        prompts=lists["prompts"],
        resources=lists["resources"],
        resource_templates=lists["resource_templates"],
        unread=unread,
    )


def _revisions(introduction: JsonObject) -> tuple[Revision, ...]:
    """All revisions, where the server names them; one that names none of an era may speak some."""
    named = {published(each) for each in as_list(introduction.get("supportedVersions"))}
    known = sorted(each for each in named if each is not None)
    return tuple(known) if {each.era for each in known} == {*Era} else ()


def evidence(reading: Reading, methods: Sequence[str]) -> list[Event]:
    """Return what these methods were last answered with a result; otherwise where tools stood."""
    asked = [
        [each for each in reading.exchanges(method) if each.served and each.probe in ORDINARY]
        for method in methods
    ]
    found = [event for exchanges in asked if exchanges for event in exchanges[-1].evidence]
    if found or reading.spoken not in (Dialect.REST, Dialect.GATEWAY, Dialect.QUEUE):
        return found
    if reading.spoken is Dialect.QUEUE:
        return _in_redis(reading)[-1:]
    return [event for each in [*_gets(reading, _TOOLS_AT)][-1:] for event in each.evidence]


def _of_dialect(reading: Reading, dialect: Dialect) -> Surface:
    info: JsonObject = {}
    match dialect:
        case Dialect.REST | Dialect.QUEUE:
            said, why = _in_document(reading, dialect)
            items = _objects(said.get("tools"))
            info = {"name": said.get("server_name"), "version": said.get("version")}
        case Dialect.GATEWAY:
            items, why = _behind(reading)
        case _:
            items, why = _listed(reading, "tools/list", "tools")
            opening = reading.introduction
            info = server_info(opening.result if opening is not None else {})
    is_rest = dialect is Dialect.REST
    tools, other = by_name([tool_as_in_mcp(tool, draft_07=is_rest) for tool in items], "name")
    unread = {"tools": why or other}
    resources: dict[str, JsonObject] = {}
    if dialect is Dialect.OPENAPI_JSONRPC:
        found, lacking = _listed(reading, "resources/list", "resources")
        resources, unnamed = by_name(found, "uri")
        unread["resources"] = lacking or unnamed
    return Surface(
        info=info,
        dialect=dialect,
        tools=tools,
        resources=resources,
        unread={part: reason for part, reason in unread.items() if reason},
    )


def _in_document(reading: Reading, dialect: Dialect) -> tuple[JsonObject, str]:
    """Return the last document that lists tools, and why there is none, if so."""
    if dialect is Dialect.REST:
        found = [each.response_json for each in _gets(reading, _TOOLS_AT)]
    else:
        found = [e.message.value for e in _in_redis(reading) if e.message is not None]
    if not found:
        return {}, UNSHOWN
    return (as_object(found[-1]) or {"tools": found[-1]}), ""


def _behind(reading: Reading) -> tuple[list[JsonObject], str]:
    """Return the tools of the servers behind a gateway, named `server:tool`."""
    tools: dict[str, list[JsonObject]] = {}
    for each in _gets(reading, _TOOLS_AT):
        at = _TOOLS_AT.fullmatch(each.path)
        server = unquote(at["server"] or "") if at is not None else ""
        if server:
            listed = _objects(as_object(each.response_json).get("tools"))
            tools[server] = [{**tool, "name": f"{server}:{tool.get('name')}"} for tool in listed]
    whole = [tool for listed in tools.values() for tool in listed]
    return (whole, "") if tools else ([], UNSHOWN)


def _gets(reading: Reading, path: re.Pattern[str]) -> Iterator[HttpExchange]:
    return (
        each
        for each in reading.http()
        if each.method == "GET" and each.probe in ORDINARY and path.fullmatch(each.path)
        if each.status == HTTPStatus.OK
    )


def _in_redis(reading: Reading) -> list[Event]:
    events = reading.transcript.events
    return [e for e in events if e.channel == TOOLS and e.sender is Sender.SERVER]


def _listed(reading: Reading, method: str, member: str) -> tuple[list[JsonObject], str]:
    """Return the last list that was given to its end, and why there is none, if so."""
    whole: list[JsonObject] | None = None
    pages: list[JsonObject] = []
    why = UNSHOWN
    for exchange in reading.exchanges(method):
        if exchange.probe not in ORDINARY:
            continue
        if exchange.error_code == METHOD_NOT_FOUND:
            whole = []
        if not exchange.served:
            continue
        if "cursor" not in exchange.sent.message.params:
            pages = []
        held = exchange.result.get(member)
        if not isinstance(held, list):
            why = f"it is answered without a list `{member}`"
            continue
        pages = [*pages, *_objects(held)]
        if not isinstance(exchange.result.get("nextCursor"), str):
            whole = pages
    return (whole, "") if whole is not None else ([], why)


def _objects(value: Json) -> list[JsonObject]:
    return [as_object(item) for item in as_list(value)]
