"""One scenario played with one client: what crossed the wire, and how the client ended."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final, cast

from mcp_proof.judge.canaries import watching
from mcp_proof.judge.client import Approach, Client, Ended
from mcp_proof.judge.delivering import deliver
from mcp_proof.judge.notes import Notes
from mcp_proof.judge.scenario import Scenario
from mcp_proof.judge.serving import beside, journal_of, serving
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.standing_in import standing_in
from mcp_proof.judge.wishes import asked_of
from mcp_proof_contracts.client_run import CLIENT
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_mocks.journal.journal import Journal
from mcp_proof_mocks.journal.rows import Row
from mcp_proof_mocks.server import MockServer

FIRST: Final = 4
"""How many times as long the very first message may take: programs have to start."""
LONGEST: Final = 12
"""How many times the patience one scenario may take in all."""
FLOOD: Final = 20_000
"""Records (requests, responses, lines) after which a client is cut off."""
MOST_ERROR: Final = 2000
"""Characters of an error that are kept."""
NO_PARAMETERS: Final[JsonObject] = {}
LOOK: Final = 0.05
"""Seconds between two looks at what has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """What came of it."""

    scenario: Scenario
    events: Sequence[Event]
    ended: Ended
    connected: bool
    """Whether anything came from the client."""
    endless: bool
    """Whether it was given up though it still had something to say."""

    @property
    def end(self) -> str:
        """How the client ended, with its last words."""
        ended = self.ended
        told = {
            "exit": f"it exited with code {ended.code}",
            "not-started": f"it could not be started: {ended.why}",
            "terminated": f"{ended.why}; it was terminated",
            "killed": f"{ended.why}; it did not exit on SIGTERM, and was killed",
        }[ended.how]
        return f"{told}. Its last words:\n{ended.last_words}" if ended.last_words else told

    @property
    def absence(self) -> str:
        """Why nothing came of it."""
        return f"the client never connected to the mock: {self.end}"


async def performed(
    scenario: Scenario,
    stage: Stage,
    client: Client,
    patience: float,
    notes_of: Callable[[float], Notes] = Notes,
) -> Performance:
    """Play a scenario.

    Args:
        scenario: which.
        stage: what it has set.
        client: who is led into it.
        patience: seconds to wait for the client's next message.
        notes_of: makes what takes all that happens beside the messages, from when they began.
    """
    journal = Journal(transport=stage.transport)
    notes, traffic = notes_of(journal.began), Traffic(journal)
    dialect = Dialect(str(stage.document.get("dialect", Dialect.MCP)))
    server = MockServer(stage.document, stage.twists, journal=journal_of(journal, dialect))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(beside(stage.beside, journal, notes))
        approach = await stack.enter_async_context(_reachable(scenario, stage, server, notes))
        give_up: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        watch = asyncio.create_task(_watch(traffic, give_up, patience, stage.seconds))
        plays = [asyncio.ensure_future(play(server)) for play in stage.plays]
        plays += [asyncio.create_task(deliver(*each, notes)) for each in stage.deliveries]
        try:
            ended = await client.run(approach, give_up)
        finally:
            for task in (watch, *plays):
                task.cancel()
            results = await asyncio.gather(watch, *plays, return_exceptions=True)
    for failure in results:
        if isinstance(failure, Exception):
            raise failure
    ended = replace(ended, last_words=notes.mask(ended.last_words))
    _note(notes, ended, stage)
    events = list(notes.among(journal.events()))
    journal.close()
    spoke = traffic.heard is not None
    return Performance(
        scenario=scenario,
        events=events,
        ended=ended,
        connected=spoke,
        endless=spoke and give_up.done() and not traffic.is_quiet(patience),
    )


