"""Rules, probes and faults cover each other in both directions."""

import pytest
from catalogue import (
    FAULTS,
    RULES,
    TOOLS,
    by_likelihood,
    conforming,
    contracts_for,
    further_findings,
    shows_at,
)

from mcp_proof.probe import probes
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome, registry
from mcp_proof_contracts.transcript import Sender

FURTHER = further_findings()
PATIENCE = 3.0
"""Seconds for an answer of a server that is broken, and may have none."""


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_rule_and_no_other_names_the_peer_that_breaks_it(rule_id, verify_mock):
    fault = FAULTS.get(rule_id)
    assert fault is not None, f"no fault breaks {rule_id}: add one to mcp_proof_mocks/faults"
    spoken, transport = shows_at(RULES[rule_id], fault)
    seen = {}
    for contract in contracts_for(spoken, fault):
        verdicts = verify_mock(
            spoken=spoken,
            contract=contract,
            transport=transport,
            fault=rule_id,
            tools=TOOLS.get(spoken, ()),
            timeout=PATIENCE,
        )
        seen[contract] = verdicts[rule_id].reason
        if verdicts[rule_id].outcome is Outcome.VIOLATED:
            break
    assert verdicts[rule_id].outcome is Outcome.VIOLATED, seen
    finding = verdicts[rule_id].findings[0]
    assert finding.message
    assert finding.expected
    assert finding.actual
    assert finding.events
    others = {
        name: verdict.findings[0].message
        for name, verdict in verdicts.items()
        if verdict.findings and name != rule_id and name not in FURTHER.get(rule_id, {})
    }
    assert others == {}, "justify these in further/AREA.yaml, or make the fault narrower"


def test_further_findings_are_of_rules_and_faults_that_exist():
    assert sorted(set(FURTHER) - set(RULES)) == []
    assert sorted({name for further in FURTHER.values() for name in further} - set(RULES)) == []


def test_every_fault_breaks_a_rule():
    assert sorted(set(FAULTS) - set(RULES)) == []


def test_every_probe_that_a_rule_names_exists_and_every_probe_is_named():
    named = {name for rule in registry for name in rule.probes}
    assert named == {probe.name for probe in probes}


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_a_conforming_peer_was_seen_to_keep_the_rule(rule_id, verify_mock):
    rule, reasons = RULES[rule_id], []
    for contract, spoken, transport in by_likelihood(conforming()):
        if rule.applies(spoken, Sender.SERVER, transport):
            verdict = verify_mock(
                contract=contract,
                spoken=spoken,
                transport=transport,
                only=[rule_id],
                probes=rule.probes,
                tools=TOOLS.get(spoken, ()),
            )[rule_id]
            if verdict.outcome is Outcome.PASSED:
                return
            reasons.append((contract, spoken, transport, verdict.outcome, verdict.reason))
    pytest.fail(f"no conforming peer keeps {rule_id}: {reasons}")


@pytest.mark.parametrize(("contract", "spoken", "transport"), list(conforming()))
def test_a_conforming_peer_violates_nothing(contract, spoken, transport, verify_mock):
    tools = TOOLS.get(spoken, ())
    verdicts = verify_mock(contract=contract, spoken=spoken, transport=transport, tools=tools)
    violated = {
        rule_id: [finding.message for finding in verdict.findings]
        for rule_id, verdict in verdicts.items()
        if verdict.outcome is Outcome.VIOLATED
    }
    assert violated == {}
    least = 30 if isinstance(spoken, Revision) else 10
    assert sum(v.outcome is Outcome.PASSED for v in verdicts.values()) >= least
