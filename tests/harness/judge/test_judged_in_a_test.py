"""`judge_client`: a client judged within somebody's test."""

import asyncio
import sys

import pytest

from mcp_proof import Level, Revision, UsageError
from mcp_proof.testing import ContractViolationError, judge_client
from mcp_proof_contracts.rule import Outcome
from mcp_proof_mocks.client.mock_client import MockClient

ASKED = {"revision": "2025-11-25", "declares": [], "user": {}}


async def lists(url: str, *faults: str) -> None:
    """A client that lists the tools, and nothing else."""
    client = MockClient(ASKED, url=url, faults=faults)
    await client.open()
    await client.request("tools/list", {})
    await client.close()


def test_a_coroutine_function_is_led_into_the_scenarios_and_keeps_what_it_shows():
    judged = judge_client(lists, only=("page-",))
    assert judged.counts["violated"] == 0
    assert judged.verdicts["page-client-missing-cursor-ends"].outcome is Outcome.PASSED
    assert {event.probe for event in judged.transcript.events} >= {"ordinary", "page-odd-cursor"}


def test_what_is_violated_fails_the_test_with_the_requirement():
    async def loud(url: str) -> None:
        await lists(url, "init-initialized-notification")
        client = MockClient(ASKED, url=url)
        await client.open()
        await client.request("tools/list", {"cursor": "invented"})
        await client.close()

    with pytest.raises(ContractViolationError, match="no request for a page that nobody named"):
        judge_client(
            loud, only=("page-client-missing",), fail_on=Level.SHOULD, scenarios=("ordinary",)
        )


def test_a_client_that_never_connects_passes_nothing():
    async def idle(_url: str) -> None:
        pass

    with pytest.raises(ContractViolationError, match="the client never connected to the mock"):
        judge_client(idle)


def test_a_command_is_judged_over_stdio():
    client = [sys.executable, "-m", "mcp_proof_mocks.client"]
    judged = judge_client(client, stdio=True, only=("page-",), revision=Revision.R2025_06_18)
    assert judged.counts["violated"] == 0


def test_a_test_with_an_event_loop_can_judge_too():
    async def within_a_loop() -> int:
        judged = judge_client(lists, only=("page-",), scenarios=("ordinary",))
        return judged.counts["violated"]

    assert asyncio.run(within_a_loop()) == 0


def test_a_rule_that_does_not_exist_is_refused():
    with pytest.raises(UsageError, match="none of the chosen rules exists"):
        judge_client(lists, only=("pgae-",))
