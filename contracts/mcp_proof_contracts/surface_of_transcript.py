"""What a recorded server showed: the lists that it was asked for; the others are not known."""

from dataclasses import replace
from typing import Final

from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.dialects.rest import DISCOVER
from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.listed_items import PARTS, by_name, tool_as_in_mcp
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.opening import server_info
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.transcript import Sender, Transcript
from mcp_proof_contracts.wire import as_list, as_object

UNSHOWN: Final = "the recording does not show it to its end"


def server_reading(transcript: Transcript, spoken: Spoken) -> Reading:
    """Return a reading of what a server answered, also where the client was recorded."""
    header = replace(transcript.header, side=Sender.SERVER)
    return Reading(Transcript(header, transcript.events), spoken)


def surface_of_transcript(transcript: Transcript, spoken: Spoken) -> Surface:
    """Return what the server of a transcript showed.

    Args:
        transcript: any, of a server or of its client.
        spoken: what is spoken in it.
    """
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
        instructions=instructions if isinstance(instructions, str) else None,
        capabilities=reading.capabilities,
        tools=lists["tools"],
        prompts=lists["prompts"],
        resources=lists["resources"],
        resource_templates=lists["resource_templates"],
        unread=unread,
    )


def _of_dialect(reading: Reading, dialect: Dialect) -> Surface:
    if dialect is Dialect.REST:
        found = [each for each in reading.http() if each.path == DISCOVER and each.method == "GET"]
        said: JsonObject = as_object(found[-1].response_json) if found else {}
        items, why = _objects(said.get("tools")), "" if "tools" in said else UNSHOWN
        info: JsonObject = {"name": said.get("server_name"), "version": said.get("version")}
    else:
        items, why = _listed(reading, "tools/list", "tools")
        opening = reading.introduction
        info = server_info(opening.result if opening is not None else {})
    is_rest = dialect is Dialect.REST
    tools, other = by_name([tool_as_in_mcp(tool, draft_07=is_rest) for tool in items], "name")
    reason = why or other
    return Surface(
        info=info, dialect=dialect, tools=tools, unread={"tools": reason} if reason else {}
    )


def _listed(reading: Reading, method: str, member: str) -> tuple[list[JsonObject], str]:
    """Return the last list that was given to its end, and why there is none, if so."""
    whole: list[JsonObject] | None = None
    pages: list[JsonObject] = []
    for exchange in reading.exchanges(method):
        if exchange.error_code == METHOD_NOT_FOUND:
            whole = []
        if not exchange.served:
            continue
        if "cursor" not in exchange.sent.message.params:
            pages = []
        pages = [*pages, *_objects(exchange.result.get(member))]
        if not isinstance(exchange.result.get("nextCursor"), str):
            whole = pages
    return (whole, "") if whole is not None else ([], UNSHOWN)


def _objects(value: Json) -> list[JsonObject]:
    return [as_object(item) for item in as_list(value)]
