"""What a client knew of the tools that it called, and what it offered to its user."""

from collections.abc import Iterator
from typing import NamedTuple

from mcp_proof_contracts.client_run import Told, ending, told, wished
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_list, as_object


class Listing(NamedTuple):
    """A tool as a server listed it, and the answer that did."""

    tool: JsonObject
    event: Event


def listings(read: Reading) -> dict[str, list[Listing]]:
    """Return what the client was told of each tool, by name, in the order of time."""
    return read.derived(_listings)


def _listings(read: Reading) -> dict[str, list[Listing]]:
    found: dict[str, list[Listing]] = {}
    for exchange in read.counterpart.results("tools/list"):
        for tool in map(as_object, as_list(exchange.result.get("tools"))):
            name = tool.get("name")
            if isinstance(name, str) and exchange.answer is not None:
                found.setdefault(name, []).append(Listing(tool, exchange.answer.event))
    for known in found.values():
        known.sort(key=lambda listing: listing.event.seq)
    return found


def known_when_called(read: Reading, call: Exchange) -> Listing | None:
    """Return the tool of a call as it was listed last before; `None` when it never was."""
    before = call.sent.event.seq
    known = listings(read).get(str(call.sent.message.params.get("name")), ())
    earlier = [listing for listing in known if listing.event.seq < before]
    return earlier[-1] if earlier else None


def arguments_of(call: Exchange) -> JsonObject:
    """Return the arguments of a call."""
    return as_object(call.sent.message.params.get("arguments"))


class Offer(NamedTuple):
    """What the client's user was told when the tools were to be listed."""

    told: Told
    tools: dict[str, JsonObject]
    """By name; empty objects where the user was told no more than names."""


def offers(read: Reading) -> Iterator[Offer]:
    """Yield each list of tools that the client's user got."""
    for each in told(read, "list"):
        if each.asked.get("what") != "tools" or not each.ok or not isinstance(each.value, list):
            continue
        named = {_name(item): as_object(item) for item in each.value}
        yield Offer(each, {name: tool for name, tool in named.items() if name})


def _name(item: Json) -> str:
    name = item if isinstance(item, str) else as_object(item).get("name")
    return name if isinstance(name, str) else ""


def called_unasked(read: Reading, name: str) -> Iterator[Exchange]:
    """Yield the calls of a tool that the client knew, was driven past, and nobody wished for.

    Only an agent chooses a tool by itself: from those that it was offered.
    """
    if ending(read) is None or any(wish.get("tool") == name for wish in wished(read)):
        return
    for call in read.counterpart.exchanges("tools/call"):
        if call.sent.message.params.get("name") == name and known_when_called(read, call):
            yield call