def staged(
    scenario: Scenario,
    offered: Sequence[Revision],
    transport: TransportName,
    parameters: JsonObject = NO_PARAMETERS,
    dialect: Dialect = Dialect.MCP,
) -> Stage:
    """Return the stage that a scenario sets where the mock offers these revisions."""
    stage = Stage(revision=offered[-1], transport=transport, parameters=parameters)
    stage.document["revisions"] = list(offered)
    if dialect is not Dialect.MCP:
        stage.document["dialect"] = dialect
    scenario.set(stage)
    return stage


class Traffic:
    """When something last crossed the wire, and how much."""

    def __init__(self, journal: Journal) -> None:
        self.records = 0
        self.heard: float | None = None
        self._record = journal.record
        journal.record = self._passed

    def is_quiet(self, seconds: float) -> bool:
        """Whether nothing has crossed the wire for so long."""
        return self.heard is not None and time.monotonic() - self.heard > seconds

    def _passed(self, row: Row, size: int) -> None:
        self.records += 1
        self.heard = time.monotonic()
        self._record(row, size)


async def _watch(
    traffic: Traffic, give_up: "asyncio.Future[str]", patience: float, more: float
) -> None:
    """Give a client up that never comes, says nothing more, says too much or never ends."""
    began = time.monotonic()
    while not give_up.done():
        await asyncio.sleep(LOOK)
        now = time.monotonic()
        if traffic.heard is None and now - began > FIRST * patience:
            give_up.set_result(f"it did not connect within {FIRST * patience:g} s")
        elif traffic.is_quiet(patience + more):
            give_up.set_result(f"it was silent for {patience + more:g} s, and did not end")
        elif traffic.records > FLOOD:
            give_up.set_result(f"it sent more than {FLOOD // 2} messages")
        elif now - began > LONGEST * patience + more:
            give_up.set_result(f"it went on for more than {LONGEST * patience + more:g} s")


@asynccontextmanager
async def _reachable(
    scenario: Scenario, stage: Stage, server: MockServer, notes: Notes
) -> AsyncGenerator[Approach]:
    """Let the client reach the mock while the block runs."""
    async with AsyncExitStack() as stack:
        if stage.canaries:
            stage.canary_url = await stack.enter_async_context(
                watching(notes, stage.canary_answers)
            )
        if stage.transport == "stdio":
            command = await stack.enter_async_context(standing_in(server, notes, stage.processes))
            yield Approach(server=command, asked=asked_of(scenario.name, stage))
            return
        stage.url = await stack.enter_async_context(serving(stage, server, notes))
        yield Approach(url=stage.url, asked=asked_of(scenario.name, stage))


def _note(notes: Notes, ended: Ended, stage: Stage) -> None:
    """Note what the client's user was told, and how it ended."""
    for outcome in ended.outcomes:
        _note_outcome(notes, outcome, stage.wishes)
    data: dict[str, Json] = {
        "how": ended.how,
        "wishes": list[Json](stage.wishes),
        "user": stage.user,
    }
    data |= {"exit_code": ended.code} if ended.code is not None else {}
    data |= {"why": ended.why} if ended.why else {}
    data |= {"watched": stage.canary_url} if stage.canary_url else {}
    notes.add(EventKind.CLOSE, CLIENT, Sender.CLIENT, data, ended.at)


def _note_outcome(
    notes: Notes, outcome: Mapping[str, object], wishes: Sequence[JsonObject]
) -> None:
    """Note one outcome, if it is one: whoever writes it may be anybody."""
    number, at = outcome.get("wish"), outcome.get("at")
    if type(number) is not int or not 0 <= number < len(wishes):
        return
    told: dict[str, Json] = {"wish": number, "do": wishes[number]["do"]}
    told["asked"] = wishes[number]
    told["ok"] = outcome.get("ok") is True
    if told["ok"]:
        told["value"] = cast("Json", outcome.get("value"))
    else:
        told["error"] = notes.mask(str(outcome.get("error", "")))[:MOST_ERROR]
    when = float(at) if isinstance(at, int | float) else None
    notes.add(EventKind.TOLD, CLIENT, Sender.CLIENT, told, when)
