"""Real, unmodified clients, led into the scenarios: only the findings written down, no more.

The findings, each with its clause, stand in `findings/clients/`, one file per client; a finding
that is not there is suspected to be a false alarm, one that is no longer seen is stale.
"""

import asyncio
import os
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from installed import PEERS, needs

from mcp_proof.judge.command_client import CommandClient
from mcp_proof.judge.judging import JudgeOptions, Judging
from mcp_proof.judge.scenario import ORDINARY, Scenario, scenarios
from mcp_proof.tally import Tally
from mcp_proof_contracts.revision import REVISIONS, STATEFUL, Revision

FINDINGS = Path(__file__).parent / "findings/clients"
EVERY_SCENARIO = bool(os.environ.get("MCP_PROOF_EVERY_SCENARIO"))
"""Whether all clients play all scenarios, at all their revisions: by hand, for it takes long."""
FEW = (
    *("page-odd-cursor", "elicitation", "structured-output", "http-json-and-sse"),
    *("envelope-odd-ids", "http-session-lost"),  # of the older era
    *("rounds", "parameter-headers"),  # of the newer one
)
"""What clients play otherwise that take a second to start."""
ENDLESS = "http-odd-streams"
"""Left out otherwise: both TypeScript SDKs wait there as long as they may, for a line end that has
come."""
PATIENCE = 8.0


class Judged(NamedTuple):
    """A client, by its driver."""

    driver: str
    environment: str
    revisions: tuple[Revision, ...]
    quick: bool = False
    """Whether it starts quickly."""

    @property
    def command(self) -> list[str]:
        """How it is run."""
        home = PEERS / self.environment
        if self.driver.endswith(".py"):
            return [str(home / "bin/python"), f"{{drivers}}/{self.driver}"]
        return ["env", "-C", str(home), "node", f"{{drivers}}/{self.driver}"]


CLIENTS = {
    "python-sdk-1": Judged("python_sdk1.py", "clients-sdk1", STATEFUL),
    "python-sdk-2": Judged("python_sdk2.py", "clients-sdk2", REVISIONS),
    "fastmcp": Judged("fastmcp4.py", "clients-sdk2", REVISIONS),
    "pydantic-ai": Judged("pydantic_ai_toolset.py", "clients-sdk2", REVISIONS),
    "langchain-mcp-adapters": Judged("langchain_adapters.py", "clients-sdk1", STATEFUL),
    "typescript-sdk-1": Judged("typescript_v1.mjs", "clients-node", STATEFUL, quick=True),
    "typescript-sdk-2": Judged("typescript_v2.mjs", "clients-node", REVISIONS, quick=True),
}

pytestmark = needs(*sorted({client.environment for client in CLIENTS.values()}))


def runs() -> list[tuple[str, Revision, str]]:
    """Which client is judged at which revision, over which transport."""
    found = []
    for name, client in CLIENTS.items():
        for revision in client.revisions:
            last = revision is client.revisions[-1]
            older = not revision.features.streamable_http
            if EVERY_SCENARIO or last:
                found.append((name, revision, "http+sse" if older else "http"))
            if EVERY_SCENARIO or (last and client.quick):
                found.append((name, revision, "stdio"))
    return found


def known(name: str, revision: Revision, transport: str) -> set[str]:
    """The rules that a client is known to break there."""
    found = set()
    for entry in yaml.safe_load((FINDINGS / f"{name}.yaml").read_text(encoding="utf-8")) or ():
        at = [str(each) for each in entry.get("revisions", [revision])]
        if revision in at and transport in entry.get("over", [transport]):
            found.add(entry["rule"])
    return found


def plays(client: Judged, transport: str, scenario: Scenario) -> bool:
    """Whether it is played: quick clients play all over HTTP, and over stdio what is about it."""
    if EVERY_SCENARIO or scenario.name in FEW:
        return True
    own = transport != "stdio" or scenario.transports == ("stdio",)
    return client.quick and own and scenario.name != ENDLESS


def played(client: Judged, revision: Revision, transport: str) -> list[Scenario]:
    """What is played with a client besides the ordinary scenario."""
    return [
        each
        for each in scenarios
        if each.name != ORDINARY
        and not each.promise
        and each.applies(revision, transport)
        and plays(client, transport, each)
    ]


def judged(client: Judged, revision: Revision, transport: str) -> Tally:
    """Lead a client into the scenarios."""
    names = tuple(each.name for each in played(client, revision, transport))
    tally = Tally()
    options = JudgeOptions(revision=revision, scenarios=names, timeout=PATIENCE)
    judging = Judging(CommandClient(client.command, transport), options)

    async def run() -> None:
        async for event in judging.events():
            tally.take(event)

    asyncio.run(run())
    return tally


@pytest.mark.parametrize(("name", "revision", "transport"), runs())
@pytest.mark.timeout(900 if EVERY_SCENARIO else 240)
def test_nothing_is_found_but_what_is_written_down(name, revision, transport):
    tally = judged(CLIENTS[name], revision, transport)
    assert tally.faults == ()
    assert tally.judged
    found = {reached.verdict.rule.id: reached.verdict.findings[0] for reached in tally.violated}
    written = known(name, revision, transport)
    assert {rule_id: found[rule_id] for rule_id in found if rule_id not in written} == {}
    if EVERY_SCENARIO or (CLIENTS[name].quick and transport == "http"):
        assert written - set(found) == set(), "seen no longer"


def test_the_scenarios_that_are_named_exist():
    assert [name for name in (*FEW, ENDLESS) if scenarios.get(name) is None] == []
