"""The index of a queue's cassette: each request with the answer that names its id."""

from typing import Final

from mcp_proof_contracts.dialects.queue import REQUESTED, REQUESTS, TOOLS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object, id_key, parse
from mcp_proof_mocks.replay.index import Index, Place
from mcp_proof_mocks.replay.lines import Lines
from mcp_proof_mocks.replay.meaning import key

LISTED: Final = key(["queue", "tools"])
"""Stands for the list of tools, for which nobody asks a server."""
MATTERING: Final = frozenset({"message"})


def queue_index(lines: Lines) -> Index:
    """Read all lines.

    Raises:
        CassetteError: one is damaged.
    """
    index = Index()
    waiting: dict[tuple[str, str], int] = {}
    for stretch in lines.stretches():
        for place, sender, _, channel, row in stretch.of(MATTERING):
            members = as_object(parse(str(row.get("raw", "")).encode()).value)
            if sender == "client" and channel in (REQUESTS, REQUESTED):
                number = index.add(call_key(members), place, "probe" in row)
                waiting[_id(members)] = number
            elif sender == "server" and channel == TOOLS:
                index.told[index.add(LISTED, place, "probe" in row)] = place
            elif sender == "server":
                _answered(index, waiting, place, members)
    return index


def call_key(request: JsonObject) -> bytes:
    """Return what requests have in common that call the same tool with the same arguments."""
    return key(["queue", request.get("tool"), request.get("arguments")])


def _answered(
    index: Index, waiting: dict[tuple[str, str], int], place: Place, members: JsonObject
) -> None:
    number = waiting.get(id_key(members.get("request_id")))
    if number is not None and not index.told[number]:
        index.told[number] = place


def _id(members: JsonObject) -> tuple[str, str]:
    given: Json = members.get("request_id", members.get("id"))
    return id_key(given)
