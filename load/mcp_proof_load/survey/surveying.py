"""Look at a server before it is loaded: what will be called, and what can be judged of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcp_proof.approach import UNAUTHORIZED, wants_a_credential
from mcp_proof.errors import UsageError
from mcp_proof.fuzz.given import Given
from mcp_proof.sessions.client import ClientProfile
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode
from mcp_proof_load.arrivals.recorded import RecordedCalls, recorded_calls
from mcp_proof_load.events import Kind
from mcp_proof_load.plan import Operation, Plan
from mcp_proof_load.survey.arguments import MOST, Made, arguments_for
from mcp_proof_load.survey.choice import Choice, choice_of, several
from mcp_proof_load.survey.markers import Marked, Marking
from mcp_proof_load.survey.options import SurveyOptions
from mcp_proof_load.survey.place import SHARED, USERS, client_of, place_of, speech_of
from mcp_proof_load.survey.trial import SEVERAL, tried

MOST_RECORDED: Final = 1_000
"""Different arguments of a recording that are kept of one tool."""
NOBODY: Final = ClientProfile(capabilities={})
"""The client that a surveyed server has to meet (see `approach`), for it will meet no other under
load: one that a server can ask for nothing."""
MOST_TOOLS: Final = 50
"""Tools of one run; a server of more is a load run for each part of them."""
MOST_TRIES: Final = 320
"""First calls of all tools together."""
NOTHING_LEFT: Final = (
    "there is nothing to load the server with. Give arguments that it takes: a recording, or a "
    "contract file with examples (fuzz.tools.NAME.examples)"
)
SLOW: Final = "its calls take so long that markers were not tried"
MANY: Final = f"a run calls no more than {MOST_TOOLS} tools; --tool NAME names others"
CROSSED: Final = "crossed answers"
BLEEDING: Final = "bleeding between sessions in answers"
SHARES: Final = "before the load, too, they held what another session had sent"
MARKED: Final = (Kind.CROSSED, Kind.BLEEDING, Kind.ALTERED)
"""What only markers bring to light, whatever ids show."""
ECHOED: Final = (Kind.CROSSED, Kind.ALTERED)
"""What shows only where the answer to a call gives its own marker back."""
UNMARKED: Final = "no tool gives back the marker that it is given"
AS_RECORDED: Final = "recorded calls are made again as they were, without markers"
NOTHING_RECORDED: Final = "the recording holds no call that may be made again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """What is known before the load."""

    plan: Plan
    """Who is called where and how, with which arguments; how much and how long is left as it is."""
    untested: tuple[str, ...]
    """What is not called, or cannot be judged, each with its reason: sentences."""


async def survey(server: ToolServer, options: SurveyOptions) -> Surveyed:
    """List a server's tools, call each of those that may be called a few times, and say what is so.

    Everything that is sent is an ordinary call, some forty of each tool at most; the server's
    recorder has all of it.

    Raises:
        PeerError: the server lists no tools, or is gone.
        UsageError: nothing of it may or can be called, a tool is named that there is not, or no
            other process can reach the server.
    """
    place = place_of(server)
    surveying = _Surveying(server, options)
    operations = await surveying.operations()
    called = {each.name for each in operations}
    client = client_of(server)
    plan = Plan(
        client=client,
        place=place,
        speech=speech_of(server),
        operations=tuple(operations),
        recorded=tuple(
            call
            for call in surveying.recorded.calls
            if options.speed is not None and call.name in called
        ),
        speed=options.speed or 1.0,
        user_kinds=USERS.get(client, {"caller": 1}),
        connections=SHARED.get(client, 0),
        timeout=server.timeout,
        seed=options.seed,
    )
    return Surveyed(plan=plan, untested=tuple(surveying.untested))


class _Surveying:
    """One survey, step by step."""

    def __init__(self, server: ToolServer, options: SurveyOptions) -> None:
        self._server = server
        self._options = options
        self._given = Given(contract=options.contract)
        self.recorded = RecordedCalls(calls=(), left_out=())
        self.untested: list[str] = []

    async def operations(self) -> list[Operation]:
        """Return what will be called."""
        choice = await choice_of(self._server, self._options, self._given)
        self.untested += choice.left_alone
        marked = [each for each in await self._tried(choice) if each is not None]
        if not marked:
            hint = f" {UNAUTHORIZED}" if wants_a_credential(self._server.recorder) else ""
            told = "".join(f"\n{reason}" for reason in self.untested)
            raise UsageError(f"{NOTHING_LEFT}.{hint}{told}")
        if self._options.speed is None:
            shared = client_of(self._server) in SHARED
            quick = [each for each in marked if not each.why_not]
            await Marking(quick).run(self._server, shared_connections=shared)
            self.untested += _unjudged(marked)
        else:
            self.untested.append(f"{', '.join(MARKED)}: {AS_RECORDED}")
        counts = Counter(call.name for call in self.recorded.calls)
        return [_operation(each, choice, counts) for each in marked]

    async def _tried(self, choice: Choice) -> list[Marked | None]:
        """Call each tool for the first time."""
        recorded = self._of_recording(choice)
        tools = [tool for tool in choice.allowed if not recorded or tool.name in recorded]
        if others := tools[MOST_TOOLS:]:
            names = [tool.name for tool in others]
            self.untested.append(f"{several(names)}: {MANY}")
        most = max(SEVERAL, MOST_TRIES // len(tools[:MOST_TOOLS]))
        found: list[Marked | None] = []
        for tool in tools[:MOST_TOOLS]:
            examples = self._given.examples(tool)
            made = recorded.get(tool.name)
            if made is None:
                made = arguments_for(tool, examples, self._options.seed, min(most, MOST))
            found.append(await self._one(Marked(tool=tool, arguments=()), made, most))
        return found

    async def _one(self, marked: Marked, made: Made, most: int) -> Marked | None:
        """Try the arguments of a tool; `None` where it is left out.

        One that the user names is called whatever its first calls came to.
        """
        name, named = marked.tool.name, marked.tool.name in self._options.tools
        if made.problem:
            self.untested.append(f"{name}: {made.problem}")
            return None
        came = await tried(self._server, name, made.arguments, most)
        if came.why_not:
            still = "; it is called all the same, as it is named" if named else ""
            self.untested.append(f"{name}: {came.why_not}{still}")
        marked.arguments = came.good or made.arguments
        marked.why_not = SLOW if came.slow else ""
        return marked if named or not came.why_not else None

    def _of_recording(self, choice: Choice) -> dict[str, Made]:
        """Return the arguments that the recording calls its tools with; nothing without one."""
        if self._options.recording is None:
            return {}
        self.recorded = recorded_calls(self._options.recording, choice.refusal)
        self.untested += self.recorded.left_out
        if not self.recorded.calls:
            told = "".join(f"\n{reason}" for reason in self.recorded.left_out)
            raise UsageError(f"{NOTHING_RECORDED}.{told}")
        return _different(self.recorded)


def _different(recorded: RecordedCalls) -> dict[str, Made]:
    """Return the different arguments of each tool, as many as are kept."""
    found: dict[str, dict[bytes, JsonObject]] = {}
    for call in recorded.calls:
        of_tool = found.setdefault(call.name, {})
        if len(of_tool) < MOST_RECORDED:
            of_tool[encode(call.arguments)] = call.arguments
    return {name: Made(tuple(arguments.values())) for name, arguments in found.items()}


def _operation(marked: Marked, choice: Choice, counts: Counter[str]) -> Operation:
    name = marked.tool.name
    weight = choice.weight(name)
    return Operation(
        name=name,
        weight=weight or counts[name] or 1,
        arguments=marked.used,
        marker=marked.argument,
        echoes=marked.echoes,
        shares=marked.shares,
    )


def _unjudged(tools: Sequence[Marked]) -> list[str]:
    """Say what cannot be judged of the answers of which tools."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for each in tools:
        if each.why_not:
            reasons.setdefault((CROSSED, each.why_not), []).append(each.tool.name)
        if each.shares:
            reasons.setdefault((BLEEDING, SHARES), []).append(each.tool.name)
    told = [f"{what} of {several(names)}: {why}" for (what, why), names in reasons.items()]
    if all(each.why_not for each in tools):
        kinds = ECHOED if any(each.argument for each in tools) else MARKED
        told.append(f"{', '.join(kinds)}: {UNMARKED}")
    return told
