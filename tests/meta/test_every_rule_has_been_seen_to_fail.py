"""Rules, probes and faults cover each other in both directions."""

from itertools import product

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
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome, Verdict, registry
from mcp_proof_contracts.transcript import Sender

FURTHER = further_findings()
JUDGED: dict[tuple[str, Spoken, str], dict[str, Verdict]] = {}
WAITING = {
    *("bad-message", "cancel-task", "disconnect", "final-response", "listen", "log-threshold"),
    *("request-scoped", "task-lives", "tasks"),
}
"""Probes that wait most of their time: sent for the rules that need them, and where a fault does
not show without them."""
PATIENCE = 3.0
"""Seconds for an answer of a server that is broken, and may have none."""


@pytest.fixture
def judged(verify_mock):
    """The verdicts on conforming peers, each of which is verified once."""

    def verdicts(contract, spoken, transport):
        key = (contract, spoken, transport)
        if key not in JUDGED:
            tools = TOOLS.get(spoken, ())
            JUDGED[key] = verify_mock(
                contract=contract, spoken=spoken, transport=transport, tools=tools
            )
        return JUDGED[key]

    return verdicts


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_rule_and_no_other_names_the_peer_that_breaks_it(rule_id, verify_mock):
    fault = FAULTS.get(rule_id)
    assert fault is not None, f"no fault breaks {rule_id}: add one to mcp_proof_mocks/faults"
    spoken, transport = shows_at(RULES[rule_id], fault)
    seen = {}
    quick = tuple({probe.name for probe in probes} - WAITING | set(RULES[rule_id].probes))
    for contract, sent in product(contracts_for(spoken, fault), (quick, None)):
        verdicts = verify_mock(
            spoken=spoken,
            contract=contract,
            transport=transport,
            fault=rule_id,
            tools=TOOLS.get(spoken, ()),
            timeout=PATIENCE,
            probes=sent,
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
def test_a_conforming_peer_was_seen_to_keep_the_rule(rule_id, judged):
    rule, reasons = RULES[rule_id], []
    for contract, spoken, transport in by_likelihood(conforming()):
        if rule.applies(spoken, Sender.SERVER, transport):
            verdict = judged(contract, spoken, transport)[rule_id]
            if verdict.outcome is Outcome.PASSED:
                return
            reasons.append((contract, spoken, transport, verdict.outcome, verdict.reason))
    pytest.fail(f"no conforming peer keeps {rule_id}: {reasons}")


@pytest.mark.parametrize(("contract", "spoken", "transport"), list(conforming()))
def test_a_conforming_peer_violates_nothing(contract, spoken, transport, judged):
    verdicts = judged(contract, spoken, transport)
    violated = {
        rule_id: [finding.message for finding in verdict.findings]
        for rule_id, verdict in verdicts.items()
        if verdict.outcome is Outcome.VIOLATED
    }
    assert violated == {}
    least = 30 if isinstance(spoken, Revision) else 10
    assert sum(v.outcome is Outcome.PASSED for v in verdicts.values()) >= least
