"""The first ordinary calls of a tool: which of its arguments are answered as they should be."""

from dataclasses import dataclass
from time import monotonic
from typing import Final

from mcp_proof.tool_server import CallFailure, ToolServer
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.transcript import Event, Sender
from mcp_proof_contracts.wire import Kind, as_object
from mcp_proof_load.survey.arguments import MOST

PATIENCE: Final = 1.0
"""Seconds after which the arguments of a slow tool that were not tried yet are left out."""
SEVERAL: Final = 2
"""Calls in a row that ask the client something: one could be asked for another reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of the first calls of a tool."""

    good: tuple[JsonObject, ...] = ()
    """The arguments that were answered well; those that nobody tried go with them."""
    why_not: str = ""
    """Why none were, or why the tool is none for a load run; empty where it is one."""
    slow: bool = False
    """Whether its calls take so long that no more of them are made than need be."""


async def tried(
    server: ToolServer, tool: str, arguments: tuple[JsonObject, ...], most: int
) -> Tried:
    """Call a tool once with each of its arguments, up to a bound of time and of calls.

    Args:
        server: the server.
        tool: the tool's name.
        arguments: at least one.
        most: how many of them are tried, at least `SEVERAL`.
    """
    bound = min(most, MOST)
    good: list[JsonObject] = []
    failures: list[CallFailure] = []
    asked: list[set[str]] = []
    begun = monotonic()
    for each in arguments[:bound] if len(arguments) >= SEVERAL else arguments * SEVERAL:
        seen = len(server.recorder.transcript.events)
        failure = (await server.call(tool, each)).failure
        asked.append(_questions(server.recorder.transcript.events[seen:]))
        if failure is not None:
            failures.append(failure)
        elif each not in good:
            good.append(each)
        if len(asked) == SEVERAL and all(asked):
            methods = ", ".join(sorted(asked[0] | asked[1]))
            return Tried(why_not=f"its calls ask the client ({methods}), and users answer nothing")
        if (failure is not None and not failure.answered) or monotonic() - begun > PATIENCE:
            break
    if good:
        slow = (monotonic() - begun) / len(asked) > PATIENCE
        return Tried(good=(*good, *arguments[bound:]), slow=slow)
    calls = "call fails" if len(failures) == 1 else f"{len(failures)} calls fail"
    return Tried(why_not=f"its first {calls}: {excerpt(failures[0].text)}")


def answers_in(events: list[Event]) -> bytes:
    """Return what was answered, without what else the server says meanwhile."""
    said = (event.message for event in events if event.sender is Sender.SERVER)
    unasked = (Kind.REQUEST, Kind.NOTIFICATION)
    return b"\n".join(m.raw for m in said if m is not None and m.kind not in unasked)


def _questions(events: list[Event]) -> set[str]:
    """Return the methods that a server asked its client for."""
    methods = set[str]()
    for event in events:
        if event.sender is Sender.SERVER and (message := event.message) is not None:
            if message.kind is Kind.REQUEST:
                methods.add(message.method)
            if message.result.get("resultType") == "input_required":
                asked = as_object(message.result.get("inputRequests")).values()
                methods |= {str(as_object(each).get("method")) for each in asked} or {"input"}
    return methods - {"ping"}
