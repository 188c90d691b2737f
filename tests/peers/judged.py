"""A client in this process, led into one scenario and judged."""

import asyncio
from collections.abc import Iterable

from mcp_proof.judge.client import Client
from mcp_proof.judge.function_client import FunctionClient
from mcp_proof.judge.performance import Performance, performed, staged
from mcp_proof.judge.scenario import ORDINARY, Scenario, scenarios
from mcp_proof_contracts.judge import judge
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Rule, Verdict
from mcp_proof_contracts.transcript import Header, Sender, Transcript
from mcp_proof_mocks.client.wishes import mock_client_with

PATIENCE = 10.0
"""Seconds for the next message of a client that is broken, and may send none."""
AT_ONCE = 4
"""How many scenarios are played at the same time: mostly they wait."""

Course = tuple[Revision, str]
"""A revision and a transport."""
_KEPT: dict[tuple[str, Revision, str], dict[str, Verdict]] = {}


def scenario_of(name: str) -> Scenario:
    """Return the scenario of this name."""
    found = scenarios.get(name)
    assert found is not None, f"there is no scenario {name}"
    return found


def that_show(rule: Rule, revision: Revision, transport: str) -> list[Scenario]:
    """Return the scenarios in which a rule is seen: the ordinary one for what any traffic shows."""
    own = [s for s in scenarios if rule.id in s.shows and s.applies(revision, transport)]
    return own or [scenario_of(ORDINARY)]


def play(
    scenario: Scenario,
    revision: Revision,
    transport: str = "http",
    faults: Iterable[str] = (),
    client: Client | None = None,
) -> Performance:
    """Play a scenario with the mock client, or another one."""
    return asyncio.run(_played(scenario, revision, transport, faults, client))


def kept(scenario: Scenario, *courses: Course) -> list[dict[str, Verdict]]:
    """Return what the rules say of the mock client without a fault, at these revisions.

    Each is played once in this process.
    """
    new = [course for course in courses if (scenario.name, *course) not in _KEPT]
    for course, played in zip(new, asyncio.run(_played_all(scenario, new)), strict=True):
        _KEPT[scenario.name, *course] = verdicts_on(played, *course)
    return [_KEPT[scenario.name, *course] for course in courses]


async def _played_all(scenario: Scenario, courses: Iterable[Course]) -> list[Performance]:
    most = asyncio.Semaphore(AT_ONCE)

    async def one(revision: Revision, transport: str) -> Performance:
        async with most:
            return await _played(scenario, revision, transport)

    return await asyncio.gather(*(one(*course) for course in courses))


async def _played(
    scenario: Scenario,
    revision: Revision,
    transport: str,
    faults: Iterable[str] = (),
    client: Client | None = None,
) -> Performance:
    client = client or FunctionClient(mock_client_with(tuple(faults)), transport)
    stage = staged(scenario, [revision], transport)
    return await performed(scenario, stage, client, PATIENCE)


def verdicts_on(
    played: Performance, revision: Revision, transport: str = "http"
) -> dict[str, Verdict]:
    """Return what the rules for clients say of it."""
    header = Header(peer="client", side=Sender.CLIENT, transport=transport, started="")
    transcript = Transcript(header, played.events)
    found = {verdict.rule.id: verdict for verdict in judge(transcript, revision)}
    assert [verdict.fault for verdict in found.values() if verdict.fault] == []
    return found


def judged(
    name: str, revision: Revision, transport: str = "http", faults: Iterable[str] = ()
) -> dict[str, Verdict]:
    """Play a scenario with the mock client, and return the verdicts."""
    played = play(scenario_of(name), revision, transport, faults)
    return verdicts_on(played, revision, transport)
