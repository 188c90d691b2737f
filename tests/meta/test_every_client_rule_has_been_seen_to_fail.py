"""Rules for clients, scenarios and the mock client's faults cover each other, both ways."""

import pytest
from client_catalogue import BROKEN_BY_CLIENTS, FURTHER, SHOWN_AT, shown_at
from judged import kept, play, that_show, verdicts_on

from mcp_proof.judge.scenario import scenarios
from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_contracts.rule import Outcome, registry

RULES = {
    rule.id: rule for rule in registry if rule.side == "client" or rule.id in BROKEN_BY_CLIENTS
}


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_rule_and_no_other_names_the_client_that_breaks_it(rule_id):
    rule = RULES[rule_id]
    revision, transport = shown_at(rule)
    reasons = {}
    for scenario in that_show(rule, revision, transport):
        verdicts = verdicts_on(play(scenario, revision, transport, [rule_id]), revision, transport)
        verdict = verdicts[rule_id]
        reasons[scenario.name] = verdict.reason
        if verdict.outcome is Outcome.VIOLATED:
            break
    else:
        pytest.fail(f"the mock client with the fault {rule_id} does not break it: {reasons}")
    finding = verdict.findings[0]
    assert finding.message
    assert finding.expected
    assert finding.actual
    assert finding.events
    others = {
        name: each.findings[0].message
        for name, each in verdicts.items()
        if each.findings and name != rule_id and name not in FURTHER.get(rule_id, {})
    }
    assert others == {}, "justify these in clients/AREA.yaml, or make the fault narrower"


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_mock_client_was_seen_to_keep_the_rule(rule_id):
    rule, reasons = RULES[rule_id], {}
    revision, transport = shown_at(rule)
    for scenario in that_show(rule, revision, transport):
        verdict = kept(scenario, (revision, transport))[0][rule_id]
        assert verdict.outcome is not Outcome.VIOLATED, verdict.findings
        reasons[scenario.name] = verdict.reason
        if verdict.outcome is Outcome.PASSED:
            return
    pytest.fail(f"the mock client was not seen to keep {rule_id}: {reasons}")


@pytest.mark.parametrize("name", sorted(s.name for s in scenarios if not s.promise))
def test_the_mock_client_violates_nothing_in_any_scenario(name):
    scenario = scenarios.get(name)
    courses = [
        (revision, transport)
        for revision in REVISIONS
        for transport in ("http", "stdio", "http+sse")
        if _carries(transport, revision) and scenario.applies(revision, transport)
    ]
    for course, verdicts in zip(courses, kept(scenario, *courses), strict=True):
        violated = {
            rule_id: verdict.findings[0].message
            for rule_id, verdict in verdicts.items()
            if verdict.findings
        }
        assert violated == {}, course


def _carries(transport, revision):
    first = revision is REVISIONS[0]
    return {"http": not first, "http+sse": first}.get(transport, True)


def test_scenarios_show_rules_that_exist():
    known = {rule.id for rule in registry if rule.side != "server"}
    shown = {
        rule_id for scenario in scenarios if not scenario.promise for rule_id in scenario.shows
    }
    assert shown - known == set()


def test_what_is_said_of_faults_is_said_of_rules_that_exist():
    known = {rule.id for rule in registry}
    named = {name for further in FURTHER.values() for name in further}
    assert (set(FURTHER) | set(SHOWN_AT) | named) - known == set()


def test_every_rule_for_both_sides_is_broken_by_clients_too():
    assert {rule.id for rule in registry if rule.side == "both"} == BROKEN_BY_CLIENTS
