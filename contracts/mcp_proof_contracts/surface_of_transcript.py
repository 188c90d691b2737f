"""What a recording shows of a server: the lists that were asked for, and what it said of itself."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.dialect import Dialect, dialect_of
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.opening import OPENINGS, server_info
from mcp_proof_contracts.reading import Reading, spoken
from mcp_proof_contracts.revision import Era, Revision, published
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.transcript import Transcript
from mcp_proof_contracts.wire import as_list, as_object

PARTS: Final = {
    "tools": ("tools", "name"),
    "resources": ("resources", "uri"),
    "resourceTemplates": ("resource_templates", "uriTemplate"),
    "prompts": ("prompts", "name"),
}
"""What a list is called in a surface, and what its items are called by."""
NOT_ASKED: Final = "nobody asked for it in the recording"
NOT_WHOLE: Final = "the recording does not have it to its end"
SAID_NOTHING: Final = "the recording has nothing that the server said of itself"


def surface_of_transcript(transcript: Transcript) -> Surface:
    """Return what a recording shows of its server; `unread` has what it does not show.

    Where a list was asked for several times, the last answers count.
    """
    at = spoken(transcript)
    if at is None:
        return Surface(
            dialect=transcript.header.dialect,
            unread=dict.fromkeys(
                ("capabilities", *(part for part, _ in PARTS.values())), NOT_ASKED
            ),
        )
    reading = Reading(transcript, at)
    introduction = _introduction(reading)
    declared = as_object(introduction.get("capabilities"))
    read: dict[str, dict[str, JsonObject]] = {}
    unread: dict[str, str] = {} if introduction or at in Dialect else {"capabilities": SAID_NOTHING}
    for capability, method, member in LISTS:
        part, key = PARTS[member]
        read[part], why = _listed(reading, method, member, key)
        if why and (capability in declared or not introduction):
            unread[part] = why
    if dialect_of(at) is not Dialect.MCP:
        unread = {"tools": unread["tools"]} if "tools" in unread else {}
    instructions = introduction.get("instructions")
    return Surface(
        info=server_info(introduction),
        dialect=dialect_of(at),
        revisions=_revisions(introduction),
        instructions=instructions if isinstance(instructions, str) else None,
        capabilities=declared,
        tools=read["tools"],
        prompts=read["prompts"],
        resources=read["resources"],
        resource_templates=read["resource_templates"],
        unread=unread,
    )


def _introduction(reading: Reading) -> JsonObject:
    """The last result by which the server introduced itself; empty where there is none."""
    results = [each.result for name in OPENINGS for each in _good(reading, name)]
    return results[-1] if results else {}


def _revisions(introduction: JsonObject) -> tuple[Revision, ...]:
    """All revisions, where the server names them; one that names none of an era may speak some."""
    named = {published(each) for each in as_list(introduction.get("supportedVersions"))}
    known = sorted(each for each in named if each is not None)
    return tuple(known) if {each.era for each in known} == {*Era} else ()


def _listed(
    reading: Reading, method: str, member: str, key: str
) -> tuple[dict[str, JsonObject], str]:
    """The items of a list by their names, and why these are not all, if so."""
    whole: dict[str, JsonObject] | None = None
    pages: dict[str, JsonObject] = {}
    for exchange in _good(reading, method):
        if "cursor" not in exchange.sent.message.params:
            pages = {}
        for item in map(as_object, as_list(exchange.result.get(member))):
            pages[str(item.get(key))] = item
        if not _more(exchange.result.get("nextCursor")):
            whole = dict(pages)
    if whole is not None:
        return whole, ""
    return pages, NOT_WHOLE if pages else NOT_ASKED


def _more(cursor: Json) -> bool:
    return isinstance(cursor, str)


def _good(reading: Reading, method: str) -> Iterator[Exchange]:
    return (each for each in reading.exchanges(method) if each.answer is not None and each.result)
