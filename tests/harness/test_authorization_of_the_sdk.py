"""The official Python SDK's client among protected servers: what is said of it is true."""

import pytest
from judged import play, scenario_of, verdicts_on
from sdk_authorized import sdk_client

from mcp_proof.judge.function_client import FunctionClient
from mcp_proof.judge.scenario import scenarios
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome

UNCHECKED = {"auth-no-pkce": {"auth-client-pkce-required"}}
"""It goes on with an authorization server that does not advertise PKCE (mcp 2.3.0)."""
R2503, R2607 = Revision.R2025_03_26, Revision.R2026_07_28
PLAYED = [
    (scenario.name, revision)
    for scenario in scenarios
    for revision in (R2503, R2607)
    if scenario.name.startswith("auth-") and scenario.applies(revision, "http")
]


@pytest.mark.parametrize(("name", "revision"), PLAYED)
def test_the_sdk_keeps_what_it_does_keep(name, revision):
    scenario = scenario_of(name)
    played = play(scenario, revision, client=FunctionClient(sdk_client))
    every = verdicts_on(played, revision)
    verdicts = {rule_id: each for rule_id, each in every.items() if rule_id.startswith("auth-")}
    violated = {rule_id for rule_id, verdict in verdicts.items() if verdict.findings}
    assert violated == UNCHECKED.get(name, set())
    shown = {rule_id for rule_id in scenario.shows if rule_id in verdicts}
    passed = {rule_id for rule_id in shown if verdicts[rule_id].outcome is Outcome.PASSED}
    assert passed == shown - violated
