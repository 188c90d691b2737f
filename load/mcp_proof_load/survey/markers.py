"""Which argument of each tool takes a marker, and what its answers do with one.

Each tool is called by one session after the other before there is any load, so that whatever an
answer holds of another session, time and again, is what the tool is for, and no fault under load.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Final, NamedTuple

from mcp_proof.fuzz.operation import Operation
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import schema_problem, validator_of
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_load.correctness.marker import LENGTH, Marker, markers_in
from mcp_proof_load.survey.arguments import MOST
from mcp_proof_load.survey.trial import PATIENCE, answers_in

LAST_SESSION: Final = 2**52 - 1
"""Sessions of the survey are numbered from here downwards: no user has such a number."""
AGAIN: Final = 16
"""Calls of a tool whose answers are not all alike."""
MOST_PLACES: Final = 3
"""Arguments of one tool that are tried."""


@dataclass(slots=True, kw_only=True, eq=False)
class Marked:
    """A tool while markers are tried on it."""

    tool: Operation
    arguments: tuple[JsonObject, ...]
    """Those that were answered well."""
    argument: str = ""
    """The one that takes the marker; empty where none does."""
    with_marker: tuple[JsonObject, ...] = ()
    """Those of `arguments` that are answered as well with a marker in their midst."""
    why_not: str = ""
    """Why its answers cannot be told from those of other calls; empty where they can."""
    sent: set[Marker] = field(default_factory=set[Marker])
    echoes: bool = False
    """Whether each answer so far held the marker of its call."""
    shares: bool = False
    """Whether an answer held one of another session."""
    doubtful: bool = False
    """Whether a call went otherwise than those before."""

    @property
    def used(self) -> tuple[JsonObject, ...]:
        """The arguments that are called with, as far as is known by now."""
        return self.with_marker if self.argument and self.with_marker else self.arguments


class _Seen(NamedTuple):
    """What came of a call."""

    failure: str
    """Why it failed; empty where it did not."""
    own: bool
    """Whether the answer held the call's own marker."""


