"""The tool calls that one message of a client makes, in whatever dialect it is said."""

from collections.abc import Iterator
from typing import TypeAlias

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import Kind, Message, as_list, as_object
from mcp_proof_contracts.wire import message as as_message

Called: TypeAlias = tuple[str, JsonObject]
"""A tool's name and the arguments."""


def called(message: Message) -> Iterator[Called]:
    """Yield the calls in a message: MCP's and JSON-RPC's, REST's, a gateway's and a queue's."""
    for each in single(message):
        if each.kind is Kind.REQUEST:
            yield from _by_json_rpc(each)
        elif "tools" in each.members:
            yield from _by_rest(each.members)
        elif "tool" in each.members:
            yield from _named(each.members, "tool")


def single(message: Message) -> list[Message]:
    """Return the messages of a batch, or the one that there is."""
    if isinstance(message.value, list):
        return [as_message(item) for item in message.value]
    return [message]


def _by_json_rpc(request: Message) -> Iterator[Called]:
    # The later rounds in which 2026-07-28 asks for input are no calls of their own.
    if request.method == "tools/call" and "requestState" not in request.params:
        yield from _named(request.params, "name")


def _by_rest(body: JsonObject) -> Iterator[Called]:
    for item in as_list(body["tools"]):
        yield from _named(as_object(item), "tool_slug")


def _named(members: JsonObject, name: str) -> Iterator[Called]:
    if isinstance(members.get(name), str):
        yield str(members[name]), as_object(members.get("arguments", members.get("params")))