class Marking:
    """Tries markers on several tools of a server."""

    def __init__(self, tools: Sequence[Marked]) -> None:
        self._tools = tools
        self._sessions = count(LAST_SESSION, -1)
        self._calls = count(1)
        self._seen: set[Marker] = set()
        """All markers that any good answer held."""

    async def run(self, server: ToolServer, *, shared_connections: bool) -> None:
        """Find out all there is to know.

        Args:
            server: the server.
            shared_connections: whether several users will go by one connection.
        """
        first = next(self._sessions)
        for marked in self._tools:
            await self._find(server, marked, first)
        await self._meetings(server, first, shared_connections=shared_connections)
        if suspects := [marked for marked in self._tools if marked.shares]:
            for marked in suspects:
                marked.shares = False
            await self._meetings(server, first, shared_connections=shared_connections)
            for marked in self._tools:
                marked.shares = marked.shares and marked in suspects
        for marked in self._tools:
            if marked.argument and marked.doubtful:
                await self._insist(server, marked, first)
            self._settle(marked)

    async def _meetings(
        self, server: ToolServer, session: int, *, shared_connections: bool
    ) -> None:
        """Have a session meet another one, and where users share connections one beside it, too."""
        other = server.beside()
        try:
            await self._meet(server, session, other)
        finally:
            if other is not server:
                await other.renew()
        if shared_connections:
            await self._meet(server, session, server)

    async def _find(self, server: ToolServer, marked: Marked, session: int) -> None:
        """Find the argument that takes a marker: the first whose answer gives it back."""
        taken, failure = "", ""
        for place in places(marked.tool.input_schema, marked.arguments[0]):
            marked.argument = place
            marked.sent.clear()
            seen = await self._call(server, marked, session, marked.arguments[0])
            failure = failure or seen.failure
            if seen.own and not seen.failure:
                marked.echoes = True
                break
            taken = taken or ("" if seen.failure else place)
        if not marked.echoes:
            marked.argument = taken
            marked.sent.clear()
            marked.why_not = _why_not(taken, failure)
        if marked.argument:
            await self._try_all(server, marked, session)

    async def _try_all(self, server: ToolServer, marked: Marked, session: int) -> None:
        """Keep the arguments with which a marker does as well as with the first ones.

        An answer may show a text or not by what the other arguments say.
        """
        good = [marked.arguments[0]]
        begun = monotonic()
        for each in marked.arguments[1:MOST]:
            seen = await self._call(server, marked, session, each)
            if not seen.failure and (seen.own or not marked.echoes):
                good.append(each)
            if monotonic() - begun > PATIENCE:
                break
        marked.with_marker = tuple(good)

    async def _meet(self, server: ToolServer, session: int, other: ToolServer) -> None:
        """Call every tool in turns, in the name of a session and of a new one.

        What one tool gives back may be what another one was told last. So that this is by the first
        session at some time, whatever the order of the tools, the second turn goes backwards.
        """
        another = next(self._sessions)
        await self._turn(server, session, 0, self._tools)
        await self._turn(other, another, 0, self._tools)
        await self._turn(server, session, 1, self._tools)
        await self._turn(other, another, 1, self._tools[::-1])

    async def _turn(
        self, server: ToolServer, session: int, number: int, tools: Sequence[Marked]
    ) -> None:
        """Call each tool once, with its marker where it takes one."""
        for marked in tools:
            used = marked.used
            seen = await self._call(server, marked, session, used[number % len(used)])
            marked.doubtful |= bool(seen.failure) or (marked.echoes and not seen.own)

    async def _insist(self, server: ToolServer, marked: Marked, session: int) -> None:
        """Call a tool again whose answers are not all alike: is that its way, or a rare fault?

        What is its way is not judged under load, and shows again soon. A rare fault is what a load
        run is there to find.
        """
        for number in range(AGAIN):
            each = marked.used[number % len(marked.used)]
            seen = await self._call(server, marked, session, each)
            if seen.failure:
                marked.argument, marked.echoes = "", False
                marked.why_not = f"some of its calls fail with a marker: {excerpt(seen.failure)}"
                return
            if marked.echoes and not seen.own:
                marked.echoes = False
                given = marked.argument
                marked.why_not = f"its answers do not always give back what `{given}` is given"

    async def _call(
        self, server: ToolServer, marked: Marked, session: int, arguments: JsonObject
    ) -> _Seen:
        """Call a tool, with a marker where it takes one."""
        marker = Marker(session, next(self._calls))
        if marked.argument:
            arguments = {**arguments, marked.argument: str(marker)}
            marked.sent.add(marker)
        begun = len(server.recorder.transcript.events)
        failure = (await server.call(marked.tool.name, arguments)).failure
        found = set(markers_in(answers_in(server.recorder.transcript.events[begun:])))
        marked.shares |= any(each.session != session for each in found)
        if failure is None:
            self._seen |= found
        return _Seen(failure.text if failure is not None else "", marker in found)

    def _settle(self, marked: Marked) -> None:
        """Draw the conclusions, now that all was seen.

        An argument whose texts never come back from anywhere keeps its ordinary values: markers
        would show nothing, and a search for one finds nothing.
        """
        if not marked.sent & self._seen:
            marked.argument = ""


def _why_not(taken: str, failure: str) -> str:
    """Return why an answer cannot be told from others, where no argument came back."""
    if taken:
        return f"its answers do not give back what `{taken}` is given"
    if failure:
        return f"its calls fail with a marker: {excerpt(failure)}"
    return f"no argument takes any text of {LENGTH} characters"


def places(schema: JsonObject, arguments: JsonObject) -> list[str]:
    """Return the arguments of a tool that take a marker beside the others, the required ones first.

    They take any text that is long enough: what has a format, or few values, means something.
    """
    if schema_problem(schema) is not None:
        return []
    accepts = validator_of(schema, formats=True).is_valid
    marker = str(Marker(LAST_SESSION, 0))
    properties = as_object(schema.get("properties"))
    required = [str(name) for name in as_list(schema.get("required")) if name in properties]
    names = dict.fromkeys([*required, *properties])
    taking = (n for n in names if _is_text(properties[n]) and accepts({**arguments, n: marker}))
    return [name for name, _ in zip(taking, range(MOST_PLACES), strict=False)]


def _is_text(schema: Json) -> bool:
    members = as_object(schema)
    kinds = members.get("type")
    if kinds is not None:
        return "format" not in members and (kinds == "string" or "string" in as_list(kinds))
    return any(map(_is_text, _branches(members)))


def _branches(schema: JsonObject) -> Iterator[Json]:
    for keyword in ("anyOf", "oneOf"):
        yield from as_list(schema.get(keyword))
